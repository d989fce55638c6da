"""Whatever people, processes and clocks do, in any order: what was promised comes, and comes once."""

import asyncio
import os
from collections.abc import Sequence
from random import Random

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import DatabaseUrl, create_engine
from tests.fixtures.reminders.people import HOW_OFTEN, WholeWalk

WALKS = int(os.environ.get("REMINDER_WALKS", "4"))
LENGTH = int(os.environ.get("REMINDER_WALK_LENGTH", "60"))

STEPS = st.sampled_from([name for name, often in HOW_OFTEN.items() for _ in range(often)])
DRAWS = st.randoms(use_true_random=False)


def walks(loop: asyncio.Runner, engines: Sequence[AsyncEngine]) -> type[RuleBasedStateMachine]:
    """The walk as Hypothesis takes it. One rule with weights, because some things happen far more often than others."""

    class Walking(RuleBasedStateMachine):
        @initialize(draws=DRAWS)
        def begin(self, draws: Random) -> None:
            loop.run(self._begin())
            loop.run(self.walk.step("create", draws))

        async def _begin(self) -> None:
            async with engines[0].begin() as connection:
                await connection.execute(text("TRUNCATE reminders RESTART IDENTITY"))
            self.walk = WholeWalk(engines)

        @rule(name=STEPS, draws=DRAWS)
        def step(self, name: str, draws: Random) -> None:
            loop.run(self.walk.step(name, draws))

        def teardown(self) -> None:
            loop.run(self.walk.end())

    return Walking


def test_random_walks_end_with_every_promise_kept(own_database: DatabaseUrl) -> None:
    """A few walks, the same each time; `REMINDER_WALKS=2000 REMINDER_WALK_LENGTH=150` takes more and others."""
    engines = [create_engine(own_database) for _ in range(2)]
    chosen = settings(
        max_examples=WALKS,
        stateful_step_count=LENGTH,
        derandomize="REMINDER_WALKS" not in os.environ,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    with asyncio.Runner() as loop:
        try:
            run_state_machine_as_test(walks(loop, engines), settings=chosen)
        finally:
            for engine in engines:
                loop.run(engine.dispose())
