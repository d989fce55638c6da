"""What REST, the gateway and people share while the stand-in runs: the world, connections and requests."""

from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

from standin.faults import Faults
from standin.gateway import Gateway
from standin.interaction_tracker import InteractionTracker
from standin.world import World


@dataclass(frozen=True, slots=True)
class Request:
    """A request the bot made. `route` is written as in Discord's API description, `status` is the answer's."""

    method: str
    route: str
    path: str
    body: Any
    status: int
    reason: str | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


class Backend:
    """The state of one stand-in, without the port it listens on."""

    def __init__(
        self,
        world: World,
        *,
        token: str,
        answer_within: float,
        token_lifetime: float,
        heartbeat_interval: float,
        recommended_shards: int,
    ) -> None:
        self.world = world
        self.token = token
        self.recommended_shards = recommended_shards
        self.gateway = Gateway(world, token, heartbeat_interval)
        self.faults = Faults(self.gateway)
        self.interactions = InteractionTracker(world, answer_within, token_lifetime)
        self.requests: deque[Request] = deque(maxlen=20_000)
        self.counts: Counter[str] = Counter()
        """How many requests of each route there were in all, also of those that are no longer in `requests`."""
        self.unknown_routes: list[str] = []
        self.violations: list[str] = []

    def record(self, request: Request) -> None:
        """Record a request that was answered."""
        self.requests.append(request)
        self.counts[str(request)] += 1
