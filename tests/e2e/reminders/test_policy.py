"""What a server and its staff may say about reminders, bad input, and members' own clocks."""

import asyncio

import asyncpg
import pytest

from app.bot import Bot
from standin import Person, StandIn, permissions
from tests.fixtures.reminders.due import After, Stored
from tests.fixtures.statements import quiet, statements_of
from tests.fixtures.town import Town

NOT_YOURS = "You have no such reminder in this server."
BAD_INPUT = [
    ({"when": "yesterday at 9"}, "That is in the past"),
    ({"when": "31 feb 2027 at 10:00"}, "31 February 2027 does not exist: that month has 28 days."),
    ({"when": "friday at 5"}, "`5` could be 05:00 or 17:00: write `5am` or `17:00`."),
    ({"when": "biweekly"}, "could be twice a week or every other week"),
    ({"when": "whenever"}, "I cannot read `whenever` in that time"),
    ({"when": ""}, "A reminder needs a time"),
    ({"when": "every 10 seconds"}, "5 minutes"),
    ({"when": "x" * 4000}, "200 characters"),
    ({"when": "in 1h", "what": "x" * 2001}, "2,000 characters"),
    ({"when": "in 1h", "what": "  "}, "2,000 characters"),
    ({"when": "in 1h", "what": "a\0b"}, "2,000 characters"),
    ({"when": "in 1h", "what": "\ud800"}, "2,000 characters"),
    ({"when": "in 1h \0"}, "I cannot read"),
    ({"when": "in 1h", "what": "hello @everyone"}, "cannot mention everyone"),
    ({"when": "in 1h", "early": "2h"}, "would be in the past"),
    ({"when": "in 1h", "early": "soon"}, "a length of time from one minute to a year"),
    ({"when": "in 1h", "insist": "1s"}, "a length of time from one minute to a year"),
    ({"when": "in 1h", "tries": 3}, "`tries` and `escalate` need `insist`"),
    ({"when": "in 1h", "late": "60d"}, "a length of time from one minute to 30 days"),
    ({"when": "in 1h", "times": 3}, "Only a repeating reminder can end"),
    ({"when": "every day at 9:00", "until": "1 jan 2020"}, "in the past"),
    ({"when": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "That rule never happens"),
    ({"when": "in 1h", "message": "the one above"}, "takes the link to a message of this server"),
]


@pytest.mark.parametrize(("given", "sentence"), BAD_INPUT)
async def test_bad_input_stores_nothing(given: dict[str, str], sentence: str, alice: Person, stored: Stored) -> None:
    reply = await alice.slash("reminder create", raw=True, **{"what": "tea", **given})
    assert sentence in reply.text
    assert "Something broke" not in reply.text
    assert reply.private
    assert "\n" not in reply.text
    assert len(reply.text) < 400
    assert reply.mentions == []
    assert await stored() == []


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "2147483648", "-1", "1 OR 1=1", "#", "٣", "%"])
async def test_a_forged_number_leads_nowhere(number: str, alice: Person, stored: Stored) -> None:
    await alice.slash("reminder create", when="in 1h", what="tea")
    for command in ("edit", "delete", "pause", "skip"):
        assert (await alice.slash(f"reminder {command}", raw=True, reminder=number)).text == NOT_YOURS
    assert len(await stored()) == 1


async def test_everything_a_server_may_choose_holds(
    alice: Person, manager: Person, moderator: Person, town: Town, after: After
) -> None:
    async def choose(key: str, value: str) -> None:
        assert "→" in (await manager.slash("settings set", key=f"reminders.{key}", value=value)).text

    for_role = {"when": "in 1h", "what": "come", "mention": town.staff}
    refused = await alice.slash("reminder create", **for_role)
    assert refused.text == "In this server you can only make reminders for yourself."
    assert "🔔" in (await moderator.slash("reminder create", **for_role)).text
    await choose("for_others", "everybody")
    assert "🔔" in (await alice.slash("reminder create", **for_role)).text
    assert "🔔" in (await alice.slash("reminder create", when="in 1h", what="hi", mention=town.mallory)).text

    await choose("per_member", "2")
    assert (
        "this server allows 2. Delete one first."
        in (await alice.slash("reminder create", when="in 1h", what="third")).text
    )
    await choose("per_member", "20")
    await choose("shortest_interval", "2h")
    assert "2 hours" in (await alice.slash("reminder create", when="every hour", what="often")).text

    await choose("enabled", "off")
    assert "switched off" in (await alice.slash("reminder create", when="in 1h", what="tea")).text
    await after(hours=1)
    assert alice.at(town.general).pings == []
    await choose("enabled", "on")
    shown = await alice.slash("reminder list", state="paused")
    assert "come" in shown.full_text


