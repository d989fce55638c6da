"""Delivery as a server sees it when something is slow, closed, gone or away."""

import asyncio
from datetime import timedelta

import aiohttp
import asyncpg
import pytest

from app.bot import Bot
from app.core.reminders.delivery import MAX_IN_LANE
from standin import Channel, Person, StandIn, permissions
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.outage import Relay
from tests.fixtures.reminders.due import After, Fill, Stored, deliver, later
from tests.fixtures.town import Town

POST = "POST /channels/{channel_id}/messages"
OPEN = "POST /users/@me/channels"
TO_PEOPLE = "UPDATE reminders SET direct = true, created_by = ($1::bigint[])[split_part(message, ' ', 2)::int]"


def numbers(channel: Channel) -> list[int]:
    """The reminders that were delivered in a channel, in the order in which they came."""
    return [int(str(message.nonce).split("-")[0]) for message in channel.messages if message.nonce]


def newcomers(town: Town, count: int) -> list[int]:
    """New members, whom the bot can write to because they share a server with it."""
    people = [town.world.add_user(f"person-{number}") for number in range(count)]
    return [town.world.add_member(town.guild, person).user.id for person in people]


async def metrics(bot: Bot) -> dict[str, float]:
    """What `/metrics` says of reminders."""
    async with aiohttp.ClientSession(bot.health_address) as client, client.get("/metrics") as response:
        lines = (await response.text()).splitlines()
    return {
        name: float(value)
        for name, value in (line.rsplit(" ", 1) for line in lines if line.startswith("concierge_reminder"))
    }


async def test_a_slow_channel_keeps_nobody_else_waiting(
    bot: Bot, town: Town, stand_in: StandIn, clock: ManualClock, stored: Stored, fill: Fill
) -> None:
    hold = stand_in.faults.hold(POST, town.general.id)
    await fill(town.general, 300)
    await hold.reached()
    await fill(town.log, 5)
    await stand_in.until(lambda: len(town.log.messages) == 5)
    assert town.general.messages == []
    waiting = [row for row in await stored() if row["channel_id"] == town.general.id]
    # Only what is being sent counts as tried; what is not even claimed is due when it was.
    untried = [row["wake_at"] for row in waiting if not row["attempts"]]
    assert (len(untried), untried.count(clock.now)) == (299, 300 - MAX_IN_LANE)
    stand_in.faults.limit_messages(town.general.id, messages=60, seconds=0.5)
    hold.release()
    await stand_in.until(lambda: len(town.general.messages) == 300)
    sent = numbers(town.general)
    assert sent == sorted(set(sent))
    assert [request.status for request in stand_in.calls(POST)] == [200] * 305


async def test_a_channel_that_is_quick_is_not_slowed_down(bot: Bot, town: Town, stand_in: StandIn, fill: Fill) -> None:
    await fill(town.general, 200)
    # At the pace that Discord allows this would take more than three minutes, and nobody waits for that here.
    await stand_in.until(lambda: len(town.general.messages) == 200)
    sent = numbers(town.general)
    assert sent == sorted(set(sent))


async def test_opening_direct_messages_keeps_no_channel_waiting(
    bot: Bot,
    town: Town,
    stand_in: StandIn,
    clock: ManualClock,
    stored: Stored,
    connection: asyncpg.Connection,
    fill: Fill,
) -> None:
    hold = stand_in.faults.hold(OPEN)
    ids = newcomers(town, 250)
    await fill(town.general, len(ids), at=clock.now + timedelta(seconds=1))
    await connection.execute(TO_PEOPLE, ids)
    await fill(town.log, 5, at=clock.now + timedelta(seconds=1))
    clock.move(seconds=1)
    bot.jobs.wake("reminders")
    await stand_in.until(lambda: len(town.log.messages) == 5)
    assert stand_in.calls(OPEN) == []
    # One after the other: Discord limits that severely.
    await hold.reached()
    assert hold.waiting == 1
    hold.release()
    async with asyncio.timeout(60):
        while {row["state"] for row in await stored()} != {"done"}:
            await asyncio.sleep(0.1)
    assert len(stand_in.calls(POST)) == 255


