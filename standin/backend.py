"""What REST, the gateway and people share while the stand-in runs: the world, connections and requests."""

from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

from standin.demo import demo_world
from standin.faults import Faults
from standin.gateway import Gateway
from standin.interaction_tracker import InteractionTracker
from standin.world import World

# Not a secret: shaped like a bot's token, the first part being an id in base 64.
TOKEN = "MTk0NTQwOTI2MjYyMDA3ODA4.GStand.in-for-a-token-of-a-bot-on-this-machine"


@dataclass(frozen=True, slots=True)
class Request:
    """A request the bot made. `route` is written as in Discord's API description, `status` is the answer's.

    `reason` is what it gave for the audit log.
    """

    method: str
    route: str
    path: str
    body: Any
    status: int
    reason: str | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


class Backend:
    """The state of one stand-in, which does not listen on its port yet.

    `answer_within` and `token_lifetime` are Discord's deadlines for interactions in seconds, `heartbeat_interval` what
    the gateway asks for, `recommended_shards` what `GET /gateway/bot` says.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        port: int = 0,
        token: str = TOKEN,
        answer_within: float = 3.0,
        token_lifetime: float = 900.0,
        heartbeat_interval: float = 41.25,
        recommended_shards: int = 1,
    ) -> None:
        self.world = demo_world() if world is None else world
        self.port = port
        self.token = token
        self.recommended_shards = recommended_shards
        self.gateway = Gateway(self.world, token, heartbeat_interval)
        self.faults = Faults(self.gateway)
        self.interactions = InteractionTracker(self.world, answer_within, token_lifetime)
        self.requests: deque[Request] = deque(maxlen=20_000)
        self.counts: Counter[str] = Counter()
        """How many requests of each route there were in all, also of those that are no longer in `requests`."""
        self.unknown_routes: list[str] = []
        self.violations: list[str] = []

    def record(self, request: Request) -> None:
        self.requests.append(request)
        self.counts[str(request)] += 1
