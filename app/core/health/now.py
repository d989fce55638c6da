"""How the bot is doing at one moment, as far as it can be told without the database."""

from datetime import datetime

from app.core.health.figures import HealthFigures
from app.core.messages import Message
from app.core.records import record
from app.core.scheduling.zone_data import ZoneData


@record
class DatabaseHealth:
    """What a look at the database found."""

    seconds: float | None
    """How long it took to answer; None if it did not in time."""
    in_use: int
    """Connections that commands and jobs of this process hold."""
    most: int
    """How many there can be."""


@record
class ShardHealth:
    """One connection to Discord's gateway."""

    number: int
    is_connected: bool
    seconds: float | None
    """How long Discord took to answer the last heartbeat; None before the first one."""


@record
class WholeBot:
    """What concerns those who run the bot."""

    shards: tuple[ShardHealth, ...]
    """Those of this process."""
    servers: int
    hears_others: bool
    """Whether this process hears what other processes announce."""
    schema: Message | None
    """What state the schema is in, or why that could not be found out; None while the database does not answer."""
    newest: HealthFigures | None = None
    """What was measured within the last minute; None right after the start."""


@record
class Health:
    """How the bot is doing, as one server sees it."""

    at: datetime
    started_at: datetime
    release: str
    zone_data: ZoneData
    database: DatabaseHealth
    shard: ShardHealth
    """The connection that serves this server."""
    whole: WholeBot | None = None
    """For those who run the bot only."""

    @property
    def is_good(self) -> bool:
        """Whether everything works, as far as is shown."""
        shards = self.whole.shards if self.whole is not None else (self.shard,)
        return self.database.seconds is not None and all(shard.is_connected for shard in shards)
