"""Whatever members do on their way, in two servers at once, in any order: a small model says the same as the rows.

`ONBOARDING_WALKS=50 ONBOARDING_WALK_LENGTH=500 ONBOARDING_WALK_SEED=9` takes more than the one walk by default.
"""

import os
import random
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.core.errors import UserError
from app.core.onboarding.answers import read_answers
from app.core.onboarding.progress import At
from app.core.onboarding.questions import QuestionKind
from app.db import session_factory
from app.models import Onboarding
from app.services.onboarding.flow import Completed
from app.services.onboarding.reading import key_of
from app.services.statements import version_of
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.onboarding.services import AtOnce, OnboardingWork, policy
from tests.fixtures.onboarding.tables import Asking, filled_in

WALKS = int(os.environ.get("ONBOARDING_WALKS", "1"))
LENGTH = int(os.environ.get("ONBOARDING_WALK_LENGTH", "60"))
FIRST = int(os.environ.get("ONBOARDING_WALK_SEED", "1"))
BOTH = policy(mode="both", completion_role=8)


class Walker:
    """One member in one server, and what a person would note about them."""

    def __init__(self, flow: Any, who: Actor, ids: dict[str, int]) -> None:
        self.flow, self.who, self.ids = flow, who, ids
        self.state: str | None = None
        self.accepted, self.answers = False, dict[int, str]()

    @property
    def wanted(self) -> set[int]:
        """What is asked of them now."""
        first = self.ids["first"]
        return {first, self.ids["last"]} | ({self.ids["follows"]} if self.answers.get(first) == "a" else set())

    async def step(self, chance: random.Random) -> str:
        flow, who = self.flow, self.who
        what = chance.choice(
            ["begin", "accept", "answer", "answer", "answer", "back", "on", "confirm", "restart", "forget"]
        )
        try:
            if what == "begin":
                await flow.begin(who, BOTH)
                self.state = self.state or "started"
            elif what == "accept":
                await flow.accept(who, BOTH, 1, locale="en")
                self.state, self.accepted = "completed" if self.state == "completed" else "started", True
            elif what == "answer":
                await self.answer(chance)
            elif what in {"back", "on"}:
                seen = await flow.look(who, BOTH)
                await flow.go_to(who, BOTH, from_step=seen.step or "", back=what == "back")
            elif what == "confirm":
                ended = await flow.confirm(who, BOTH)
                if isinstance(ended, Completed):
                    assert self.state == "completed" or (self.accepted and self.wanted <= set(self.answers))
                    if self.state != "completed":
                        self.answers = {key: one for key, one in self.answers.items() if key in self.wanted}
                    self.state = "completed"
            elif what == "restart":
                await flow.restart(who, BOTH)
                if self.state != "completed":
                    self.answers = {}
            elif chance.random() < 0.2:
                await flow.forget(who, BOTH)
                self.answers = {}
        except UserError:
            assert self.state is None, what
        return what

    async def answer(self, chance: random.Random) -> None:
        page = await self.flow.look(self.who, BOTH)
        if page.at is not At.PAGE:
            return
        given = {one.id: chance.choice(["a", "b"]) for one in page.page}
        await self.flow.answer(self.who, BOTH, filled_in(page, **{f"q{key}": one for key, one in given.items()}))
        self.answers |= given

    async def compare(self, asking: Asking, done: list[str]) -> None:
        row = await asking.row(self.who)
        assert (None if row is None else row.state.value) == self.state, done
        if row is not None:
            found = read_answers(row.responses)
            assert {key: one.values[0] for key, one in found.items()} == self.answers, done
            assert (row.rules_version == 1) is self.accepted, done
            assert (row.completed_at is not None) is (self.state == "completed"), done


async def walk(
    uow: UnitOfWorkFactory,
    flow: Any,
    turn: Callable[[random.Random], None] = lambda _: None,
    look: Callable[[Actor], Awaitable[None]] | None = None,
) -> None:
    """Take walks; `turn` is called before each step, `look` after it."""
    askings = [Asking(uow, 1), Asking(uow, 2)]
    ids: list[dict[str, int]] = []
    for asking in askings:
        first = await asking.ask("First", QuestionKind.CHOICE, "a", "b", place=1)
        follows = await asking.ask("Follows", place=2, only_if=(first, "a"))
        ids.append({"first": first, "follows": follows, "last": await asking.ask("Last", place=3)})
        await asking.publish()
    for seed in range(FIRST, FIRST + WALKS):
        chance, done = random.Random(seed), list[str]()
        walkers = [Walker(flow, Actor(place, 1000 + seed), ids[place - 1]) for place in (1, 2)]
        for _ in range(LENGTH):
            place = chance.randrange(2)
            turn(chance)
            done.append(f"{place + 1}: {await walkers[place].step(chance)}")
            for walker, asking in zip(walkers, askings, strict=True):
                await walker.compare(asking, done)
            if look is not None:
                await look(walkers[place].who)


async def test_random_walks_end_as_the_model_says(onboarding: OnboardingWork) -> None:
    await walk(onboarding.uow, onboarding.flow)


async def test_random_walks_through_two_processes_that_remember_end_alike(
    own_uow: UnitOfWorkFactory, own_engine: AsyncEngine, clock: ManualClock
) -> None:
    flow = AtOnce(*(UnitOfWorkFactory(session_factory(own_engine), clock) for _ in range(2)))

    def turn(chance: random.Random) -> None:
        # Mostly the same one, which is when it remembers.
        flow.process = flow.process if chance.random() < 0.7 else 1 - flow.process

    async def look(who: Actor) -> None:
        """What is remembered of a row as it is now is all that it says, but for when it was written."""
        async with own_uow() as work:
            mine = select(Onboarding, version_of("onboarding")).where(Onboarding.user_id == who.user_id)
            found = (await work._session.execute(mine.where(Onboarding.guild_id == who.guild_id))).one_or_none()
        for process in flow.processes:
            known = process._recent.get(key_of(who))
            if known is not None and found is not None and known.seen == found[1]:
                seen.append(known.seen)
                for column in Onboarding.__mapper__.column_attrs:
                    if not column.deferred and column.key != "updated_at":
                        assert getattr(known.row, column.key) == getattr(found[0], column.key)

    seen = list[str]()
    await walk(own_uow, flow, turn, look)
    assert len(set(seen)) > LENGTH / 6
