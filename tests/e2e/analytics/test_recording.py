"""What is written down of each interaction: what it was, how it ended, how long it took."""

from app.bot import Bot
from app.db import DatabaseUrl
from standin import Person
from tests.fixtures.analytics import written
from tests.fixtures.clock import ManualClock
from tests.fixtures.town import Town


async def test_commands_menus_buttons_choices_and_forms_are_written_down_by_their_names(
    bot: Bot, alice: Person, manager: Person, own_database: DatabaseUrl, town: Town, clock: ManualClock
) -> None:
    alice.user.locale = "de"
    made = await alice.slash("reminder create", when="in 1h", what="tea")
    form = await alice.click(made, "Ändern")
    await alice.submit(form, {"Was": "coffee"})
    assert await written(bot, own_database, "command_name", "command_type", "outcome") == [
        ("reminder create", "slash", "ok"),
        ("reminder:change", "button", "ok"),
        ("reminder:change_form", "form", "ok"),
    ]
    facts = ("guild_id", "channel_id", "user_id", "locale", "shard", "count", "success", "created_at")
    assert set(await written(bot, own_database, *facts)) == {
        (town.guild.id, town.general.id, alice.id, "de", 0, 1, True, clock.now)
    }
    for duration, first_response in await written(bot, own_database, "duration_ms", "first_response_ms"):
        assert 0 < first_response <= duration < 60_000