async def test_what_a_process_has_not_tried_when_it_stops_is_left_to_others_at_once(
    stand_in: StandIn, town: Town, stored: Stored, clock: ManualClock, running: Running, fill: Fill
) -> None:
    stand_in.faults.limit_messages(town.general.id, messages=1, seconds=60)
    async with running() as bot:
        await fill(town.general, 15)
        bot.jobs.wake("reminders")
        await stand_in.until(lambda: town.general.messages)
    rows = await stored()
    assert [row["state"] for row in rows] == ["done"] + ["waiting"] * 14
    # The second one may be on its way for all we know, and is left to its lease.
    assert [row["attempts"] for row in rows] == [0, 1] + [0] * 13
    assert [row["wake_at"] for row in rows[2:]] == [clock.now] * 13
    stand_in.faults.clear()
    async with running():
        await stand_in.until(lambda: len(town.general.messages) == 14)
    assert numbers(town.general) == [1, *range(3, 16)]


async def test_thousands_delay_nobody(bot: Bot, town: Town, stand_in: StandIn, clock: ManualClock, fill: Fill) -> None:
    await fill(town.general, 2000, at=clock.now - timedelta(seconds=1))
    await fill(town.log, 5)
    await stand_in.until(lambda: len(town.log.messages) == 5)
    assert len(town.general.messages) < 500


async def test_how_late_and_what_became_of_them_is_measured(
    after: After, bot: Bot, alice: Person, manager: Person, town: Town, stand_in: StandIn, fill: Fill
) -> None:
    before = await metrics(bot)
    assert before["concierge_reminder_delay_seconds_count"] == 0
    assert before['concierge_reminders_total{outcome="sent"}'] == 0
    await alice.slash("reminder create", when="in 10m", what="tea")
    await after(minutes=17)
    stand_in.faults.fail(POST, 501)
    await alice.slash("reminder create", when="in 10m", what="more tea")
    await after(minutes=10)
    await alice.slash("reminder create", when="in 10m", what="too much tea")
    await manager.slash("settings set", key="reminders.catch_up", value="1m")
    await after(hours=1)
    after = await metrics(bot)
    found = {name.split('"')[1]: value for name, value in after.items() if "outcome=" in name and "_total" in name}
    assert found == {"sent": 1, "retry": 1, "skipped": 2, "to_author": 0, "off": 0, "failed": 0}
    buckets = {name.split('"')[1]: value for name, value in after.items() if "_bucket" in name}
    assert (buckets["300.0"], buckets["900.0"], buckets["+Inf"]) == (0, 1, 1)
    assert after["concierge_reminder_delay_seconds_sum"] == pytest.approx(420)
    assert after["concierge_reminders_under_way"] == after["concierge_reminders_overdue_seconds"] == 0

    hold = stand_in.faults.hold(POST)
    await fill(town.log, 1)
    bot.jobs.wake("reminders")
    await hold.reached()
    assert (await metrics(bot))["concierge_reminders_under_way"] == 1
    hold.release()
    await stand_in.until(lambda: town.log.messages)


@pytest.mark.parametrize("how", ["there", "deleted", "unreadable"])
async def test_it_answers_what_it_is_about(how: str, after: After, alice: Person, mallory: Person, town: Town) -> None:
    said = await mallory.say("the bins have to go out")
    form = await alice.context_menu("Remind me about this", said)
    await alice.submit(form, {"When": "in 30m"})
    if how == "deleted":
        town.world.messages.delete(said)
    elif how == "unreadable":
        town.world.set_overwrite(town.general, town.guild.everyone, deny=permissions.READ_MESSAGE_HISTORY)
    await after(minutes=30)
    (message,) = alice.pings
    assert message.reply_to is (said if how == "there" else None)
    assert mallory.pings == []
    assert [button.url for button in message.buttons if button.url] == [said.link]


async def test_ones_own_limit_of_lateness_goes_before_the_servers(
    stand_in: StandIn, town: Town, connection: asyncpg.Connection, clock: ManualClock, running: Running
) -> None:
    alice = stand_in.person(town.alice, town.general)
    async with running():
        for what in ("short", "long", "usual"):
            await alice.slash("reminder create", when="in 10m", what=what)
    await connection.execute("UPDATE reminders SET catch_up_seconds = 600 WHERE message = 'short'")
    await connection.execute("UPDATE reminders SET catch_up_seconds = 864000 WHERE message = 'long'")
    async with running() as bot:
        await later(bot, clock, days=3)
    (delivered,) = alice.pings
    assert "long" in delivered.text
    told = {message.text.splitlines()[0] for message in alice.in_dm().messages}
    assert {("short" in line, line.endswith("than its own limit allows.")) for line in told} == {
        (True, True),
        (False, False),
    }


