"""Commands are written so that they can be clicked, and under the name that the reader knows."""

import discord
import pytest

from app.core.messages import speaking
from app.ui.kit.mentions import clickable, named, readable, written

ID = 1576932976493592594


def commands(command_id: int | None) -> list[discord.SlashCommandGroup]:
    made = [discord.SlashCommandGroup(name, "Does things") for name in ("reminder", "ticket")]
    for one in made:
        one.id = command_id
    return made


@pytest.mark.parametrize(
    ("language", "names", "shown"),
    [
        ("en", ("reminder", "create"), f"</reminder create:{ID}>"),
        # Nobody has made a catalogue for it: everything is said in English.
        ("ja", ("reminder", "create"), f"</reminder create:{ID}>"),
        ("de", ("reminder", "create"), f"**/erinnerung erstellen** </reminder create:{ID}>"),
        ("fr", ("reminder", "create"), f"**/rappel créer** </reminder create:{ID}>"),
        ("de", ("ticket", "close"), f"**/ticket schließen** </ticket close:{ID}>"),
        # The German name is the same.
        ("de", ("ticket",), f"</ticket:{ID}>"),
    ],
)
def test_who_calls_a_command_something_else_reads_that_beside_what_they_click(
    language: str, names: tuple[str, ...], shown: str
) -> None:
    with speaking(language):
        assert readable(commands(ID))(*names) == named(names, ID) == shown
        assert clickable(commands(ID))(*names) == f"</{' '.join(names)}:{ID}>"


def test_what_cannot_be_clicked_is_named_once() -> None:
    with speaking("de"):
        for mention in (readable(commands(None)), clickable(commands(None)), readable([]), written):
            assert mention("reminder", "create") == "`/erinnerung erstellen`"
    assert readable(commands(None))("reminder", "create") == "`/reminder create`"