async def test_roles_and_everyone_are_pinged_only_by_those_who_may(
    alice: Person, mallory: Person, manager: Person, administrator: Person, town: Town, after: After
) -> None:
    everyone = town.guild.roles[town.guild.id]
    own = next(role for role in town.guild.roles.values() if role.managed)
    town.world.edit_role(own, permissions=own.permissions | permissions.MENTION_EVERYONE)
    town.world.grant(town.guild.members[town.mallory.id], town.above)
    await manager.slash("settings set", key="reminders.for_others", value="everybody")
    refused = await alice.slash("reminder create", when="in 1h", what="come", mention=town.above)
    assert "does not let you mention that role" in refused.text
    refused = await alice.slash("reminder create", when="in 1h", what="come", insist="5m", escalate=town.above)
    assert "does not let you mention that role" in refused.text
    for person in (alice, administrator):
        refused = await person.slash("reminder create", when="in 1h", what="come", insist="5m", escalate=everyone)
        assert refused.text == "`escalate` takes a role of this server, but not everyone."
    for person in (alice, administrator):
        refused = await person.slash("reminder create", when="in 1h", what="come", mention=everyone)
        assert "cannot mention everyone" in refused.text
    await manager.slash("settings set", key="reminders.everyone", value="on")
    assert "cannot" in (await alice.slash("reminder create", when="in 1h", what="come", mention=everyone)).text
    assert (
        "for everyone"
        in (await administrator.slash("reminder create", when="in 1h", what="come", mention=everyone)).text
    )
    assert "🔔" in (await administrator.slash("reminder create", when="in 2h", what="council", mention=town.above)).text
    # Words that look like pings are none.
    await alice.slash("reminder create", when="in 3h", what=f"ask {mallory.mention} and {town.staff.mention}")
    await after(hours=1)
    assert alice.last_message.mentions_everyone
    await after(hours=1)
    assert alice.last_message.mentioned_role_ids == [town.above.id]
    pings = len(mallory.pings)
    await after(hours=1)
    assert len(mallory.pings) == pings
    assert alice.last_message.pinged == [town.alice]


async def test_reminders_go_where_both_can_write(alice: Person, manager: Person, town: Town, stored: Stored) -> None:
    refused = await alice.slash("reminder create", raw=True, when="in 1h", what="tea", channel=town.closed)
    assert "cannot write in" in refused.text
    assert "🔔" in (await alice.slash("reminder create", when="in 1h", what="tea", channel=town.log)).text
    await manager.slash("settings set", key="reminders.channel", channel=town.log)
    await alice.slash("reminder create", when="in 1h", what="more tea")
    assert [row["channel_id"] for row in await stored()] == [town.log.id] * 2


async def test_members_list_theirs_and_staff_all(alice: Person, mallory: Person, moderator: Person, town: Town) -> None:
    for number in range(10):
        await alice.slash("reminder create", when=f"in {number + 1}h", what=f"thing {number}")
    await mallory.slash("reminder create", when="in 30m", what="mischief", channel=town.log)
    first = await alice.slash("reminder list")
    assert first.embeds[0]["footer"]["text"] == "Page 1 of 2 · 10 reminders"
    assert "thing 0" in first.full_text
    assert "mischief" not in first.full_text
    later_ones = await alice.click(first, "Later")
    assert "thing 9" in later_ones.full_text
    assert "Only staff" in (await mallory.slash("reminder list", everybody=True)).text
    everything = await moderator.slash("reminder list", everybody=True)
    assert "mischief" in everything.full_text
    assert everything.embeds[0]["footer"]["text"].endswith("11 reminders")
    only = await moderator.slash("reminder list", everybody=True, channel=town.log)
    assert "thing" not in only.full_text
    # The names of all are offered, not of the newest.
    assert len(await alice.autocomplete("reminder delete", "reminder", "thing 0")) == 1
    # Turning somebody else's page shows one's own.
    assert "thing" not in (await mallory.click(everything, everything.buttons[1].custom_id, raw=True)).full_text


