"""Whatever people, processes and clocks do, in any order: what was promised comes, and comes once.

The walks are made by hand. Hypothesis's state machine took the same steps in as many lines, and saw a planted mistake
(a pause that forgets to stop the repetitions) in none of 100 walks of which 3 should have: it repeats steps and prefers
small numbers, and what goes wrong here needs a dozen different steps in a row.
"""

import os

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import DatabaseUrl, create_engine
from tests.fixtures.reminders.people import shortest, steps_of, take

WALKS = int(os.environ.get("REMINDER_WALKS", "4"))
LENGTH = int(os.environ.get("REMINDER_WALK_LENGTH", "60"))
FIRST = int(os.environ.get("REMINDER_WALK_SEED", "1"))


async def test_random_walks_end_with_every_promise_kept(own_engine: AsyncEngine, own_database: DatabaseUrl) -> None:
    """Four walks by default; `REMINDER_WALKS=2000 REMINDER_WALK_LENGTH=150 REMINDER_WALK_SEED=9` takes more."""
    other = create_engine(own_database)
    try:
        for seed in range(FIRST, FIRST + WALKS):
            steps = steps_of(seed, LENGTH)
            _, error, done = await take([own_engine, other], steps)
            if error is not None:
                least, error = await shortest([own_engine, other], steps[:done], error)
                story = "\n".join(map(str, least))
                raise AssertionError(f"walk {seed}, {len(least)} steps:\n{story}\n{error}") from error
    finally:
        await other.dispose()
