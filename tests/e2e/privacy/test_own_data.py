"""/privacy, as members meet it: seeing, getting and deleting what is stored about them."""

import json
from typing import Any

from app.bot import Bot
from app.db import DatabaseUrl
from app.services.analytics.sums import LOCK
from app.ui.privacy import exporting
from standin import Person, StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.jobs import settle_privacy
from tests.fixtures.personal import Somebody, everything, fill, rows_naming
from tests.fixtures.postgres import connect
from tests.fixtures.town import Town


async def stored(bot: Bot) -> Any:
    await bot.interactions.drain()
    async with bot.uow() as work:
        return await everything(work._session)


async def filled(bot: Bot, town: Town, user_id: int, guild_id: int | None = None) -> None:
    who = Somebody(user_id, guild_id or town.guild.id, town.mallory.id, town.moderator.id)
    async with bot.uow() as work:
        await fill(work._session, who)


def read(reply: Any) -> dict[str, Any]:
    (file,) = reply.attachments
    return json.loads(file.content)


async def test_everybody_sees_what_is_stored_and_for_how_long(alice: Person) -> None:
    told = await alice.slash("privacy about")
    assert told.private
    for words in ("Your tickets", "*Kept:*", "as long as this server chose", "Health of the bot"):
        assert words.lower() in told.full_text.lower()


async def test_the_export_comes_directly_and_has_nothing_of_others(alice: Person, bot: Bot, town: Town) -> None:
    await filled(bot, town, alice.id)
    await filled(bot, town, town.cashier.id)
    answer = await alice.slash("privacy export")
    assert answer.private
    assert "direct message" in answer.text
    (message,) = alice.in_dm().messages
    assert not message.pinged
    found = read(message)
    (server,) = found["servers"]
    assert server["server"] == {"id": str(town.guild.id), "name": town.guild.name}
    assert server["tables"]["reminders"]["rows"]
    text = json.dumps(found)
    assert str(town.cashier.id) not in text
    assert str(town.mallory.id) not in text


async def test_whose_direct_messages_are_closed_gets_it_where_they_asked(alice: Person, bot: Bot, town: Town) -> None:
    await filled(bot, town, alice.id)
    alice.user.accepts_dms = False
    answer = await alice.slash("privacy export")
    assert answer.private
    assert "take no direct messages" in answer.text
    assert read(answer)["servers"]


async def test_a_direct_message_is_about_all_servers_or_one(
    stand_in: StandIn, alice: Person, bot: Bot, town: Town
) -> None:
    await filled(bot, town, alice.id)
    await filled(bot, town, alice.id, town.elsewhere.id)
    # She has left one of them long ago.
    mine = alice.in_dm()
    found = read(await mine.slash("privacy export"))
    assert [one["server"] and one["server"]["name"] for one in found["servers"]] == [
        None,
        town.guild.name,
        town.elsewhere.name,
    ]
    offered = await mine.autocomplete("privacy export", "server", "else")
    assert [one["name"] for one in offered] == [town.elsewhere.name]
    found = read(await mine.slash("privacy export", server=offered[0]["value"]))
    assert [one["server"]["name"] for one in found["servers"]] == [town.elsewhere.name]
    found = read(await mine.slash("privacy export", server=town.elsewhere.name))
    assert len(found["servers"]) == 1
    refused = await mine.slash("privacy export", server="Atlantis")
    assert "one of the servers that appear" in refused.text


async def test_a_deletion_is_confirmed_reported_and_leaves_nothing(alice: Person, bot: Bot, town: Town) -> None:
    await filled(bot, town, alice.id)
    await filled(bot, town, alice.id, town.elsewhere.id)
    asked = await alice.slash("privacy delete", server="all")
    assert asked.private
    assert "cannot be undone" in asked.full_text
    assert "Reminders (14)" in asked.full_text
    assert [button.label for button in asked.buttons] == ["Delete", "Keep it"]
    before = rows_naming(await stored(bot), alice.id)
    assert before
    await alice.click(asked, "Delete")
    assert "rows deleted" in asked.full_text
    assert "Stays:" in asked.full_text
    assert "restored" in asked.full_text
    assert asked.buttons == []
    left = rows_naming(await stored(bot), alice.id)
    assert set(left) == {"bot_settings", "settings_history"}, "a block stays"
    assert {row["scope"] for rows in left.values() for row in rows} == {"ticket_blocked"}
    again = await alice.slash("privacy delete", server="all")
    assert "Settings (2)" in again.full_text


async def test_who_has_nothing_hears_so_and_twice_is_not_an_error(alice: Person, bot: Bot) -> None:
    first = await alice.slash("privacy delete")
    assert "nothing to delete" in first.text
    await alice.slash("privacy about")
    await stored(bot)
    asked = await alice.slash("privacy delete")
    assert "Use of commands" in asked.full_text
    twice = await alice.slash("privacy delete")
    await alice.click(asked, "Delete")
    assert "1 row without you now" in asked.full_text or "rows without you now" in asked.full_text
    await alice.click(twice, "Delete")
    assert "nothing to delete" in twice.full_text
    assert rows_naming(await stored(bot), alice.id) == {}, "nor is it written down who deleted"


async def test_an_id_does_not_tell_how_a_server_is_called(alice: Person, bot: Bot, town: Town) -> None:
    mine = alice.in_dm()
    for command in ("privacy export", "privacy delete"):
        told = await mine.slash(command, server=str(town.elsewhere.id))
        assert f"the server {town.elsewhere.id}" in told.text
        assert town.elsewhere.name not in told.full_text


