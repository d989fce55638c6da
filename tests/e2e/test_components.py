"""What arrives from a component that the bot never made gets one private sentence and changes nothing."""

from typing import Any

import pytest
from hypothesis import Phase, find, settings
from hypothesis.strategies import SearchStrategy

from app.db import DatabaseUrl
from app.ui.kit.ids import ButtonId, ComponentId, FormId, SelectId
from standin import Message, Person, Reply
from standin.interactions import InteractionType
from tests.fixtures.ids import DECLARED, ids_of, spoilt, values_of
from tests.fixtures.postgres import fetch

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
