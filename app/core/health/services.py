"""What processes are called: by the shards that they serve, which stay the same over restarts."""

import math
import re
from collections.abc import Collection, Iterator

from app.core.health.trend import ShardNumber

ALL = "all shards"
_SOME = re.compile(r"shards? (?P<numbers>\d+(-\d+)?(, \d+(-\d+)?)*) of (?P<count>[1-9]\d*)")


def service_name(served: tuple[int, Collection[int]] | None) -> str:
    """Name a process by how many shards there are and which of them it has; None is all."""
    if served is None:
        return ALL
    count, numbers = served
    ranges = [f"{first}-{last}" if first < last else str(first) for first, last in _ranges(numbers)]
    return f"shard{'s' if len(numbers) > 1 else ''} {', '.join(ranges)} of {count}"


def written_shards(service: str) -> tuple[str, int] | None:
    """Return which shards a process serves, as `0-3, 7`, and of how many; None if its name does not say."""
    found = _SOME.fullmatch(service)
    return (found["numbers"], int(found["count"])) if found is not None else None


def covers(service: str, shard: ShardNumber) -> bool:
    """Tell whether a process serves servers of a shard, or served them when there were more or fewer shards.

    What the predecessor called itself tells nothing, and counts as all.
    """
    found = _SOME.fullmatch(service)
    if found is None:
        return True
    # Servers go by the remainder of their id, so two shards of different counts have servers in common if these agree.
    common = math.gcd(int(found["count"]), shard.count)
    return any(
        (shard.number - first) % common <= last - first for first, last in map(_bounds, found["numbers"].split(", "))
    )


def _bounds(written: str) -> tuple[int, int]:
    first, _, last = written.partition("-")
    return int(first), int(last or first)


def shards_of(service: str) -> tuple[ShardNumber, ...]:
    """Return the shards that a process has; a single one for a process that has all."""
    found = _SOME.fullmatch(service)
    if found is None:
        return (ShardNumber(0, 1),)
    count = int(found["count"])
    return tuple(
        ShardNumber(number, count)
        for first, last in map(_bounds, found["numbers"].split(", "))
        for number in range(first, min(last, count) + 1)
    )


def _ranges(numbers: Collection[int]) -> Iterator[tuple[int, int]]:
    ordered = sorted(numbers)
    first = last = ordered[0]
    for number in ordered[1:]:
        if number > last + 1:
            yield first, last
            first = number
        last = number
    yield first, last