async def test_who_has_to_be_told_is_told_even_if_not_at_once(
    stand_in: StandIn, town: Town, stored: Stored, clock: ManualClock, running: Running
) -> None:
    alice = stand_in.person(town.alice, town.general)
    async with running() as bot:
        await alice.slash("reminder create", when="in 10m", what="tea")
        stand_in.faults.fail(OPEN, 501)
        stand_in.faults.fail(POST, 501, after=True)
        await later(bot, clock, days=3)
        assert [row["state"] for row in await stored()] == ["waiting"]
        for _ in range(3):
            await later(bot, clock, minutes=1)
        assert [row["state"] for row in await stored()] == ["attention"]
    assert len(alice.in_dm().messages) == 1


async def test_a_left_server_and_a_deleted_role(after: After, moderator: Person, town: Town, stored: Stored) -> None:
    # Without another server in common, nothing could reach them in the end.
    town.world.add_member(town.elsewhere, town.moderator)
    await moderator.slash("reminder create", when="in 1h", what="come", mention=town.staff)
    await moderator.slash("reminder create", when="in 2h", what="go")
    town.world.delete_role(town.staff)
    await after(hours=1)
    assert "come" in town.general.messages[-1].text
    assert town.general.messages[-1].pinged == []
    town.world.bot_leaves(town.guild)
    await after(hours=1)
    (instead,) = moderator.in_dm().messages
    assert "go" in instead.text
    assert [row["state"] for row in await stored()] == ["done", "done"]


async def test_direct_messages_are_opened_once_per_person(
    after: After, town: Town, stand_in: StandIn, clock: ManualClock, connection: asyncpg.Connection, fill: Fill
) -> None:
    ids = newcomers(town, 150)
    for hours in (1, 2):
        await fill(town.general, len(ids), at=clock.now + timedelta(hours=hours))
    await connection.execute(TO_PEOPLE, ids)
    for _ in range(2):
        await after(hours=1)
    assert len(stand_in.calls(POST)) == 300
    assert len(stand_in.calls(OPEN)) == 150


async def test_a_process_that_stood_still_does_not_send_again_what_it_is_sending(
    bot: Bot, town: Town, stand_in: StandIn, clock: ManualClock, stored: Stored, fill: Fill
) -> None:
    hold = stand_in.faults.hold(POST)
    await fill(town.general, 1)
    await hold.reached()
    clock.move(minutes=5)
    await bot.jobs.run_now("reminders")
    hold.release()
    await deliver(bot)
    (row,) = await stored()
    assert (row["state"], row["attempts"]) == ("done", 0)
    assert len(stand_in.calls(POST)) == 1


async def test_what_was_sent_while_the_database_was_away_is_sent_once(
    fragile: Bot, relay: Relay, town: Town, stand_in: StandIn, clock: ManualClock, stored: Stored, fill: Fill
) -> None:
    hold = stand_in.faults.hold(POST)
    channels = (town.general, town.log)
    for channel in channels:
        await fill(channel, 1)
    await hold.reached(len(channels))
    await relay.cut()
    hold.release()
    await stand_in.until(lambda: all(channel.messages for channel in channels))
    # Longer than the lease, so that this process takes them again before it has written anything down.
    clock.move(minutes=10)
    await relay.open()
    async with asyncio.timeout(60):
        while not all(row["state"] == "done" for row in await stored()):
            await asyncio.sleep(0.05)
    assert len(stand_in.calls(POST)) == 2


async def test_an_outcome_that_cannot_be_written_down_spoils_no_other(
    after: After, town: Town, clock: ManualClock, stored: Stored, connection: asyncpg.Connection, fill: Fill
) -> None:
    await fill(town.general, 5, at=clock.now + timedelta(minutes=1))
    await connection.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not this one'; END $$"
    )
    await connection.execute(
        "CREATE TRIGGER refuse BEFORE UPDATE ON reminders FOR EACH ROW "
        "WHEN (NEW.message = 'n 3' AND NEW.state = 'done') EXECUTE FUNCTION refuse()"
    )
    await after(minutes=1)
    assert [row["state"] for row in await stored()] == ["done", "done", "waiting", "done", "done"]
    # Its lease runs out, and the same message is sent again under the same nonce.
    await connection.execute("DROP TRIGGER refuse ON reminders")
    await after(minutes=1)
    assert {row["state"] for row in await stored()} == {"done"}
    assert len(town.general.messages) == 5
