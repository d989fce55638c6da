"""From the button to being done, step by step, as rows."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.core.actor import Actor
from app.core.errors import InvalidInput
from app.core.onboarding.answers import read_answers
from app.core.onboarding.errors import (
    FormChanged,
    NothingToDo,
    NotStarted,
    QuestionNotFound,
    RulesChanged,
    SwitchedOff,
)
from app.core.onboarding.grants import What, Why, read_grants
from app.core.onboarding.progress import At, Given, Progress
from app.core.onboarding.questions import Option, QuestionKind
from app.models import OnboardingState
from app.services.onboarding.flow import HELD, Completed
from tests.fixtures.onboarding.services import ALICE, OnboardingWork, policy
from tests.fixtures.onboarding.tables import Asking, filled_in

BOTH = policy(mode="both", join_role=7, completion_role=8, log_channel=5, direct_text="Welcome")
QUESTIONS = policy(mode="questions", completion_role=8)


async def two_pages(asking: Asking) -> dict[str, int]:
    """A choice that gives a role, what follows from one of its answers, and a text that may be left out."""
    games = Option("games", "Games", role_ids=(70,), channel_ids=(900,))
    kind = await asking.ask("Why are you here?", QuestionKind.CHOICE, games, "Other", place=1)
    mail = await asking.ask("E-mail", QuestionKind.EMAIL, place=2, required=False)
    which = await asking.ask("Which games?", place=3, only_if=(kind, "games"))
    return {"kind": kind, "which": which, "mail": mail}


def at(progress: Progress) -> tuple[At, int, int]:
    return progress.at, progress.number, progress.count


async def test_a_member_gets_from_the_button_to_done(onboarding: OnboardingWork) -> None:
    asking, flow = Asking(onboarding.uow), onboarding.flow
    ids = await two_pages(asking)
    await asking.publish()
    assert at(await flow.begin(ALICE, BOTH)) == (At.RULES, 1, 3)
    row = await asking.row(ALICE)
    assert (row.state, row.step, row.asked_at, row.started_at) == ("started", "rules", *[onboarding.clock.now] * 2)
    page = await flow.accept(ALICE, BOTH, 1, locale="de")
    assert at(page) == (At.PAGE, 2, 3)
    assert [one.id for one in page.page] == [ids["kind"], ids["mail"]]
    # Nothing is kept of a form of which one answer is refused.
    with pytest.raises(InvalidInput, match="E-mail"):
        await flow.answer(ALICE, BOTH, filled_in(page, **{f"q{ids['kind']}": "games", f"q{ids['mail']}": "none"}))
    assert (await asking.row(ALICE)).responses is None
    follow_up = await flow.answer(ALICE, BOTH, filled_in(page, **{f"q{ids['kind']}": "games"}))
    assert [one.id for one in follow_up.page] == [ids["which"]]
    assert (await asking.row(ALICE)).step == str(ids["which"])
    # Coming back later is going on.
    onboarding.clock.move(days=3)
    assert await flow.begin(ALICE, BOTH) == follow_up
    summary = await flow.answer(ALICE, BOTH, filled_in(follow_up, **{f"q{ids['which']}": " Go, chess "}))
    assert summary.at is At.SUMMARY
    assert {key: one.in_words for key, one in summary.answers.items()} == {
        ids["kind"]: "Games",
        ids["mail"]: "",
        ids["which"]: "Go, chess",
    }
    done = await flow.confirm(ALICE, BOTH)
    assert isinstance(done, Completed)
    assert done.is_new
    row = await asking.row(ALICE)
    assert (row.state, row.step, row.completed_at) == (OnboardingState.COMPLETED, None, onboarding.clock.now)
    # Whoever confirmed carries it out; the job comes to it only if they do not.
    assert row.next_at == done.held_until == onboarding.clock.now + HELD
    assert row.to_tell == ["direct", "staff"]
    assert [(one.what, one.id, one.give, one.why) for one in read_grants(row.grants)] == [
        (What.ROLE, 70, True, Why.ANSWER),
        (What.CHANNEL, 900, True, Why.ANSWER),
        (What.ROLE, 8, True, Why.COMPLETION),
        (What.ROLE, 7, False, Why.JOIN),
    ]
    again = await flow.confirm(ALICE, BOTH)
    assert isinstance(again, Completed)
    assert (again.is_new, again.held_until) == (False, None)
    assert (await flow.begin(ALICE, BOTH)).at is At.DONE
    (entry,) = row.acceptances
    assert (entry["version"], entry["locale"], len(entry["hash"])) == (1, "de", 64)


async def test_going_back_and_changing_an_answer(onboarding: OnboardingWork) -> None:
    asking, flow = Asking(onboarding.uow), onboarding.flow
    ids = await two_pages(asking)
    kind = f"q{ids['kind']}"
    first = await flow.begin(ALICE, QUESTIONS)
    assert first.is_first_page
    second = await flow.answer(ALICE, QUESTIONS, filled_in(first, **{kind: "games"}))
    assert not second.is_first_page
    # Nothing leads past what has no answer.
    assert await flow.go_to(ALICE, QUESTIONS, from_step=second.step, back=False) == second
    back = await flow.go_to(ALICE, QUESTIONS, from_step=second.step, back=True)
    assert back.page == first.page
    assert back.is_answered
    assert await flow.begin(ALICE, QUESTIONS) == back
    forward = await flow.go_to(ALICE, QUESTIONS, from_step=back.step, back=False)
    assert forward.page[0].id == ids["which"]
    # An answer that takes the follow-up away; what was typed there is not asked, and is not kept.
    await flow.answer(ALICE, QUESTIONS, filled_in(second, **{f"q{ids['which']}": "Go"}))
    alone = await flow.page(ALICE, QUESTIONS, ids["kind"], alone=True)
    assert [one.id for one in alone.page] == [ids["kind"]]
    summary = await flow.answer(ALICE, QUESTIONS, filled_in(alone, **{kind: "Other"}))
    assert summary.at is At.SUMMARY
    assert [one.id for one in summary.asked] == [ids["kind"], ids["mail"]]
    with pytest.raises(QuestionNotFound):
        await flow.page(ALICE, QUESTIONS, ids["which"])
    await flow.confirm(ALICE, QUESTIONS)
    row = await asking.row(ALICE)
    assert set(read_answers(row.responses)) == {ids["kind"], ids["mail"]}
    assert [one.id for one in read_grants(row.grants)] == [8]
    # Whoever is done may still change what they said, which gives and takes.
    alone = await flow.page(ALICE, QUESTIONS, ids["kind"], alone=True)
    asked = await flow.answer(ALICE, QUESTIONS, filled_in(alone, **{kind: "games"}))
    assert (asked.at, [one.id for one in asked.page]) == (At.PAGE, [ids["which"]])
    assert (await flow.answer(ALICE, QUESTIONS, filled_in(asked, **{f"q{ids['which']}": "Go"}))).at is At.DONE
    alone = await flow.page(ALICE, QUESTIONS, ids["kind"], alone=True)
    assert (await flow.answer(ALICE, QUESTIONS, filled_in(alone, **{kind: "Other"}))).at is At.DONE
    row = await asking.row(ALICE)
    assert row.state is OnboardingState.COMPLETED
    assert [(one.id, one.give) for one in read_grants(row.grants)] == [(8, True), (70, False), (900, False)]


async def test_questions_and_rules_that_change_meanwhile(onboarding: OnboardingWork) -> None:
    asking, flow = Asking(onboarding.uow), onboarding.flow
    ids = await two_pages(asking)
    await asking.publish()
    await flow.begin(ALICE, BOTH)
    await asking.publish(2, "Be very kind")
    with pytest.raises(RulesChanged):
        await flow.accept(ALICE, BOTH, 1, locale="en")
    page = await flow.accept(ALICE, BOTH, 2, locale="en")
    form = filled_in(page, **{f"q{ids['kind']}": "games"})
    await asking.change(ids["kind"], question="Why did you leave?")
    for forged in (form, [], [Given(10**6, "00000000", ("x",))], [Given(ids["which"], form[0].reference, ("x",))]):
        with pytest.raises(FormChanged):
            await flow.answer(ALICE, BOTH, forged)
    page = await flow.look(ALICE, BOTH)
    summary = await flow.answer(ALICE, BOTH, filled_in(page, **{f"q{ids['kind']}": "Other"}))
    assert summary.at is At.SUMMARY
    # A new question, and a new version of the rules, come before the end.
    await asking.ask("And your name?", place=9)
    await asking.publish(3)
    assert (await flow.confirm(ALICE, BOTH)).at is At.RULES
    assert (await flow.accept(ALICE, BOTH, 3, locale="en")).page[0].text == "And your name?"
    assert [one["version"] for one in (await asking.row(ALICE)).acceptances] == [2, 3]


async def test_rules_alone_and_nothing_at_all(onboarding: OnboardingWork) -> None:
    asking, flow, rules = Asking(onboarding.uow), onboarding.flow, policy(mode="rules", completion_role=8)
    with pytest.raises(SwitchedOff):
        await flow.begin(ALICE, policy())
    with pytest.raises(NothingToDo):
        await flow.begin(ALICE, rules)
    for step in (flow.confirm(ALICE, rules), flow.look(ALICE, rules), flow.answer(ALICE, rules, [])):
        with pytest.raises(NotStarted):
            await step
    await asking.publish()
    assert at(await flow.begin(ALICE, rules)) == (At.RULES, 1, 1)
    assert (await flow.accept(ALICE, rules, 1, locale="en")).at is At.DONE
    row = await asking.row(ALICE)
    assert (row.state, row.completed_at) == ("completed", onboarding.clock.now)
    assert [one.id for one in read_grants(row.grants)] == [8]
    # Where rules are not asked for, accepting them makes nobody done.
    other = Actor(1, 99)
    await flow.accept(other, policy(mode="questions"), 1, locale="en")
    assert (await asking.row(other)).state == "asked"


async def test_leaving_coming_back_beginning_again_and_forgetting(onboarding: OnboardingWork) -> None:
    asking, flow = Asking(onboarding.uow), onboarding.flow
    ids = await two_pages(asking)
    page = await flow.begin(ALICE, QUESTIONS, joined_at=datetime(2026, 1, 1, tzinfo=UTC))
    form = filled_in(page, **{f"q{ids['kind']}": "Other"})
    await flow.answer(ALICE, QUESTIONS, form)
    fresh = await flow.restart(ALICE, QUESTIONS)
    assert (fresh.page, fresh.answers) == (page.page, {})
    await flow.answer(ALICE, QUESTIONS, form)
    assert await flow.forget(ALICE, QUESTIONS)
    assert not await flow.forget(ALICE, QUESTIONS)
    assert (await flow.look(ALICE, QUESTIONS)).page == page.page
    await flow.answer(ALICE, QUESTIONS, form)
    await flow.confirm(ALICE, QUESTIONS)
    await asking.set(ALICE, state="left", left_at=onboarding.clock.now)
    with pytest.raises(NotStarted):
        await flow.answer(ALICE, QUESTIONS, form)
    assert (await flow.begin(ALICE, QUESTIONS)).at is At.DONE
    await asking.set(ALICE, state="left", left_at=onboarding.clock.now)
    again = await flow.begin(ALICE, policy(mode="questions", rejoin="again"))
    assert (again.at, again.answers, again.page) == (At.PAGE, {}, page.page)
    row = await asking.row(ALICE)
    assert (row.state, row.completed_at, row.left_at) == ("started", None, None)
    assert await flow.mine(Actor(2, ALICE.user_id)) is None


async def test_two_servers_and_two_presses_at_once(own_onboarding: OnboardingWork) -> None:
    there = Actor(2, ALICE.user_id)
    flow, here, elsewhere = own_onboarding.flow, Asking(own_onboarding.uow), Asking(own_onboarding.uow, 2)
    mine = await here.ask("Name", place=1)
    await elsewhere.ask("Town", place=1)
    pages = await asyncio.gather(*(flow.begin(who, QUESTIONS) for who in (ALICE, there, ALICE, there)))
    assert [one.page[0].text for one in pages] == ["Name", "Town"] * 2
    with pytest.raises(FormChanged):
        await flow.answer(ALICE, QUESTIONS, filled_in(pages[1]))
    await flow.answer(ALICE, QUESTIONS, filled_in(pages[0], **{f"q{mine}": "Alice"}))
    ends = await asyncio.gather(*(flow.confirm(ALICE, QUESTIONS) for _ in range(4)))
    assert sorted(one.is_new for one in ends) == [False, False, False, True]
    assert (await here.row(there)).state == "started"


async def test_who_began_unseen_is_looked_after_like_others(onboarding: OnboardingWork) -> None:
    asking, flow, clock = Asking(onboarding.uow), onboarding.flow, onboarding.clock
    await asking.ask("Name", place=1)
    day = timedelta(days=1)
    timed = policy(mode="questions", nudge_after=3600, warn_after=2 * 86400, kick_after=86400)
    page = await flow.begin(ALICE, timed)
    row = await asking.row(ALICE)
    assert (row.joined_at, row.asked_at, row.next_at) == (None, clock.now, clock.now + timedelta(hours=1))
    # What the job wrote down stays; nothing chosen yet is looked at again when that may have changed.
    await flow.answer(ALICE, timed, filled_in(page, **{f"q{page.page[0].id}": "Alice"}))
    assert (await asking.row(ALICE)).next_at == row.next_at
    other = Actor(1, 99)
    await flow.begin(other, QUESTIONS)
    assert (await asking.row(other)).next_at == clock.now + day
    # Who comes back unseen is not removed by a warning from before they left.
    await asking.set(ALICE, state="left", next_at=None, warned_at=clock.now, nudged_at=clock.now)
    clock.move(days=5)
    await flow.begin(ALICE, timed)
    row = await asking.row(ALICE)
    assert (row.state, row.asked_at, row.warned_at, row.nudged_at) == ("started", clock.now, None, None)
    assert row.next_at == clock.now + timedelta(hours=1)
