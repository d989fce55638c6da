"""Why a process is not well, in words that are stored; each has a sentence where it is shown."""

import enum


class Reason(enum.StrEnum):
    """Why a process is not ok."""

    NO_DATABASE = "no_database"
    NO_GATEWAY = "no_gateway"
    """No shard of the process is connected to Discord."""
    SHARD_LOST = "shard_lost"
    """Some of its shards are not connected."""
    SLOW_DATABASE = "slow_database"
    SLOW_GATEWAY = "slow_gateway"
    LOOP_LAG = "loop_lag"
    POOL_FULL = "pool_full"
    """Some wait for a connection to the database."""
    INVALID_REQUESTS = "invalid_requests"
    """So many requests were refused by Discord that it may soon refuse all."""
    REMINDERS_LATE = "reminders_late"
    QUEUE_LONG = "queue_long"
    """What is to be written waits for too long, or is about to be lost."""