async def test_who_keeps_it_has_it(alice: Person, bot: Bot, town: Town) -> None:
    await filled(bot, town, alice.id)
    before = rows_naming(await stored(bot), alice.id)
    asked = await alice.slash("privacy delete")
    await alice.click(asked, "Keep it")
    assert asked.full_text == "Nothing was deleted."
    after = rows_naming(await stored(bot), alice.id)
    assert {table: rows for table, rows in after.items() if table != "audit_logs"} == {
        table: rows for table, rows in before.items() if table != "audit_logs"
    }


async def test_an_open_ticket_is_said_and_goes_when_it_is_closed(alice: Person, bot: Bot, town: Town) -> None:
    await filled(bot, town, alice.id)
    await _sql(bot, f"UPDATE support_tickets SET status = 'open' WHERE user_id = {alice.id}")
    asked = await alice.slash("privacy delete")
    assert "1 ticket is still open: it goes on" in asked.full_text
    await alice.click(asked, "Delete")
    assert "1 ticket is still open" in asked.full_text
    assert "support_tickets" in rows_naming(await stored(bot), alice.id)
    # Nothing else is left, and it is not said that nothing is.
    again = await alice.slash("privacy delete")
    await alice.click(again, "Delete")
    nothing = again.embeds[0]["footer"]["text"]
    assert nothing.startswith("Nothing of you was in: ")
    assert "FAQ" in nothing
    assert "Tickets" not in nothing
    await _sql(bot, f"UPDATE support_tickets SET status = 'closed' WHERE user_id = {alice.id}")
    await settle_privacy(bot, "postponed")
    assert "support_tickets" not in rows_naming(await stored(bot), alice.id)


async def test_sums_that_are_being_made_hold_up_a_deletion_for_seconds_alone(
    alice: Person, bot: Bot, town: Town, clock: ManualClock, own_database: DatabaseUrl
) -> None:
    await filled(bot, town, alice.id)
    other = await connect(own_database)
    try:
        async with other.transaction():
            await other.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
            await other.execute("SELECT 1 FROM audit_logs WHERE command_type = 'seen' FOR UPDATE")
            asked = await alice.slash("privacy delete")
            await alice.click(asked, "Delete")
            assert "Deleted for" in asked.full_text
            await settle_privacy(bot, "postponed")
            assert "audit_logs" in rows_naming(await stored(bot), alice.id)
    finally:
        await other.close()
    # Looked at again without anybody asking for it.
    clock.move(seconds=2)
    job: Any = await bot.jobs.run_now("privacy")
    await job.drain()
    assert set(rows_naming(await stored(bot), alice.id)) == {"bot_settings", "settings_history"}


async def _sql(bot: Bot, statement: str) -> None:
    from sqlalchemy import text

    async with bot.uow() as work:
        await work._session.execute(text(statement))


async def test_somebody_who_presses_anothers_button_deletes_their_own(
    alice: Person, mallory: Person, bot: Bot, town: Town
) -> None:
    await filled(bot, town, alice.id)
    asked = await alice.slash("privacy delete")
    before = rows_naming(await stored(bot), alice.id)
    await mallory.click(asked, "Delete", raw=True)
    assert set(rows_naming(await stored(bot), alice.id)) == set(before)


async def test_operators_erase_whom_discord_names(
    owner: Person, administrator: Person, bot: Bot, town: Town, alice: Person
) -> None:
    await filled(bot, town, alice.id)
    refused = await administrator.slash("privacy erase", user=str(alice.id))
    assert "Only the people who run this bot" in refused.text
    assert "Only the people who run this bot" in (await administrator.slash("privacy erasures")).text
    assert "Nobody has been erased" in (await owner.slash("privacy erasures")).text
    assert "id of a person" in (await owner.slash("privacy erase", user="alice")).text
    assert "Nothing is stored about 4" in (await owner.slash("privacy erase", user="4")).text
    asked = await owner.slash("privacy erase", user=f"<@{alice.id}>")
    assert str(alice.id) in asked.full_text
    assert not asked.mentions
    whose = "“you” is the person who is erased"
    assert whose in asked.full_text
    await owner.click(asked, "Erase")
    assert "Deleted for all servers" in asked.full_text
    assert whose in asked.full_text
    assert rows_naming(await stored(bot), alice.id) == {}
    shown = await owner.slash("privacy erasures")
    assert "by the people who run the bot" in shown.full_text
    assert str(alice.id) not in shown.full_text


async def test_reminders_stop_with_the_deletion(alice: Person, bot: Bot, clock: ManualClock, town: Town) -> None:
    await alice.slash("timezone set", zone="Europe/Brussels")
    await alice.slash("reminder create", when="in 10 minutes", what="tea")
    asked = await alice.slash("privacy delete", server="all")
    await alice.click(asked, "Delete")
    clock.move(minutes=11)
    await bot.jobs.run_now("reminders")
    assert not alice.pings
    assert "Europe/Brussels" not in (await alice.slash("timezone show")).full_text


def test_what_is_more_than_discord_takes_is_packed_and_split(clock: ManualClock) -> None:
    rows = [{"query": f"question {number} {hash(str(number))}"} for number in range(5000)]
    found = {7: {"faq_search_logs": rows}}
    export = exporting.export_of(found, clock(), lambda _: "Town", 20_000)
    assert export.is_packed
    assert "packed" in export.note
    assert len(export.files) > 1
    assert all(len(file.content) <= 20_000 for file in export.files)
    assert export.rows == 5000
