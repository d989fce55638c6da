"""What Discord refuses without meaning it, and what it stores without our knowing."""

import asyncio
import logging
from datetime import timedelta

import aiohttp
import pytest

from app.bot import Bot
from app.jobs.reminders import sender
from standin import Person, StandIn, permissions
from tests.fixtures.clock import ManualClock
from tests.fixtures.reminders.due import After, Fill, Stored, later
from tests.fixtures.town import Town

POST = "POST /channels/{channel_id}/messages"
LOOK = "GET /channels/{channel_id}/messages"
OPEN = "POST /users/@me/channels"
RETRIED = "It cannot be sent at the moment. I keep trying."


@pytest.fixture
def after(bot: Bot, clock: ManualClock, stand_in: StandIn) -> After:
    """Let time pass for the bot and for Discord, which forgets nonces and makes ids by it."""

    async def pass_by(**by: float) -> None:
        stand_in.world.let_pass(timedelta(**by).total_seconds())
        await later(bot, clock, **by)

    return pass_by


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests that get no answer are given up soon."""
    monkeypatch.setattr(sender, "TIMEOUT", aiohttp.ClientTimeout(total=3))


@pytest.mark.parametrize("direct", [False, True])
@pytest.mark.parametrize(
    ("status", "code"), [(403, None), (400, None), (404, None), (403, 40333), (400, 40003), (403, 0), (400, 40062)]
)
async def test_a_refusal_that_is_not_discords_own_stops_nothing_and_is_told_to_nobody(
    after: After, alice: Person, town: Town, stand_in: StandIn, stored: Stored, status: int, code: int, *, direct: bool
) -> None:
    await alice.slash("reminder create", when="every 2 hours", what="tea", direct=direct)
    route = OPEN if direct else POST
    if code is None:
        stand_in.faults.show_page(route, status)
    else:
        stand_in.faults.fail(route, status, code=code)
    await after(hours=2)
    (row,) = await stored()
    assert (row["state"], row["problem"]) == ("waiting", RETRIED)
    place = alice.in_dm() if direct else alice
    assert place.pings == []
    assert [message for message in alice.in_dm().messages if message.nonce] == []
    await after(seconds=6)
    (row,) = await stored()
    assert (row["state"], row["problem"]) == ("waiting", None)
    sent = alice.in_dm().messages if direct else town.general.messages
    assert sum("tea" in message.text and bool(message.nonce) for message in sent) == 1


@pytest.mark.parametrize("code", [10003, 50001, 50007, 50013, 50083, 50278, 160005, 200000])
async def test_what_discord_itself_says_sets_it_aside(
    after: After, alice: Person, stand_in: StandIn, stored: Stored, code: int
) -> None:
    await alice.slash("reminder create", when="every 2 hours", what="tea")
    stand_in.faults.fail(POST, 403, code=code, message="Not here")
    await after(hours=2)
    (row,) = await stored()
    assert row["state"] == "attention"
    assert "Not here" in row["problem"]
    (instead,) = alice.in_dm().messages
    assert "Not here" in instead.text


async def test_an_answer_that_never_comes_holds_up_nobody_and_the_message_comes_once(
    bot: Bot, after: After, fill: Fill, town: Town, stand_in: StandIn, stored: Stored, clock: ManualClock,
    caplog: pytest.LogCaptureFixture, impatient: None,
) -> None:  # fmt: skip
    stand_in.faults.swallow(POST)
    await fill(town.general, 2)
    with caplog.at_level(logging.WARNING):
        await after(seconds=0)
    assert [row["state"] for row in await stored()] == ["waiting", "done"]
    assert [record.error for record in caplog.records if hasattr(record, "attempt")] == ["no answer in time"]
    # Longer than Discord remembers a nonce.
    await after(minutes=5)
    assert [row["state"] for row in await stored()] == ["done", "done"]
    assert [message.text.splitlines()[0] for message in town.general.messages] == ["> n 1", "> n 2"]
    assert [row["message_id"] for row in await stored()] == [message.id for message in town.general.messages]


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("direct", [True, False])
async def test_what_is_reset_is_sent_again_at_once(
    after: After, alice: Person, town: Town, stand_in: StandIn, stored: Stored, *, arrived: bool, direct: bool
) -> None:
    await alice.slash("reminder create", when="in 1h", what="tea", direct=direct)
    stand_in.faults.reset(POST, after=arrived)
    if direct:
        stand_in.faults.reset(OPEN, after=arrived)
    await after(hours=1)
    assert [row["state"] for row in await stored()] == ["done"]
    assert len(stand_in.calls(POST)) == 2
    sent = alice.in_dm().messages if direct else town.general.messages
    assert len([message for message in sent if message.nonce]) == 1


@pytest.mark.parametrize("kind", ["occurrence", "warning", "repetition", "to the author", "too late"])
async def test_a_lost_answer_and_minutes_of_trouble_after_it_double_nothing(
    after: After, alice: Person, moderator: Person, town: Town, stand_in: StandIn, stored: Stored, kind: str
) -> None:
    options = {"warning": {"early": "30m"}, "repetition": {"insist": "10m"}, "too late": {"late": "1h"}}.get(kind, {})
    await alice.at(town.log).slash("reminder create", when="in 1h", what="tea", **options)
    if kind == "repetition":
        await after(hours=1)
    if kind == "to the author":
        town.world.delete_channel(town.log)
    before = len(town.log.messages)
    stand_in.faults.fail(POST, 501, after=True)
    await after(minutes=30 if kind == "warning" else 10 if kind == "repetition" else 180 if kind == "too late" else 60)
    for route in (LOOK, POST):
        stand_in.faults.fail(route, 501, 99)
    for _ in range(10):
        await after(seconds=20)
    stand_in.faults.clear()
    await after(minutes=5)
    messages = alice.in_dm().messages if kind in {"to the author", "too late"} else town.log.messages[before:]
    assert len([message for message in messages if "tea" in message.text]) == 1
    assert all(row["attempts"] == 0 for row in await stored())


async def test_the_warning_before_it_is_not_taken_for_the_reminder(
    after: After, alice: Person, stand_in: StandIn, stored: Stored
) -> None:
    await alice.slash("reminder create", when="in 1h", what="tea", early="1m")
    stand_in.faults.fail(POST, 501, after=True)
    await after(minutes=59)
    stand_in.faults.fail(LOOK, 501, 99)
    await after(seconds=50)
    stand_in.faults.clear()
    # The warning's outcome is not known when the reminder itself is due, and is lost with its first answer.
    stand_in.faults.fail(POST, 501, after=True)
    await after(seconds=10)
    await after(minutes=5)
    assert ["Coming up" in message.text for message in alice.pings] == [True, False]
    assert [row["state"] for row in await stored()] == ["done"]


async def test_where_nothing_may_be_read_the_nonce_has_to_do(
    after: After, alice: Person, town: Town, stand_in: StandIn, stored: Stored
) -> None:
    town.world.set_overwrite(town.general, town.guild.everyone, deny=permissions.READ_MESSAGE_HISTORY)
    await alice.slash("reminder create", when="in 1h", what="tea")
    stand_in.faults.fail(POST, 501, after=True)
    await after(hours=1)
    await after(seconds=6)
    assert len(alice.pings) == 1
    assert len(stand_in.calls(POST)) == 2
    assert [row["state"] for row in await stored()] == ["done"]


async def test_a_warning_that_was_kept_waiting_does_not_come_after_its_reminder(
    bot: Bot, after: After, alice: Person, town: Town, stand_in: StandIn, stored: Stored, clock: ManualClock
) -> None:
    await alice.slash("reminder create", when="in 1h", what="tea", early="1m")
    stand_in.faults.rate_limit(POST, retry_after=1.0)
    clock.move(minutes=59)
    bot.jobs.wake("reminders")
    async with asyncio.timeout(60):
        while not stand_in.calls(POST):
            await asyncio.sleep(0.02)
    # The process waits inside py-cord while its reminder comes due.
    clock.move(minutes=1)
    await after(seconds=1)
    (message,) = alice.pings
    assert "Coming up" not in message.text
    assert [row["state"] for row in await stored()] == ["done"]
