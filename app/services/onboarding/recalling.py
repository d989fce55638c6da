"""Steps that begin from what this process wrote last about a member, if it remembers: a query less."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.commits import RECENT, WROTE
from app.core.errors import BotError
from app.core.recent import Recent
from app.services.onboarding.queries import Asks
from app.services.onboarding.reading import Known, key_of, read

P = ParamSpec("P")
S = TypeVar("S", bound="Recalling")
T = TypeVar("T")


class Recalling:
    """Knows where a member is: by heart within a step that is `from_memory`, else by a query."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._may_recall = False
        self._has_recalled = False

    async def _known(self, actor: Actor, asks: Asks) -> Known | None:
        """Return a member's row with what is asked in their server, to change it."""
        return self._recalled(actor, asks) or await read(self._session, actor, asks, lock=True)

    def _recalled(self, actor: Actor, asks: Asks) -> Known | None:
        """Return what is remembered, if that is as much as is asked for, and may be used."""
        recent: Recent | None = self._session.info.get(RECENT) if self._may_recall else None
        known: Known | None = recent.get(key_of(actor)) if recent is not None else None
        if known is None or not known.asks.has(asks):
            return None
        self._has_recalled = True
        return known

    async def begin_from_memory(self, actor: Actor, step: Callable[[], Awaitable[T]]) -> T:
        """Take a step. What it ends with is only believed if it changed the row, as that compared everything.

        Else, as when somebody was there meanwhile, or something is refused, it is taken again by what is stored.
        """
        self._may_recall, self._has_recalled = True, False
        try:
            result = await step()
            if not self._has_recalled or self._session.info.get(WROTE):
                return result
        except BotError:
            if not self._has_recalled:
                raise
        finally:
            self._may_recall = False
        self._session.info[RECENT].forget(key_of(actor))
        return await step()


def from_memory(
    step: Callable[Concatenate[S, Actor, P], Awaitable[T]],
) -> Callable[Concatenate[S, Actor, P], Awaitable[T]]:
    """Let a step of a member begin from memory."""

    @wraps(step)
    async def stepping(self: S, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.begin_from_memory(actor, lambda: step(self, actor, *args, **kwargs))

    return stepping
