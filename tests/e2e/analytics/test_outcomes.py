"""How an interaction ends, and that it is written down so: each outcome, by whatever it was that somebody did."""

import asyncio

import pytest

from app.bot import Bot
from app.core.analytics.recording import is_sampled
from app.core.interactions import Outcome
from app.db import DatabaseUrl
from app.ui.kit.errors import outcome_of
from app.ui.kit.long_waits import LongWait
from standin import Person, StandIn
from tests.fixtures.analytics import written
from tests.fixtures.discord import Running
from tests.fixtures.outage import Relay
from tests.fixtures.postgres import execute
from tests.fixtures.tickets.offering import Desk, open_ticket
from tests.fixtures.town import Town

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"


async def outcomes(bot: Bot, database: DatabaseUrl) -> list[str]:
    """Return how everything ended, in its order."""
    return [outcome for (outcome,) in await written(bot, database, "outcome")]


async def test_what_cannot_be_done_is_refused_and_what_somebody_may_not_do_is_denied(
    bot: Bot, alice: Person, manager: Person, mallory: Person, own_database: DatabaseUrl
) -> None:
    await manager.slash("settings set", key="general.page_size", value="many")
    await manager.slash("settings set", key="general.page_size", value="5")
    await mallory.slash("settings set", raw=True, key="general.page_size", value="6")
    await mallory.slash("migrate status", raw=True)
    made = await alice.slash("reminder create", when="in 1h", what="tea")
    form = await alice.click(made, "Change")
    await alice.submit(form, {"When": "never ever"})
    assert await written(bot, own_database, "command_name", "command_type", "outcome") == [
        ("settings set", "slash", "refused"),
        ("settings set", "slash", "ok"),
        ("settings set", "slash", "denied"),
        ("migrate status", "slash", "denied"),
        ("reminder create", "slash", "ok"),
        ("reminder:change", "button", "ok"),
        ("reminder:change_form", "form", "refused"),
    ]
    assert set(await written(bot, own_database, "error_message", "fingerprint", "reference")) == {(None, None, None)}


async def test_a_limit_is_one_whether_a_command_or_a_form_meets_it(
    desk: Desk, bot: Bot, alice: Person, manager: Person, own_database: DatabaseUrl
) -> None:
    await manager.slash("settings set", key="reminders.per_member", value="1")
    await alice.slash("reminder create", when="in 1h", what="tea")
    assert "1 reminder" in (await alice.slash("reminder create", when="in 1h", what="more tea")).text
    form = await alice.context_menu("Remind me about this", await alice.say("tea"))
    assert "1 reminder" in (await alice.submit(form, {"When": "in 2h"})).text
    await desk.offer(cool_down=3600)
    await open_ticket(alice)
    await alice.at(desk.channel(await desk.ticket())).slash("ticket close")
    await desk.settled()
    assert "next one in" in (await alice.slash("ticket open")).text
    rows = await written(bot, own_database, "command_name", "command_type", "outcome")
    assert [row for row in rows if row[2] != "ok"] == [
        ("reminder create", "slash", "rate_limited"),
        ("reminder:about_form", "form", "rate_limited"),
        ("ticket open", "slash", "rate_limited"),
    ]
    assert ("Remind me about this", "message", "ok") in rows


async def test_what_discord_does_not_wait_for_any_more_is_timed_out(
    bot: Bot, manager: Person, stand_in: StandIn, own_database: DatabaseUrl
) -> None:
    shown = await manager.slash("settings view")
    stand_in.interactions.answer_within = 0.5
    for attempt in (
        lambda: manager.slash("settings view"),
        lambda: manager.click(shown, "Reminders"),
        lambda: manager.slash("settings set", key="general.page_size", value="many"),
        lambda: manager.autocomplete("settings set", "key", "page"),
    ):
        stand_in.faults.fail(CALLBACK, status=404, code=10062)
        with pytest.raises(Exception, match="respond"):
            await attempt()
    rows = await written(bot, own_database, "command_type", "outcome", "first_response_ms", "count")
    assert rows[1:] == [
        ("slash", "timed_out", None, 1),
        ("button", "timed_out", None, 1),
        ("slash", "timed_out", None, 1),
        ("autocomplete", "timed_out", None, 1),
    ]


