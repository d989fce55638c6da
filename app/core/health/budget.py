"""How many more requests Discord may refuse before it refuses all of them.

It bans an address that makes 10,000 invalid requests in ten minutes: those that it answers with 401, 403 or 429, unless
the limit is one of a resource that others share (`X-RateLimit-Scope: shared`).
https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
"""

import time
from collections import deque
from collections.abc import Callable
from http import HTTPStatus

WINDOW_SECONDS = 600.0
MAX_INVALID = 8_000
"""Beyond these in ten minutes only interactions are answered. The rest is for other processes at the same address."""
INVALID = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})
_STEP_SECONDS = 5.0


class RequestBudget:
    """Counts what Discord refuses, in steps of a few seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.max_invalid = MAX_INVALID
        self.rate_limited = 0
        """Answers 429 since the process began, also those that do not count towards a ban."""
        self.refused = 0
        """Answers that count, since the process began."""
        self.held_back = 0
        """Requests that were not sent, since the process began."""
        self._now = now
        self._steps: deque[tuple[float, int]] = deque()
        self._recent = 0

    def note(self, status: int, *, is_shared: bool = False) -> None:
        """Note an answer of Discord."""
        if status not in INVALID:
            return
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self.rate_limited += 1
            if is_shared:
                return
        self.refused += 1
        self._recent += 1
        step = self._now() // _STEP_SECONDS * _STEP_SECONDS
        if self._steps and self._steps[-1][0] == step:
            self._steps[-1] = (step, self._steps[-1][1] + 1)
        else:
            self._steps.append((step, 1))

    @property
    def recent(self) -> int:
        """How many answers of the last ten minutes count towards a ban."""
        oldest = self._now() - WINDOW_SECONDS - _STEP_SECONDS
        while self._steps and self._steps[0][0] < oldest:
            self._recent -= self._steps.popleft()[1]
        return self._recent

    def allow(self) -> bool:
        """Tell whether a request may be made that is no answer to an interaction; count it if it may not."""
        is_allowed = self.recent < self.max_invalid
        self.held_back += not is_allowed
        return is_allowed