async def test_staff_pause_and_move_a_channel_and_members_give_theirs_away(
    stand_in: StandIn, alice: Person, mallory: Person, moderator: Person, manager: Person, town: Town, after: After
) -> None:
    await alice.slash("reminder create", when="in 1h", what="tea")
    for command, given in (("pause", {"channel": town.general}), ("shift", {"by": "1h"})):
        refused = await alice.slash(f"reminder {command}", **given)
        assert refused.text == "Only staff can see and change everybody's reminders."
    assert (
        f"Paused one reminder for {town.general.mention}."
        in (await moderator.slash("reminder pause", channel=town.general)).text
    )
    await after(hours=2)
    assert alice.pings == []
    assert (await moderator.slash("reminder resume", channel=town.general)).text.startswith("Resumed one")
    await after(seconds=1)
    assert len(alice.pings) == 1

    await alice.slash("reminder create", when="in 2h", what="cake")
    assert (await moderator.slash("reminder shift", by="-1h")).text == "Moved one reminder 1 hour earlier."
    await after(hours=1)
    assert alice.pings[-1].text.endswith("cake")
    await alice.slash("reminder create", when="every 2 hours", what="walk")
    assert (
        "cannot make reminders for others"
        in (await alice.slash("reminder transfer", reminder="walk", member=town.mallory)).text
    )
    await manager.slash("settings set", key="reminders.for_others", value="everybody")
    given = await alice.slash("reminder transfer", reminder="walk", member=town.mallory)
    assert mallory.mention in given.text
    await stand_in.until(lambda: mallory.in_dm().messages)
    (told,) = mallory.in_dm().messages
    assert told.text.startswith(f"{alice.mention} gave you a reminder.\n🔔 **walk** · #")
    assert (await mallory.slash("reminder transfer", reminder="walk", member=town.mallory)).text == (
        "That reminder is already yours."
    )
    assert (await alice.slash("reminder delete", reminder="walk")).text == NOT_YOURS
    await after(hours=2)
    assert mallory.pings[-1].text == f"{mallory.mention}\n> walk"
    assert (await mallory.slash("reminder pause", reminder="walk")).text.startswith("Paused.")
    assert (await mallory.slash("reminder skip", reminder="walk")).text.startswith("Skipped once")
    assert (await mallory.slash("reminder resume", reminder="walk")).text.startswith("Resumed.")
    assert "Deleted" in (await mallory.slash("reminder delete", reminder="walk")).text


async def test_a_clock_of_ones_own_is_found_by_city_and_offset(alice: Person, connection: asyncpg.Connection) -> None:
    offered = await alice.autocomplete("timezone set", "zone", "brus")
    assert offered[0]["value"] == "Europe/Brussels"
    assert "now (UTC+0" in offered[0]["name"]
    for typed, best in {"+5:30": "Asia/Kolkata", "mumbai": "Asia/Kolkata", "EST": "America/New_York"}.items():
        assert (await alice.autocomplete("timezone set", "zone", typed))[0]["value"] == best
    assert len(await alice.autocomplete("timezone set", "zone", "")) == 25
    assert "You have not set a time zone" in (await alice.slash("timezone show")).text
    assert "There is no time zone" in (await alice.slash("timezone set", raw=True, zone="Mars/Olympus")).text
    assert "`Asia/Tokyo`" in (await alice.slash("timezone set", zone="asia/tokyo")).text
    assert "`Asia/Tokyo`" in (await alice.slash("timezone show")).text
    assert "`UTC+02:00` all year" in (await alice.slash("timezone set", raw=True, zone="+2")).text
    assert (
        "`Europe/London` or `America/Chicago`" in (await alice.slash("timezone set", raw=True, zone="birmingham")).text
    )
    (label,) = [choice["name"] for choice in await alice.autocomplete("timezone set", "zone", "mumbai")]
    assert label.startswith("Mumbai, IN: Asia/Kolkata · ")
    assert "`Asia/Kolkata`" in (await alice.slash("timezone set", raw=True, zone=label)).text
    assert (await alice.slash("timezone forget")).text == "Forgotten."
    assert "You have not set" in (await alice.slash("timezone show")).text
    assert await connection.fetchval("SELECT count(*) FROM bot_settings") == 0


async def test_an_idle_bot_leaves_the_database_alone(after: After, bot: Bot, alice: Person) -> None:
    await alice.slash("reminder create", when="in 5h", what="tea")
    await after(seconds=1)
    sent = statements_of(bot)
    await quiet(sent)
    await bot.jobs.run_now("reminders")
    # The driver says what it sent a moment later.
    await asyncio.sleep(0.1)
    # This is what happens once a minute, and nothing else.
    assert len(sent) == 1
    assert "min(reminders.wake_at)" in sent[0]


@pytest.mark.parametrize("trouble", ["closed", "unwell"])
async def test_who_cannot_be_told_that_they_were_given_a_reminder_has_it_all_the_same(
    stand_in: StandIn, moderator: Person, alice: Person, town: Town, trouble: str
) -> None:
    if trouble == "closed":
        town.alice.accepts_dms = False
    else:
        stand_in.faults.fail("POST /users/@me/channels", 501)
    await moderator.slash("reminder create", when="in 1h", what="walk")
    given = await moderator.slash("reminder transfer", reminder="walk", member=town.alice)
    tried = "POST /channels/{channel_id}/messages" if trouble == "closed" else "POST /users/@me/channels"
    async with asyncio.timeout(20):
        while not stand_in.calls(tried):
            await asyncio.sleep(0.01)
    assert "**walk**" in (await alice.slash("reminder list")).full_text
    assert given.text.startswith(f"It now belongs to {alice.mention}.")
    assert [message.text for message in moderator.messages if "Something broke" in message.text] == []
