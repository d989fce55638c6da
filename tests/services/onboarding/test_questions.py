"""The questions of a server: their rules, on a real database."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import event, select

from app.core.actor import Actor
from app.core.errors import Conflict, InvalidInput, LimitReached
from app.core.onboarding.errors import ManagersOnly, QuestionNotFound
from app.core.onboarding.questions import Condition, Option, Question, QuestionKind
from app.models import OnboardingQuestion
from app.services.onboarding.questions import QuestionsChanged
from app.uow import UnitOfWorkFactory

MANAGER = Actor(guild_id=1, user_id=11, is_manager=True, is_staff=True)
STAFF = Actor(guild_id=1, user_id=12, is_staff=True)
ELSEWHERE = Actor(guild_id=2, user_id=11, is_manager=True, is_staff=True)
YES_NO = (Option("yes", "Yes", "Always", "👍", (7,), (8, 9)), Option("no", "No"))


def draft(text: str = "Why?", kind: QuestionKind = QuestionKind.SHORT, **more: object) -> Question:
    return replace(Question(0, 0, text, kind), **more)


def choice(text: str = "Do you?", **more: object) -> Question:
    return draft(text, QuestionKind.CHOICE, **{"options": YES_NO, **more})


async def add(uow: UnitOfWorkFactory, one: Question, actor: Actor = MANAGER, place: int | None = None) -> Question:
    async with uow() as work:
        return await work.onboarding.questions.add(actor, one, place=place)


async def texts(uow: UnitOfWorkFactory, guild_id: int = 1) -> str:
    """All questions in order, as `A1 B2`: the text and the place."""
    async with uow() as work:
        return " ".join(f"{one.text}{one.place}" for one in await work.onboarding.questions.all(guild_id))


async def test_questions_are_added_changed_moved_and_removed(uow: UnitOfWorkFactory) -> None:
    a = await add(uow, choice(" A ", hint="  a  b "))
    b = await add(uow, draft("B", asked_if=Condition(a.id, ("yes",)), required=False))
    c = await add(uow, draft("C"), place=1)
    await add(uow, draft("Z"), ELSEWHERE)
    assert await texts(uow) == "C1 A2 B3"
    async with uow() as work:
        (_, found, followed) = await work.onboarding.questions.all(1)
    assert found == replace(a, place=2, hint="a b", options=YES_NO)
    assert (followed.asked_if, followed.required) == (Condition(a.id, ("yes",)), False)

    async with uow() as work:
        moved = await work.onboarding.questions.move(MANAGER, c.id, 3)
    assert [(one.text, one.place) for one in moved] == [("A", 1), ("B", 2), ("C", 3)]
    assert await texts(uow) == "A1 B2 C3"
    async with uow() as work:
        await work.onboarding.questions.edit(MANAGER, c.id, lambda one: replace(one, text="D", enabled=False))
        await work.onboarding.questions.remove(MANAGER, b.id)
    assert await texts(uow) == "A1 D2"
    assert await texts(uow, 2) == "Z1"


REFUSED = [
    (lambda q, a, b: q.add(STAFF, draft()), ManagersOnly),
    (lambda q, a, b: q.edit(STAFF, a.id, lambda one: one), ManagersOnly),
    (lambda q, a, b: q.move(STAFF, a.id, 2), ManagersOnly),
    (lambda q, a, b: q.remove(STAFF, b.id), ManagersOnly),
    (lambda q, a, b: q.replace_all(STAFF, [], shown=[a, b]), ManagersOnly),
    (lambda q, a, b: q.edit(ELSEWHERE, a.id, lambda one: replace(one, text="X")), QuestionNotFound),
    (lambda q, a, b: q.move(ELSEWHERE, a.id, 1), QuestionNotFound),
    (lambda q, a, b: q.remove(ELSEWHERE, a.id), QuestionNotFound),
    (lambda q, a, b: q.add(MANAGER, draft("")), InvalidInput),
    (lambda q, a, b: q.add(MANAGER, draft("x" * 301)), InvalidInput),
    (lambda q, a, b: q.add(MANAGER, draft("a\0b")), InvalidInput),
    (lambda q, a, b: q.add(MANAGER, draft(hint="x" * 101)), InvalidInput),
    (lambda q, a, b: q.add(MANAGER, draft(options=YES_NO)), InvalidInput),
    (lambda q, a, b: q.add(MANAGER, choice(options=())), InvalidInput),
    (lambda q, a, b: q.add(MANAGER, choice(options=[Option(f"{n}", f"{n}") for n in range(26)])), InvalidInput),
    (lambda q, a, b: q.add(MANAGER, choice(options=[Option("1", "Yes"), Option("2", "YES")])), Conflict),
    (lambda q, a, b: q.add(MANAGER, choice(options=[Option("1", "x" * 101)])), InvalidInput),
    (lambda q, a, b: q.add(MANAGER, choice(options=[Option("1", "x", emoji="x")])), InvalidInput),
    (lambda q, a, b: q.add(MANAGER, choice(options=[Option("1", "x", role_ids=tuple(range(1, 12)))])), InvalidInput),
    (lambda q, a, b: q.add(MANAGER, draft(), place=4), InvalidInput),
    (lambda q, a, b: q.add(MANAGER, draft(), place=0), InvalidInput),
    (lambda q, a, b: q.add(MANAGER, draft(asked_if=Condition(a.id, ("yes",))), place=1), Conflict),
    (lambda q, a, b: q.add(MANAGER, draft(asked_if=Condition(b.id, ("yes",)))), Conflict),
    (lambda q, a, b: q.edit(MANAGER, a.id, lambda one: one), Conflict),
    (lambda q, a, b: q.edit(MANAGER, a.id, lambda one: replace(one, options=YES_NO[1:])), Conflict),
    (lambda q, a, b: q.edit(MANAGER, a.id, lambda one: replace(one, asked_if=Condition(b.id, ("yes",)))), Conflict),
    (lambda q, a, b: q.move(MANAGER, a.id, 1), Conflict),
    (lambda q, a, b: q.move(MANAGER, a.id, 2), Conflict),
    (lambda q, a, b: q.move(MANAGER, a.id, 3), InvalidInput),
    (lambda q, a, b: q.remove(MANAGER, a.id), Conflict),
    (lambda q, a, b: q.replace_all(MANAGER, [a], shown=[a]), QuestionsChanged),
    (lambda q, a, b: q.replace_all(MANAGER, [b], shown=[a, b]), Conflict),
    (lambda q, a, b: q.replace_all(MANAGER, [draft(id=-n) for n in range(1, 42)], shown=[a, b]), LimitReached),
]  # fmt: skip


async def test_what_cannot_be_is_refused_and_changes_nothing(uow: UnitOfWorkFactory) -> None:
    a = await add(uow, choice("A"))
    b = await add(uow, draft("B", asked_if=Condition(a.id, ("yes",))))
    for act, error in REFUSED:
        with pytest.raises(error) as refused:
            async with uow() as work:
                await act(work.onboarding.questions, a, b)
        assert str(refused.value.message)
    async with uow() as work:
        assert await work.onboarding.questions.all(1) == [a, b]
    # Whoever wanted to change another server's found none there.
    assert await texts(uow, 2) == ""


async def test_all_are_replaced_at_once_and_those_that_stay_keep_their_ids(uow: UnitOfWorkFactory) -> None:
    a = await add(uow, choice("A"))
    b = await add(uow, draft("B", asked_if=Condition(a.id, ("no",))))
    c = await add(uow, draft("C"))
    wanted = [
        choice("N", id=-2),
        replace(c, asked_if=Condition(-2, ("yes",))),
        replace(a, text="A2"),
        draft("M", id=-1, asked_if=Condition(a.id, ("no",))),
    ]
    async with uow() as work:
        connection = (await work._session.connection()).sync_connection
        sent: list[str] = []
        event.listen(connection, "before_cursor_execute", lambda *given: sent.append(given[2]))
        made = await work.onboarding.questions.replace_all(MANAGER, wanted, shown=[a, b, c])
    # Three are changed, one of them because it gets a condition on a new one: all in one statement.
    assert len([one for one in sent if "question = c.question" in one]) == 1
    async with uow() as work:
        assert await work.onboarding.questions.all(1) == made
    assert [(one.text, one.place) for one in made] == [("N", 1), ("C", 2), ("A2", 3), ("M", 4)]
    new, kept, same, other = made
    assert (kept.id, same.id) == (c.id, a.id)
    assert kept.asked_if == Condition(new.id, ("yes",))
    assert other.asked_if == Condition(a.id, ("no",))
    assert min(new.id, other.id) > c.id


async def test_places_of_the_predecessor_are_put_in_order(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        for place, text in ((2_147_483_000, "D"), (1001, "B"), (5, "A"), (2002, "C")):
            row = OnboardingQuestion(guild_id=1, step_order=place, question=text, options=["x", {"label": "y"}])
            work._session.add(row)
    assert await texts(uow) == "A5 B1001 C2002 D2147483000"
    async with uow() as work:
        *_, last = await work.onboarding.questions.all(1)
        await work.onboarding.questions.move(MANAGER, last.id, 2)
    assert await texts(uow) == "A1 D2 B3 C4"


async def test_those_who_change_the_order_at_once_wait_for_each_other(own_uow: UnitOfWorkFactory) -> None:
    async with own_uow() as work:
        first = await work.onboarding.questions.replace_all(
            MANAGER, [draft(f"Q{number}", id=-number) for number in range(1, 38)], shown=[]
        )
    done = await asyncio.gather(*(add(own_uow, draft(), place=1) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(one, LimitReached) for one in done) == 2
    added = [one for one in done if isinstance(one, Question)]
    assert len(added) == 3

    async def move(question: Question) -> None:
        async with own_uow() as work:
            await work.onboarding.questions.move(MANAGER, question.id, 7)

    moved = await asyncio.gather(*map(move, [*added, *first[:3]]), return_exceptions=True)
    assert {type(one) for one in moved if one is not None} <= {Conflict}
    async with own_uow() as work:
        there = await work.onboarding.questions.all(1)
    assert [one.place for one in there] == list(range(1, 41))
    assert {one.id for one in there} == {one.id for one in (*first, *added)}


async def test_what_the_predecessor_asked_after_answers_becomes_questions(uow: UnitOfWorkFactory) -> None:
    async with uow() as work:
        rows = [
            OnboardingQuestion(
                guild_id=1,
                step_order=place,
                question=text,
                question_type=kind,
                options=[{"label": "A friend", "value": "friend"}, {"label": "Other", "value": "other"}]
                if kind
                else None,
                followup=followup,
                legacy=legacy,
            )
            for place, text, kind, followup, legacy in (
                (1, "How?", "select", {"friend": {"question": " Who told you? "}, "gone": {"question": "?"}}, {"a": 1}),
                (2, "What?", "multiselect", {"other": "What else?", "friend": {"question": ""}}, None),
                (3, "Name?", "text", {"x": 1}, None),
                (4, "Last?", "text", ["odd"], None),
            )
        ]
        work._session.add_all(rows)
    async with uow() as work:
        assert await work.onboarding.questions.with_followups([1, 2]) == [1]
        made = await work.onboarding.questions.take_over(1)
    assert [(one.text, one.place) for one in made] == [
        ("How?", 1),
        ("Who told you?", 2),
        ("What?", 3),
        ("What else?", 4),
        ("Name?", 5),
        ("Last?", 6),
    ]
    how, who, what, else_, *_ = made
    assert (who.asked_if, who.kind) == (Condition(how.id, ("friend",)), QuestionKind.SHORT)
    assert else_.asked_if == Condition(what.id, ("other",))
    async with uow() as work:
        assert await work.onboarding.questions.all(1) == made
        # Once, and what the rows held is not lost.
        assert await work.onboarding.questions.with_followups([1]) == []
        legacy = select(OnboardingQuestion.legacy).where(OnboardingQuestion.question == "How?")
        assert await work._session.scalar(legacy) == {
            "a": 1,
            "followup": {"friend": {"question": " Who told you? "}, "gone": {"question": "?"}},
        }