async def test_without_its_database_the_bot_is_unavailable_and_without_an_answer_of_discord_as_well(
    fragile: Bot, managing: Person, relay: Relay, stand_in: StandIn, own_database: DatabaseUrl
) -> None:
    shown = await managing.slash("settings view")
    await relay.cut()
    await managing.slash("settings history")
    await managing.click(shown, "Reminders")
    await managing.autocomplete("reminder show", "reminder", "tea")
    await relay.open()
    stand_in.faults.fail(CALLBACK, status=500, times=5)
    await managing.slash("help")
    rows = await written(fragile, own_database, "command_type", "outcome", "error_message", "fingerprint")
    assert [row[:2] for row in rows] == [
        ("slash", "ok"),
        ("slash", "unavailable"),
        ("button", "unavailable"),
        ("autocomplete", "unavailable"),
        ("slash", "unavailable"),
    ]
    assert all(row[2].split(" in ")[0] in {"DatabaseUnavailable", "DiscordServerError"} for row in rows[1:])
    assert {row[3] for row in rows} == {None}, "no bug of ours"


async def test_a_bug_has_the_reference_that_was_told_and_a_fingerprint_that_is_the_same_the_next_time(
    bot: Bot, manager: Person, alice: Person, own_database: DatabaseUrl
) -> None:
    await execute(own_database, "ALTER TABLE settings_history RENAME COLUMN reason TO why")
    references = [(await manager.slash("settings history")).text.split("`")[1] for _ in range(2)]
    references.append((await manager.slash("settings history", key="general.page_size")).text.split("`")[1])
    rows = await written(bot, own_database, "outcome", "success", "reference", "error_message", "fingerprint")
    assert [row[:3] for row in rows] == [("bug", False, reference) for reference in references]
    ((what, fingerprint),) = {row[3:] for row in rows}
    where = "app.services.settings.service:SettingsService.list_history"
    assert what == f"ProgrammingError(UndefinedColumnError) in {where}"
    assert len(fingerprint) == 12


async def test_a_command_that_this_release_does_not_have_is_counted_without_its_name(
    bot: Bot, alice: Person, stand_in: StandIn, own_database: DatabaseUrl
) -> None:
    made = await alice.slash("reminder create", when="in 1h", what="tea")
    await alice.click(made, "my:v9:secret", raw=True)
    farewell = {"name": "farewell", "type": 1, "description": "Of an older version"}
    stand_in.world.commands.upsert(None, farewell)
    await alice.slash("farewell", raw=True)
    assert await written(bot, own_database, "command_name", "command_type", "outcome") == [
        ("reminder create", "slash", "ok"),
        ("other", "button", "refused"),
        ("other", "slash", "denied"),
    ]


async def test_of_suggestions_one_in_ten_is_written_down_and_counts_as_ten(
    bot: Bot, alice: Person, stand_in: StandIn, own_database: DatabaseUrl
) -> None:
    for _ in range(60):
        await alice.autocomplete("reminder show", "reminder", "t")
        await asyncio.sleep(0.002)
    ids = [int(request.path.split("/")[-3]) for request in stand_in.calls("POST /interactions/")]
    expected = sum(map(is_sampled, ids))
    rows = await written(bot, own_database, "command_name", "command_type", "outcome", "count")
    assert rows == [("reminder show", "autocomplete", "ok", 10)] * expected
    assert 0 < expected < 60


async def test_two_processes_that_hear_the_same_count_it_once(
    running: Running, stand_in: StandIn, town: Town, own_database: DatabaseUrl
) -> None:
    manager = stand_in.person(town.manager, town.general)
    async with running():
        said = await manager.slash("reminder create", when="every day at 9:00", what="stand-up")
    async with running() as one, running() as other:
        await manager.slash("settings view")
        shown = await manager.slash("settings set", key="general.page_size", value="many")
        assert shown.text
        # Nothing that changes a row: here each command is carried out twice, and the second might find another one.
        form = await manager.slash("reminder edit", reminder="stand-up")
        assert "I do not know `never`" in (await manager.submit(form, {"When": "never ever"})).text
        await manager.click(said, "Change")
        await manager.click(await manager.slash("health now"), "Look again")
        await manager.slash("help")
        for bot in (one, other):
            rows = await written(bot, own_database, "command_name", "outcome")
    assert sorted(rows) == [
        ("health now", "ok"),
        ("health:look_again", "ok"),
        ("help", "ok"),
        ("reminder create", "ok"),
        ("reminder edit", "ok"),
        ("reminder:change", "ok"),
        ("reminder:edit_form", "refused"),
        ("settings set", "refused"),
        ("settings view", "ok"),
    ]


def test_what_discord_allows_only_later_is_a_limit(stand_in: StandIn) -> None:
    class Response:
        status, reason = 429, "Too Many Requests"

    assert outcome_of(LongWait(Response(), 600)) is Outcome.RATE_LIMITED  # pyright: ignore[reportArgumentType] -- of a test
