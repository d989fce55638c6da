"""What arrives from a component that the bot never made gets one private sentence and changes nothing."""

import dataclasses
from datetime import date
from typing import Any

import pytest
from hypothesis import Phase, find, settings
from hypothesis.strategies import SearchStrategy

from app.db import DatabaseUrl
from app.ui.kit import ids
from app.ui.kit.ids import ButtonId, ComponentId, Field, FormId, SelectId
from app.ui.reminders.ids import AboutFormId, ChangeFormId, EditFormId
from standin import Message, Person, Reply
from standin.interactions import InteractionType
from tests.fixtures.ids import DECLARED, ids_of, spoilt, values_of
from tests.fixtures.postgres import fetch
from tests.fixtures.town import Town

SENTENCE = "This no longer works. Please run the command again."


async def sent(person: Person, on: Message, kind: type[ComponentId], text: str, values: Any = ("1",)) -> Reply:
    """Send what Discord would send for a button, a select or a form with this id, unchecked."""
    data: dict[str, Any] = {"custom_id": text}
    if issubclass(kind, FormId):
        return await person._wait(person._begin(InteractionType.MODAL_SUBMIT, data | {"components": []}, source=on))
    data["component_type"] = kind.component_type
    if issubclass(kind, SelectId):
        data["values"] = list(values)
    return await person._wait(person._begin(InteractionType.COMPONENT, data, source=on))


async def submitted(person: Person, one: FormId, filled_in: dict[str, str], on: Message | None) -> Reply:
    """Send a form with this id; without a message, as if a command had opened it."""
    fields = [{"type": 4, "custom_id": name, "value": value} for name, value in filled_in.items()]
    data = {"custom_id": one.pack(), "components": [{"type": 1, "components": [field]} for field in fields]}
    return await person._wait(person._begin(InteractionType.MODAL_SUBMIT, data, source=on))


async def stored(database: DatabaseUrl) -> list[Any]:
    tables = "reminders", "bot_settings", "settings_history"
    return [await fetch(database, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


def some(strategy: SearchStrategy[Any]) -> Any:
    """Anything of a kind, not the smallest, which takes long to find."""
    return find(strategy, lambda _: True, settings=settings(phases=[Phase.generate], database=None))


@pytest.mark.parametrize("kind", [ButtonId, SelectId, FormId])
async def test_a_forged_id_is_refused_with_one_sentence(
    kind: type[ComponentId], owner: Person, own_database: DatabaseUrl
) -> None:
    await owner.slash("reminder create", when="every 2 hours", what="walk")
    shown = await owner.slash("settings set", key="general.page_size", value="5")
    assert shown.message is not None
    before = await stored(own_database)
    for one in (some(ids_of(one)) for one in DECLARED if issubclass(one, kind)):
        value = some(values_of(one._value)) if isinstance(one, SelectId) else ""
        forged = [(kind, text, [one.pack_value(value)] if isinstance(one, SelectId) else []) for text in spoilt(one)]
        # The id is right, and what it came from is something else.
        forged += [(other, one.pack(), ["1"]) for other in (ButtonId, SelectId, FormId) if other is not kind]
        if isinstance(one, SelectId):
            forged += [(kind, one.pack(), values) for values in ([], ["-1"], ["٣"], ["1", "2"], ["0" * 4000])]
        for source, text, values in forged:
            reply = await sent(owner, shown.message, source, text, values)
            said = (reply.text, reply.private, reply.modal)
            assert said == (SENTENCE, True, None), (type(one).__name__, source, text[:200], values)
    assert await stored(own_database) == before


@pytest.mark.parametrize("one", [EditFormId(reminder_id=1, is_details=True), ChangeFormId(reminder_id=1)])
async def test_a_form_is_answered_whether_a_message_or_a_command_opened_it(one: FormId, owner: Person) -> None:
    shown = await owner.slash("reminder create", when="every 2 hours", what="walk")
    reply = await submitted(owner, one, {"what": "run"}, None)
    assert (reply.private, "run" in reply.full_text) == (True, True)
    replaced = await submitted(owner, one, {"what": "swim"}, shown.message)
    assert replaced.message is shown.message
    assert "swim" in shown.full_text


async def test_a_message_that_a_reminder_is_about_is_checked_however_it_is_named(
    mallory: Person, owner: Person, town: Town, own_database: DatabaseUrl
) -> None:
    hidden = await owner.at(town.closed).say("the secret")
    away = town.world.messages.post(town.square, town.stranger, "elsewhere")
    open_one = await owner.say("for all")
    filled_in = {"when": "in 1h", "what": "look"}
    places = ((town.closed.id, hidden.id), (town.square.id, away.id), (1, 1), (town.general.id, 1))
    for channel, message in places:
        refused = await submitted(mallory, AboutFormId(channel_id=channel, message_id=message), filled_in, None)
        link = f"https://discord.com/channels/{town.guild.id}/{channel}/{message}"
        typed = await mallory.slash("reminder create", **filled_in, message=link)
        assert (refused.private, refused.text) == (True, typed.text)
        assert refused.text.startswith("`message` takes the link to a message of this server")
    assert (await stored(own_database))[0] == []
    made = await submitted(mallory, AboutFormId(channel_id=town.general.id, message_id=open_one.id), filled_in, None)
    assert "🔔" in made.text


def extreme(field: Field, choose: Any) -> Any:
    """Return the lowest or highest value of a field, with which nothing may go beyond the calendar."""
    match field:
        case ids.Moment():
            return ids.EPOCH + choose(field.least, field.most) * ids.MICROSECOND
        case ids.Day():
            return date.fromordinal(choose(field.least, field.most))
        case ids.Number():
            return choose(field.least, field.most)
        case ids.Choice():
            return choose(field.values.values(), key=str)
        case ids.OneOf():
            return choose(field.known())
        case ids.Text():
            return choose(field.alphabet[:1], (field.alphabet or "é")[:1] * field.max_length)
        case ids.Optional():
            return None if choose is min else extreme(field.field, choose)
        case ids.Either():
            return extreme(list(field.groups.values())[0 if choose is min else -1], choose)
        case ids.Group():
            return field.kind(**{name: extreme(one, choose) for name, one in field.fields.items()})
    raise AssertionError(field)


@pytest.mark.parametrize("choose", [min, max], ids=["lowest", "highest"])
async def test_an_id_within_its_bounds_is_never_a_mistake_of_ours(choose: Any, owner: Person) -> None:
    await owner.slash("reminder create", when="every day at 10:00 until 2027-03-01", what="walk")
    for kind in DECLARED:
        one = extreme(kind._group, choose)
        if "reminder_id" in kind._group.fields:
            one = dataclasses.replace(one, reminder_id=1)
        value = [kind.pack_value(extreme(kind._value, choose))] if issubclass(kind, SelectId) else []
        shown = await owner.slash("reminder list")
        assert shown.message is not None
        if issubclass(kind, FormId):
            reply = await submitted(owner, one, {"when": "in 2h", "what": "x"}, shown.message)
        else:
            reply = await sent(owner, shown.message, kind, one.pack(), value)
        assert reply.modal or reply.full_text, kind
        assert "Something broke" not in reply.full_text, (kind, one.pack())
