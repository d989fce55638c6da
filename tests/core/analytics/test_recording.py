"""How errors of the same kind are told from others, and which suggestions are written down."""

import random

import pytest
from sqlalchemy.exc import ProgrammingError

from app.core.analytics.recording import SAMPLE, describe, fingerprint, is_sampled
from app.core.cache import SnapshotCache

DISCORD_EPOCH = 1_420_070_400_000


async def raised(error: Exception) -> BaseException:
    """Let something of ours be what raises an error."""

    async def load(key: int) -> int:
        raise error

    with pytest.raises(type(error)) as caught:
        await SnapshotCache[int, int](lifetime_seconds=1, capacity=1).get(1, load)
    return caught.value


async def test_an_error_is_described_by_its_kind_and_place_and_by_nobodys_words() -> None:
    first, second = [await raised(KeyError(words)) for words in ("my secret", "another one")]
    assert describe(first) == "KeyError in app.core.cache:SnapshotCache.get"
    assert fingerprint(describe(first)) == fingerprint(describe(second))
    assert fingerprint(describe(first)) != fingerprint(describe(await raised(LookupError())))
    assert describe(KeyError("from nowhere")) == "KeyError"


async def test_what_an_error_stands_for_is_said_instead() -> None:
    error = await raised(ExceptionGroup("many", [ValueError("one"), KeyError("two")]))
    assert describe(error) == "ValueError in app.core.cache:SnapshotCache.get"
    driver = Exception("what the driver says, with parameters: my secret")
    driver.__cause__ = TimeoutError()
    assert describe(ProgrammingError("SELECT 'my secret'", {}, driver)).startswith("ProgrammingError(TimeoutError)")


@pytest.mark.parametrize("increments", [1, 4096])
def test_one_suggestion_in_ten_is_written_down_whatever_discord_counts_in_an_id(increments: int) -> None:
    choose = random.Random(1)
    ids = [
        (DISCORD_EPOCH + choose.randrange(10**10)) << 22 | 3 << 17 | choose.randrange(increments) for _ in range(20_000)
    ]
    assert sum(map(is_sampled, ids)) * SAMPLE == pytest.approx(len(ids), rel=0.1)
