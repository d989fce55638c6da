"""/settings, as people in a server meet it."""

from app.bot import Bot
from standin import Person, StandIn
from tests.fixtures.town import Town


async def test_a_change_is_confirmed_stored_and_undone(manager: Person, bot: Bot, town: Town) -> None:
    reply = await manager.slash("settings set", key="general.page_size", value="5")
    assert reply.private
    assert reply.text == "`general.page_size` set: the default (`8`) → `5`."
    shown = await manager.slash("settings view", key="general.page_size")
    assert shown.embeds[0]["fields"][0]["value"] == "`5`"

    undone = await manager.click(reply, "Undo")
    assert undone.text == "`general.page_size` restored: `5` → the default (`8`)."
    shown = await manager.slash("settings view", key="general.page_size")
    assert shown.embeds[0]["fields"][0]["value"] == "`8`"
