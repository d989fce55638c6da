"""What managers set up: its rules, on a real database."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.core.actor import Actor
from app.core.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound
from app.core.tickets import questions
from app.core.tickets.errors import ManagersOnly, NoSuchPanel, NoSuchType
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import Panel, Question, QuestionKind, Route, TicketType
from app.models import SettingsHistory
from app.services.settings import ChangedSince, SettingsNotAllowed
from app.uow import UnitOfWorkFactory
from tests.fixtures.clock import ManualClock

MANAGER = Actor(guild_id=1, user_id=11, is_manager=True, is_staff=True)
STAFF = Actor(guild_id=1, user_id=12, is_staff=True)
MEMBER = Actor(guild_id=1, user_id=13)
ELSEWHERE = Actor(guild_id=2, user_id=11, is_manager=True, is_staff=True)
DAYS = timedelta(days=30)
BUG = TicketType("", "Bug")
PANEL = Panel("", channel_id=5, message_id=None, title="Support", text="Press one", type_keys=("001",))


async def policy_of(uow: UnitOfWorkFactory, guild_id: int = 1) -> TicketPolicy:
    async with uow() as work:
        return TicketPolicy.of(await work.settings.get_snapshot(guild_id))


async def add(uow: UnitOfWorkFactory, kind: TicketType = BUG, actor: Actor = MANAGER) -> SettingsHistory:
    async with uow() as work:
        return await work.tickets.setup.add_type(actor, kind)


async def change(uow: UnitOfWorkFactory, key: str, how: questions.Change, actor: Actor = MANAGER) -> SettingsHistory:
    async with uow() as work:
        return await work.tickets.setup.change_type(actor, key, how)


async def undo(uow: UnitOfWorkFactory, change_id: int, actor: Actor = MANAGER) -> SettingsHistory:
    async with uow() as work:
        return await work.settings.undo(actor, change_id, within=DAYS)


async def test_a_type_is_added_changed_and_taken_back(uow: UnitOfWorkFactory) -> None:
    made = await add(uow, replace(BUG, name="  A   bug ", team_role_ids=(7, 8), first_target=3600))
    assert (await policy_of(uow)).types == {
        "001": replace(BUG, key="001", name="A bug", team_role_ids=(7, 8), first_target=3600)
    }
    done = await change(uow, "001", lambda kind: replace(kind, emoji="🐞"))
    assert (await policy_of(uow)).types["001"].emoji == "🐞"
    await undo(uow, done.id)
    await undo(uow, made.id)
    assert (await policy_of(uow)).types == {}


async def test_a_key_is_never_given_twice(uow: UnitOfWorkFactory) -> None:
    for name in ("A", "B"):
        await add(uow, replace(BUG, name=name))
    async with uow() as work:
        removed, _, open_ones = await work.tickets.setup.remove_type(MANAGER, "002")
    assert (removed.name, open_ones) == ("B", 0)
    await add(uow, replace(BUG, name="C"))
    assert list((await policy_of(uow)).types) == ["001", "003"]
    await add(uow, actor=ELSEWHERE)
    assert list((await policy_of(uow, 2)).types) == ["001"]


async def test_those_who_add_at_once_get_types_of_their_own(own_uow: UnitOfWorkFactory) -> None:
    tried = [add(own_uow, replace(BUG, name=f"Type {number % 26}")) for number in range(28)]
    done = await asyncio.gather(*tried, return_exceptions=True)
    assert sum(isinstance(one, SettingsHistory) for one in done) == 25
    assert {type(one) for one in done if not isinstance(one, SettingsHistory)} <= {Conflict, LimitReached}
    assert [*(await policy_of(own_uow)).types] == [f"{number:03}" for number in range(1, 26)]


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        (replace(BUG, name=" "), "The name of a type has 1 to 60 characters."),
        (replace(BUG, name="x" * 61), "The name of a type has 1 to 60 characters."),
        (replace(BUG, name="a\0"), "The name of a type has 1 to 60 characters."),
        (replace(BUG, name="OTHER"), "There is a ticket type “OTHER” already."),
        (replace(BUG, description="x" * 101), "A description has at most 100 characters."),
        (replace(BUG, team_role_ids=tuple(range(1, 12))), "A type has at most 10 roles."),
        (
            replace(BUG, close_after=60),
            "Before a ticket is closed for silence its member is warned. Give `warn_after` as well as `close_after`.",
        ),
    ],
)
async def test_what_does_not_fit_changes_nothing(uow: UnitOfWorkFactory, kind: TicketType, refusal: str) -> None:
    await add(uow, replace(BUG, name="Other"))
    with pytest.raises((InvalidInput, Conflict)) as refused:
        await add(uow, kind)
    assert str(refused.value) == refusal
    assert len((await policy_of(uow)).types) == 1


async def test_a_change_that_changes_nothing_and_a_type_that_is_gone_are_told(uow: UnitOfWorkFactory) -> None:
    await add(uow)
    with pytest.raises(Conflict, match="it is so already"):
        await change(uow, "001", lambda kind: kind)
    for actor, key in ((MANAGER, "002"), (ELSEWHERE, "001")):
        with pytest.raises(NoSuchType):
            await change(uow, key, lambda kind: replace(kind, name="x"), actor)


@pytest.mark.parametrize("actor", [STAFF, MEMBER])
async def test_only_managers_set_up_types_and_panels(uow: UnitOfWorkFactory, actor: Actor) -> None:
    await add(uow)
    with pytest.raises(ManagersOnly):
        await add(uow, replace(BUG, name="x"), actor)
    with pytest.raises(ManagersOnly):
        await change(uow, "001", lambda kind: replace(kind, name="x"), actor)
    async with uow() as work:
        setup = work.tickets.setup
        for refused in (setup.remove_type(actor, "001"), setup.add_panel(actor, PANEL), setup.remove_panel(actor, "1")):
            with pytest.raises(ManagersOnly):
                await refused


async def test_the_message_of_a_panel_is_part_of_the_change_that_made_it(uow: UnitOfWorkFactory) -> None:
    await add(uow)
    async with uow() as work:
        panel, made = await work.tickets.setup.add_panel(
            MANAGER, replace(PANEL, type_keys=("001", "009"), message_id=4)
        )
    assert (panel.key, panel.message_id, panel.type_keys) == ("001", None, ("001",))
    async with uow() as work:
        await work.tickets.setup.posted(panel, made, 99)
    assert (await policy_of(uow)).panels["001"].message_id == 99
    async with uow() as work:
        found, removed = await work.tickets.setup.remove_panel(MANAGER, "001")
    assert found.message_id == 99
    with pytest.raises(ChangedSince):
        async with uow() as work:
            await work.tickets.setup.posted(panel, made, 100)
    await undo(uow, removed.id)
    taken_back = await undo(uow, made.id)
    assert (taken_back.old_value["message_id"], taken_back.new_value) == (99, None)


async def test_a_panel_needs_a_title_and_types(uow: UnitOfWorkFactory) -> None:
    await add(uow)
    for wrong, said in {
        replace(PANEL, title=""): "The title of a panel has 1 to 100 characters.",
        replace(PANEL, text="x" * 1501): "The text of a panel has at most 1500 characters.",
        replace(
            PANEL, type_keys=("002",)
        ): "Choose at least one ticket type that there is. `/tickets type list` shows them.",
    }.items():
        async with uow() as work:
            with pytest.raises(InvalidInput) as refused:
                await work.tickets.setup.add_panel(MANAGER, wrong)
        assert str(refused.value) == said
    async with uow() as work:
        with pytest.raises(NoSuchPanel):
            await work.tickets.setup.change_panel(MANAGER, "001", lambda panel: panel)


async def test_staff_block_and_unblock_and_take_back_what_they_did(uow: UnitOfWorkFactory, clock: ManualClock) -> None:
    async with uow() as work:
        blocked = await work.tickets.setup.block(STAFF, 77, reason=" spam ", until=clock() + timedelta(days=1))
    held = (await policy_of(uow)).blocked["77"]
    assert (held.reason, held.holds(clock()), held.holds(clock() + timedelta(days=2))) == ("spam", True, False)
    await undo(uow, blocked.id, STAFF)
    assert (await policy_of(uow)).blocked == {}
    async with uow() as work:
        with pytest.raises(NotFound, match="<@77> is not blocked"):
            await work.tickets.setup.unblock(STAFF, 77)
        await work.tickets.setup.block(MANAGER, 77)
        await work.tickets.setup.unblock(STAFF, 77)
        for refused in (work.tickets.setup.block(MEMBER, 77), work.tickets.setup.unblock(MEMBER, 77)):
            with pytest.raises(NotAllowed):
                await refused
        with pytest.raises(InvalidInput, match="in the future"):
            await work.tickets.setup.block(STAFF, 77, until=clock())


async def test_staff_take_back_nothing_that_managers_set_up(uow: UnitOfWorkFactory) -> None:
    made = await add(uow)
    for actor, change_id in ((STAFF, made.id), (MEMBER, made.id), (STAFF, 10**6)):
        with pytest.raises(SettingsNotAllowed):
            await undo(uow, change_id, actor)


def question(label: str = "Browser", *options: str) -> Question:
    return Question(label, QuestionKind.SELECT, options=options or ("Firefox", "Chrome"))


async def test_routes_follow_their_question(uow: UnitOfWorkFactory) -> None:
    await add(uow)
    await change(uow, "001", questions.added(question()))
    await change(uow, "001", questions.routed("browser", "chrome", Route("", "", team_role_ids=(5,))))
    await change(uow, "001", questions.routed("Browser", "Firefox", Route("", "", first_target=60)))
    (asked,) = (await policy_of(uow)).types["001"].questions
    await change(uow, "001", questions.changed(questions.reference(asked), question("Which?", "Chrome", "Opera")))
    kind = (await policy_of(uow)).types["001"]
    assert kind.routes == (Route("Which?", "Chrome", team_role_ids=(5,)),)
    with pytest.raises(questions.QuestionGone):
        await change(uow, "001", questions.removed(questions.reference(asked)))
    await change(uow, "001", questions.removed(questions.reference(kind.questions[0])))
    assert (await policy_of(uow)).types["001"] == replace(BUG, key="001")


def test_questions_are_moved_around() -> None:
    kind = replace(BUG, questions=tuple(question(label) for label in "abc"))
    up = questions.moved_up(questions.reference(kind.questions[1]))
    assert "".join(one.label for one in up(kind).questions) == "bac"
    first = questions.moved_up(questions.reference(kind.questions[0]))
    assert "".join(one.label for one in first(kind).questions) == "bca"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"label": " "}, "A question has 1 to 45 characters."),
        ({"label": "x" * 46}, "A question has 1 to 45 characters."),
        ({"hint": "x" * 101}, "A hint has at most 100 characters."),
        ({"kind": "slider"}, "Choose how the question is answered."),
        ({"options": "a"}, "A text has no choices. Leave them empty, or choose a select, radio buttons or checkboxes."),
        ({"kind": "select", "options": "a"}, "Give 2 to 25 choices, one a line."),
        ({"kind": "select", "options": "\n".join(map(str, range(26)))}, "Give 2 to 25 choices, one a line."),
        ({"kind": "radio", "options": "\n".join(map(str, range(11)))}, "Give 2 to 10 choices, one a line."),
        ({"kind": "checkboxes", "options": "Home\nWork\nhome"}, "“home” is there twice. Each choice has to differ."),
        (
            {"kind": "select", "options": "y" * 101 + "\nb"},
            "A choice has at most 100 characters. “yyyyyyyyyyyyyyyyyyyy…” is longer.",
        ),
        ({"kind": "files", "options": "9"}, "For files, say how many there may be: 1 to 5."),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(typed: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        questions.read_question(**{"label": "Q", "kind": "short", "hint": "", "options": "", "required": True, **typed})
    assert str(refused.value) == said
