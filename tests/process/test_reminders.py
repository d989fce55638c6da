"""Reminders through the death of processes: what they promised comes, and comes once."""

import asyncio
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.db import DatabaseUrl
from standin import Channel, Message, StandIn
from standin.faults import Hold
from tests.fixtures.bots import Process, Start
from tests.fixtures.postgres import connect, execute
from tests.fixtures.reminders.due import put, reminders
from tests.fixtures.town import Town

POST = "POST /channels/{channel_id}/messages"
LOOK = "GET /channels/{channel_id}/messages"
NOTIFY = "SELECT pg_notify('concierge_reminders', '')"


async def until(condition: Callable[[], Any], within: float = 60) -> None:
    """Return once something is so that nobody tells of."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.02)


async def settled(database: DatabaseUrl, within: float = 60) -> None:
    """Return once nothing is waiting any more."""
    async with asyncio.timeout(within):
        while {row["state"] for row in await reminders(database)} != {"done"}:
            await asyncio.sleep(0.05)


def delivered(*channels: Channel) -> list[Message]:
    return [message for channel in channels for message in channel.messages if message.nonce]


async def sending(
    start: Start, stand_in: StandIn, town: Town, database: DatabaseUrl, **more: Any
) -> tuple[Process, Hold]:
    """A process whose only message is on its way, until it is let through."""
    process = await start(**more)
    await stand_in.ready()
    hold = stand_in.faults.hold(POST)
    await put(database, town.general, datetime.now(UTC), 1)
    await hold.reached()
    return process, hold


async def test_what_was_due_while_nobody_ran_comes_late_once_and_its_buttons_work(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    alice = stand_in.person(town.alice, town.general)
    first = await start()
    await stand_in.ready()
    assert "🔔" in (await alice.slash("reminder create", when="in 1h", what="tea", insist="10m")).text
    await first.killed(stand_in)
    # An hour and ten minutes pass.
    await execute(
        own_database,
        "UPDATE reminders SET starts_at = at, next_at = at, wake_at = at FROM (SELECT $1::timestamptz AS at)",
        datetime.now(UTC) - timedelta(minutes=10),
    )
    assert delivered(town.general) == []

    await start()
    await stand_in.until(lambda: alice.pings)
    (message,) = alice.pings
    assert message.text.startswith(f"{alice.mention}\n> tea\n-# 10 minutes late")
    snoozed = await alice.click(message, "Snooze 10 min")
    assert snoozed.text.startswith("Snoozed until")
    reminder, snooze = await reminders(own_database)
    assert (snooze["state"], snooze["snooze_of"]) == ("waiting", reminder["id"])
    done = await alice.click(message, "Done")
    assert "✅" in done.text
    # That it was sent is written down a little later, and people may be quicker.
    async with asyncio.timeout(60):
        while (await reminders(own_database, "attempts"))[0]["attempts"]:
            await asyncio.sleep(0.02)
    # Done has cancelled the snooze as well.
    (row,) = await reminders(own_database)
    assert (row["state"], row["again_at"], row["snooze_of"]) == ("done", None, None)
    assert len(delivered(town.general)) == 1


async def test_killed_after_it_took_and_before_it_sent(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    first = await start()
    await stand_in.ready()
    # It is told to wait for an hour, and would.
    stand_in.faults.rate_limit(POST, retry_after=3600)
    await put(own_database, town.general, datetime.now(UTC), 1)
    await until(lambda: stand_in.calls(POST))
    await first.killed(stand_in)
    (row,) = await reminders(own_database)
    assert (row["state"], row["attempts"]) == ("waiting", 1)
    assert row["wake_at"] > datetime.now(UTC)
    assert delivered(town.general) == []

    # The lease runs out.
    await execute(own_database, "UPDATE reminders SET wake_at = now()")
    await start()
    await settled(own_database)
    assert len(delivered(town.general)) == 1


async def test_killed_after_it_sent_and_before_it_wrote_that_down(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    first, hold = await sending(start, stand_in, town, own_database)
    # While the message is on its way, somebody holds the row, so that it cannot be written to.
    holder = await connect(own_database)
    transaction = holder.transaction()
    await transaction.start()
    await holder.execute("SELECT 1 FROM reminders FOR UPDATE")
    hold.release()
    await stand_in.until(lambda: delivered(town.general))
    await first.killed(stand_in)
    await transaction.rollback()
    await holder.close()
    (row,) = await reminders(own_database)
    assert (row["state"], row["attempts"], row["message_id"]) == ("waiting", 1, None)

    stand_in.faults.clear()
    await execute(own_database, "UPDATE reminders SET wake_at = now()")
    await start()
    await settled(own_database)
    # Whoever tries again looks into the channel first, and finds it there.
    assert (len(stand_in.calls(LOOK)), len(stand_in.calls(POST))) == (1, 1)
    (message,) = delivered(town.general)
    (row,) = await reminders(own_database)
    assert row["message_id"] == message.id


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_stopped_while_a_message_is_under_way(
    number: signal.Signals, start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    first, hold = await sending(start, stand_in, town, own_database)
    first.process.send_signal(number)
    # Until it has heard that it is to stop; it lets what is under way arrive for three seconds.
    await asyncio.sleep(0.3)
    hold.release()
    assert await first.ended() == 0
    assert "Traceback" not in first.printed
    (message,) = delivered(town.general)
    (row,) = await reminders(own_database)
    assert (row["state"], row["message_id"]) == ("done", message.id)
    assert len(stand_in.calls(POST)) == 1


async def test_two_processes_share_what_is_due_at_once(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    for _ in range(2):
        await start()
    await until(lambda: len(stand_in.gateway.sessions) == 2 and stand_in.gateway.is_ready)
    await asyncio.sleep(1)
    due = datetime.now(UTC) + timedelta(seconds=2)
    for channel in (town.general, town.log):
        await put(own_database, channel, due, 100)
    await settled(own_database)
    found = [message.nonce for message in delivered(town.general, town.log)]
    assert len(found) == len(set(found)) == 200
    # None was as much as tried by both.
    assert len(stand_in.calls(POST)) == 200


QUICK = "tests.fixtures.quick"
LEASE = 3
"""Seconds that a lease of a quick bot lasts."""


REFUSED = "We are being rate limited"
"""What py-cord says once it has heard that it has to wait. What was stopped before that hears a time limit first."""


async def test_stopped_over_its_lease_it_sends_nothing_when_it_goes_on(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    frozen = await start(module=QUICK)
    await stand_in.ready()
    stand_in.faults.rate_limit(POST, retry_after=1.0)
    await put(own_database, town.general, datetime.now(UTC), 1)
    await frozen.says(REFUSED)
    frozen.process.send_signal(signal.SIGSTOP)
    other = await start(module=QUICK)
    await settled(own_database)
    assert len(delivered(town.general)) == 1
    before = len(stand_in.calls(POST))
    # So long that Discord has forgotten the nonce.
    stand_in.world.let_pass(600)
    frozen.process.send_signal(signal.SIGCONT)
    await until(lambda: "reminder left to others" in frozen.printed)
    assert len(stand_in.calls(POST)) == before
    assert len(delivered(town.general)) == 1
    assert "Traceback" not in frozen.printed + other.printed


async def test_stopped_before_it_hears_that_its_message_was_refused_it_sends_nothing_either(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    stand_in.faults.rate_limit(POST, retry_after=1.0)
    frozen, hold = await sending(start, stand_in, town, own_database, module=QUICK)
    frozen.process.send_signal(signal.SIGSTOP)
    hold.release()
    await start(module=QUICK)
    await settled(own_database)
    assert len(delivered(town.general)) == 1
    before = len(stand_in.calls(POST))
    stand_in.world.let_pass(600)
    frozen.process.send_signal(signal.SIGCONT)
    await frozen.says("reminder to be tried again")
    await settled(own_database)
    assert len(stand_in.calls(POST)) == before
    assert len(delivered(town.general)) == 1


async def test_stopped_over_its_lease_and_alone_it_takes_it_anew(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    frozen = await start(module=QUICK)
    await stand_in.ready()
    stand_in.faults.fail(POST, 503, after=True)
    await put(own_database, town.general, datetime.now(UTC), 1)
    # It has arrived, and py-cord is about to repeat it.
    await until(lambda: delivered(town.general))
    frozen.process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(LEASE + 0.5)
    stand_in.world.let_pass(600)
    frozen.process.send_signal(signal.SIGCONT)
    await settled(own_database)
    assert len(stand_in.calls(POST)) == len(delivered(town.general)) == 1


async def warning(stand_in: StandIn, database: DatabaseUrl, channel: Channel, ahead: float, wait: float) -> datetime:
    """Make an early warning due, whose first request is told to wait; return when its reminder is due."""
    stand_in.faults.rate_limit(POST, retry_after=wait)
    due = datetime.now(UTC) + timedelta(seconds=ahead)
    await put(database, channel, due, 1)
    await execute(database, f"UPDATE reminders SET warn_seconds = 60, wake_at = now(); {NOTIFY}")
    await until(lambda: stand_in.calls(POST))
    # Nothing but the warning can be on its way by now.
    assert datetime.now(UTC) < due
    return due


async def test_an_early_warning_of_a_stopped_process_does_not_come_after_its_reminder(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    frozen = await start(module=QUICK)
    await stand_in.ready()
    due = await warning(stand_in, own_database, town.general, ahead=LEASE + 0.5, wait=1.0)
    frozen.process.send_signal(signal.SIGSTOP)
    await asyncio.sleep((due - datetime.now(UTC)).total_seconds() + 0.3)
    frozen.process.send_signal(signal.SIGCONT)
    await settled(own_database)
    assert [message.text.splitlines()[0] for message in delivered(town.general)] == ["> n 1"]


async def test_an_early_warning_is_not_lost_to_a_kill(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    first = await start(module=QUICK)
    await stand_in.ready()
    await warning(stand_in, own_database, town.general, ahead=60, wait=3600)
    await start(module=QUICK)
    await first.killed(stand_in)
    await stand_in.until(lambda: delivered(town.general), 55)
    assert "Coming up" in delivered(town.general)[0].text
    async with asyncio.timeout(60):
        while (await reminders(own_database, "warned_for"))[0]["warned_for"] is None:
            await asyncio.sleep(0.02)
    # The minute passes.
    await execute(own_database, f"UPDATE reminders SET starts_at = now(), next_at = now(), wake_at = now(); {NOTIFY}")
    await settled(own_database)
    assert len(delivered(town.general)) == 2


async def test_killed_three_times_before_it_is_written_down_it_comes_once(
    start: Start, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    holder = await connect(own_database)
    for number in range(3):
        process = await start(module=QUICK)
        await stand_in.ready()
        hold = stand_in.faults.hold(POST if number == 0 else LOOK)
        if number == 0:
            await put(own_database, town.general, datetime.now(UTC), 1)
        await hold.reached()
        # While it is on its way, somebody holds the row, so that it cannot be written to.
        transaction = holder.transaction()
        await transaction.start()
        await holder.execute("SELECT 1 FROM reminders FOR UPDATE")
        asked = len(stand_in.requests)
        stand_in.faults.clear()
        await until(lambda asked=asked: len(stand_in.requests) > asked)
        await process.killed(stand_in)
        await transaction.rollback()
        # Discord forgets a nonce between any two of them.
        stand_in.world.let_pass(200)
    await holder.close()
    await start(module=QUICK)
    await settled(own_database)
    assert len(stand_in.calls(POST)) == len(delivered(town.general)) == 1
