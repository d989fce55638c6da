"""A step that begins from what the process remembers: one statement, and never by anything that is no longer so."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.actor import Actor
from app.core.errors import InvalidInput
from app.core.onboarding.answers import read_answers
from app.core.onboarding.errors import FormChanged, NotStarted, RulesChanged
from app.core.onboarding.progress import At, Progress
from app.core.onboarding.questions import QuestionKind
from app.db import session_factory
from app.models import Onboarding
from app.services.onboarding.flow import Completed
from app.services.onboarding.joins import Joined
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock
from tests.fixtures.onboarding.services import ALICE, AtOnce, policy
from tests.fixtures.onboarding.tables import Asking, filled_in
from tests.fixtures.statements import statements_on

BOTH = policy(mode="both", completion_role=8)


class Town:
    """What is asked in a server, and two processes that take steps."""

    def __init__(self, asking: Asking, flow: AtOnce, other: AtOnce, engine: AsyncEngine) -> None:
        self.asking, self.flow, self.other, self.engine = asking, flow, other, engine
        self.name = 0

    async def summary(self) -> Progress:
        """Take Alice to where she can confirm."""
        page = await self.accepted()
        return await self.flow.answer(ALICE, BOTH, filled_in(page, **{f"q{self.name}": "Alice"}))

    async def accepted(self) -> Progress:
        await self.flow.begin(ALICE, BOTH)
        return await self.flow.accept(ALICE, BOTH, 1, locale="en")


@pytest.fixture
async def town(own_uow: UnitOfWorkFactory, own_engine: AsyncEngine, clock: ManualClock) -> Town:
    flow, other = (AtOnce(UnitOfWorkFactory(session_factory(own_engine), clock)) for _ in range(2))
    found = Town(Asking(own_uow), flow, other, own_engine)
    found.name = await found.asking.ask("Name", place=1)
    await found.asking.publish()
    # What nobody saw join has no row yet, and a step that makes one remembers nothing.
    await flow.begin(ALICE, BOTH)
    return found


async def test_each_step_after_the_first_is_one_statement(town: Town) -> None:
    await town.other.restart(ALICE, BOTH)
    sent = statements_on(town.engine)

    async def took(step: Awaitable[Any]) -> int:
        # The driver tells of each a moment later.
        await asyncio.sleep(0)
        del sent[:]
        await step
        await asyncio.sleep(0)
        return len(sent)

    await town.flow.restart(ALICE, BOTH)
    assert await took(town.flow.accept(ALICE, BOTH, 1, locale="en")) == 2, "the texts of the rules are read"
    assert await took(town.flow.accept(ALICE, BOTH, 1, locale="en")) == 1
    page = await town.flow.begin(ALICE, BOTH)
    assert await took(town.flow.answer(ALICE, BOTH, filled_in(page, **{f"q{town.name}": "Alice"}))) == 1
    assert await took(town.flow.go_to(ALICE, BOTH, from_step="summary", back=True)) == 1
    assert await took(town.flow.confirm(ALICE, BOTH)) == 1
    assert (await town.asking.row(ALICE)).state == "completed"
    # Whoever is done is asked for again.
    assert await took(town.flow.confirm(ALICE, BOTH)) == 1
    assert sent[0].startswith("SELECT")


async def test_the_first_press_is_one_statement_where_rules_come_first(town: Town) -> None:
    bob = Actor(guild_id=1, user_id=13)
    now = datetime.now(UTC)
    async with town.asking.uow() as work:
        await work.onboarding.joins.take([Joined(1, bob.user_id, now, False, False, asked_at=now, next_at=now)])
    sent = statements_on(town.engine)
    progress = await town.flow.begin(bob, BOTH)
    await asyncio.sleep(0)
    assert len(sent) == 1
    assert (progress.at, progress.version, [one.title for one in progress.rules]) == (At.RULES, 1, ["Rule 1"])
    row = await town.asking.row(bob)
    assert (row.state, row.step, row.asked_at) == ("started", "rules", now)
    assert row.started_at is not None
    # Whoever presses again, also in another process, sees the same, and began when they began.
    assert await town.other.begin(bob, BOTH) == progress == await town.flow.begin(bob, BOTH)
    assert (await town.asking.row(bob)).started_at == row.started_at


async def test_what_another_process_did_meanwhile_holds(town: Town) -> None:
    await town.summary()
    await town.other.restart(ALICE, BOTH)
    page = await town.flow.confirm(ALICE, BOTH)
    assert isinstance(page, Progress)
    assert page.at is At.PAGE
    assert (await town.asking.row(ALICE)).responses is None


async def test_two_steps_at_once_are_both_taken(town: Town) -> None:
    page = await town.accepted()
    given = [filled_in(page, **{f"q{town.name}": name}) for name in ("Alice", "Alicia")]
    await asyncio.gather(*(town.flow.answer(ALICE, BOTH, one) for one in given))
    answers = read_answers((await town.asking.row(ALICE)).responses)
    assert answers[town.name].in_words in {"Alice", "Alicia"}


async def _asks_more(town: Town) -> None:
    await town.asking.ask("Why?", place=2)


async def _asks_otherwise(town: Town) -> None:
    await town.asking.change(town.name, question_type=QuestionKind.NUMBER.value)


async def _asks_another(town: Town) -> None:
    await town.asking.remove(town.name)
    await town.asking.ask("Why?", place=1)


@pytest.mark.parametrize("change", [_asks_more, _asks_otherwise, _asks_another])
async def test_nobody_is_done_by_questions_of_before(town: Town, change: Callable[[Town], Awaitable[None]]) -> None:
    await town.summary()
    await change(town)
    ended = await town.flow.confirm(ALICE, BOTH)
    assert isinstance(ended, Progress)
    assert ended.page == (await town.other.begin(ALICE, BOTH)).page != ()
    assert (await town.asking.row(ALICE)).state == "started"


async def test_a_form_of_before_is_not_taken(town: Town) -> None:
    page = await town.accepted()
    given = filled_in(page, **{f"q{town.name}": "Alice"})
    await town.asking.change(town.name, question="Surname")
    with pytest.raises(FormChanged):
        await town.flow.answer(ALICE, BOTH, given)
    assert (await town.asking.row(ALICE)).responses is None


async def test_nobody_is_done_by_rules_of_before(town: Town) -> None:
    await town.summary()
    await town.asking.publish(2, "Be kinder")
    ended = await town.flow.confirm(ALICE, BOTH)
    assert isinstance(ended, Progress)
    assert (ended.at, ended.version) == (At.RULES, 2)
    with pytest.raises(RulesChanged):
        await town.flow.accept(ALICE, BOTH, 1, locale="en")


async def test_who_was_erased_is_not_written_again(town: Town) -> None:
    await town.summary()
    async with town.asking.uow() as work:
        await work._session.execute(delete(Onboarding))
    with pytest.raises(NotStarted):
        await town.flow.confirm(ALICE, BOTH)
    assert await town.asking.row(ALICE) is None


async def test_a_refusal_changes_nothing_and_the_next_try_is_taken(town: Town) -> None:
    await town.asking.change(town.name, question_type=QuestionKind.NUMBER.value)
    page = await town.accepted()
    with pytest.raises(InvalidInput):
        await town.flow.answer(ALICE, BOTH, filled_in(page, **{f"q{town.name}": "Alice"}))
    assert (await town.asking.row(ALICE)).responses is None
    summary = await town.flow.answer(ALICE, BOTH, filled_in(page, **{f"q{town.name}": "7"}))
    assert summary.at is At.SUMMARY


async def test_what_a_server_chooses_otherwise_is_not_answered_from_memory(town: Town) -> None:
    await town.summary()
    await town.asking.ask("Why?", place=2)
    rules_only = policy(mode="rules")
    assert isinstance(await town.flow.confirm(ALICE, rules_only), Completed)
