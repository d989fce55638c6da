"""/health trend and /health incidents, as staff, operators and everybody else meet them."""

from datetime import timedelta
from typing import Any

from app.bot import Bot
from app.core.health_kinds import HealthKind, HealthState
from app.models import HealthCheck
from standin import Person, Reply
from tests.fixtures.clock import ManualClock

REFUSAL = "Only staff can see how the bot is doing."
ALL = "all shards"


def fields(reply: Reply) -> dict[str, str]:
    (embed,) = reply.embeds
    return {field["name"]: field["value"] for field in embed["fields"]}


async def write(bot: Bot, clock: ManualClock, *rows: tuple[float, HealthKind, dict[str, Any]]) -> None:
    """Write what happened so many hours ago, and what was measured in the last days."""
    found = [*rows]
    for hours in range(60):
        figures = {"gateway_ms": 90 + hours, "shards": {"0": 90 + hours}, "database_ms": 2, "memory_mb": 80}
        found.append((float(hours), HealthKind.SAMPLE, figures))
    async with bot.uow() as work:
        work._session.add_all(
            HealthCheck(
                **{
                    "service": ALL, "version": "1.0", "uptime_seconds": 0, "db_status": "ok", "kind": kind,
                    "checked_at": clock() - timedelta(hours=hours), **values,
                }
            )
            for hours, kind, values in found
        )  # fmt: skip


async def test_staff_and_operators_read_off_what_happened(
    bot: Bot, moderator: Person, owner: Person, alice: Person, clock: ManualClock
) -> None:
    empty = await moderator.slash("health trend", period="d", show="loop")
    assert empty.private
    assert "Too little was measured" in empty.full_text or "Nothing was measured yet" in empty.full_text

    def ago(hours: float) -> Any:
        return clock() - timedelta(hours=hours)

    await write(
        bot,
        clock,
        (100, HealthKind.START, {"version": "0.9"}),
        (50, HealthKind.STOP, {"version": "0.9", "since": ago(100)}),
        (49.9, HealthKind.START, {}),
        (40, HealthKind.CRASH, {"since": ago(49.9)}),
        (39.5, HealthKind.START, {}),
        (20, HealthKind.CHANGE, {"state": HealthState.DOWN, "reasons": ["no_database"]}),
        (19, HealthKind.CHANGE, {"state": HealthState.OK}),
    )
    shown = await moderator.slash("health trend")
    assert shown.private
    assert [file.name for file in shown.attachments] == ["health.png"]
    assert shown.attachments[0].content.startswith(b"\x89PNG")
    said = fields(shown)
    assert "Discord (shard 0)" in said
    assert "at most 149 ms" in said["Discord (shard 0)"]
    assert "1.0 after 0.9" in said["Releases"]
    for told in ("Crashed", "for 30 minutes", "Did not work", "for 1 hour", "the database did not answer"):
        assert told in said["3 incidents"]
    assert ALL not in shown.full_text

    # Another time, other figures: in place, with another picture.
    day = await moderator.click(shown, "24 hours")
    assert day.embeds[0]["title"] == "How fast Discord and the database answered: 24 hours"
    assert list(fields(day)) == ["Discord (shard 0)", "Database", "Worked", "1 incident"]
    (picture,) = day.attachments
    assert picture.content.startswith(b"\x89PNG")
    late = await moderator.choose(day, "What to show", "How late reminders were")
    assert late.embeds[0]["title"] == "How late reminders were: 24 hours"
    assert not late.attachments

    incidents = await moderator.slash("health incidents")
    assert incidents.embeds[0]["title"] == "3 incidents"
    assert incidents.embeds[0]["description"].count("release 1.0") == 2
    assert "24 hours: **95.83 %** · did not work for 1 hour" in fields(incidents)["Worked"]

    whole = await owner.slash("health trend", period="m")
    assert "Discord (slowest shard)" in fields(whole)
    assert ALL in whole.full_text
    memory = await owner.choose(whole, "What to show", "Memory")
    assert fields(memory)["In use"].startswith("80 MB on average")
    assert "Discord (shard 0)" in fields(await owner.slash("health trend", shard=0))

    assert (
        await owner.slash("health trend", shard=7)
    ).text == "There is no such shard: they have the numbers from 0 to 0."
    assert (await moderator.slash("health trend", shard=0)).text.startswith("Only the people who run this bot may do")
    for command in ("health trend", "health incidents"):
        assert (await alice.slash(command)).text == REFUSAL


async def test_pages_of_incidents_turn_and_one_that_is_gone_is_the_last(
    bot: Bot, moderator: Person, clock: ManualClock
) -> None:
    crashes = list[tuple[float, HealthKind, dict[str, Any]]]()
    for hours in range(70, 80):
        crashes += [(hours, HealthKind.CRASH, {}), (hours + 0.5, HealthKind.START, {})]
    await write(bot, clock, *crashes)
    first = await moderator.slash("health incidents")
    second = await moderator.click(first, "Next")
    assert "Page 2 of 2" in second.full_text
    assert second.embeds[0]["description"].count("for 30 minutes") == 1
    # Two years later all of that is forgotten, and there is no second page any more.
    first = await moderator.slash("health incidents")
    clock.move(days=800)
    turned = await moderator.click(first, "Next")
    assert "for 30 minutes" not in turned.full_text
    assert "Page" not in turned.full_text
    assert turned.embeds[0]["title"] == "1 incident"
