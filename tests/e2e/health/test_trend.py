"""/health trend and /health incidents, as staff, operators and everybody else meet them."""

import json
from datetime import datetime, timedelta
from typing import Any

from app.core.health_kinds import HealthKind, HealthState
from app.core.release import release
from app.db import DatabaseUrl
from standin import Reply, StandIn
from tests.fixtures.clock import ManualClock
from tests.fixtures.discord import Running
from tests.fixtures.jobs import settle_health
from tests.fixtures.postgres import connect
from tests.fixtures.town import Town

REFUSAL = "Only staff can see how the bot is doing."
ALL = "all shards"
INSERT = """
    INSERT INTO health_check_history (
        service, uptime_seconds, db_status, kind, checked_at, version, since, state, reasons, gateway_ms, database_ms,
        memory_mb, shards
    ) VALUES ('all shards', 0, 'ok', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
Row = tuple[float, HealthKind, dict[str, Any]]


def fields(reply: Reply) -> dict[str, str]:
    (embed,) = reply.embeds
    return {field["name"]: field["value"] for field in embed["fields"]}


async def write(database: DatabaseUrl, clock: ManualClock, *rows: Row) -> None:
    """Write what happened so many hours ago, and what was measured in the two days before a minute ago."""

    def ago(hours: float | None) -> datetime | None:
        return None if hours is None else clock() - timedelta(hours=hours)

    found = [*rows]
    for hours in range(60):
        figures = {"gateway_ms": 90 + hours, "shards": {"0": 90 + hours}, "database_ms": 2, "memory_mb": 80}
        found.append((hours + 0.1, HealthKind.SAMPLE, figures))
    connection = await connect(database)
    for hours, kind, values in found:
        facts = [values.get(name) for name in ("state", "reasons", "gateway_ms", "database_ms", "memory_mb")]
        await connection.execute(
            INSERT, kind, ago(hours), values.get("version", "1.0"), ago(values.get("since")), *facts,
            json.dumps(values.get("shards", {})),
        )  # fmt: skip
    await connection.close()


async def test_staff_and_operators_read_off_what_happened(
    running: Running, stand_in: StandIn, town: Town, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    moderator, owner, alice = (stand_in.person(one, town.general) for one in (town.moderator, town.owner, town.alice))
    await write(
        own_database,
        clock,
        (100, HealthKind.START, {"version": "0.9"}),
        (50, HealthKind.STOP, {"version": "0.9", "since": 100}),
        (49.9, HealthKind.START, {}),
        (40, HealthKind.CRASH, {"since": 49.9}),
        (39.5, HealthKind.START, {}),
        (20, HealthKind.CHANGE, {"state": HealthState.DOWN, "reasons": ["no_database"]}),
        (19, HealthKind.CHANGE, {"state": HealthState.OK}),
        (0.05, HealthKind.STOP, {"since": 39.5}),
    )
    async with running(bot_admin_ids={town.owner.id}) as bot:
        await settle_health(bot)
        shown = await moderator.slash("health trend")
        assert shown.private
        assert [file.name for file in shown.attachments] == ["health.png"]
        assert shown.attachments[0].content.startswith(b"\x89PNG")
        said = fields(shown)
        assert "at most 149 ms" in said["Discord (shard 0)"]
        assert said["Releases"].startswith(f"{release()} after 1.0 (<t:")
        assert "\n1.0 after 0.9 (<t:" in said["Releases"]
        for told in ("Crashed", "for 30 minutes", "Did not work", "for 1 hour", "the database did not answer"):
            assert told in said["4 incidents"]
        assert ALL not in shown.full_text

        # Another time, other figures: in place, with another picture.
        day = await moderator.click(shown, "24 hours")
        assert day.embeds[0]["title"] == "How fast Discord and the database answered: 24 hours"
        assert list(fields(day)) == ["Discord (shard 0)", "Database", "Worked", "Releases", "2 incidents"]
        (picture,) = day.attachments
        assert picture.content.startswith(b"\x89PNG")
        late = await moderator.choose(day, "What to show", "How late reminders were")
        assert late.embeds[0]["title"] == "How late reminders were: 24 hours"
        assert late.embeds[0]["description"] == "Too little was measured in this time for a chart."
        assert not late.attachments

        incidents = await moderator.slash("health incidents")
        assert incidents.embeds[0]["title"] == "4 incidents"
        assert incidents.embeds[0]["description"].count("release 1.0") == 3
        worked = fields(incidents)["Worked"].splitlines()
        assert worked[0].startswith("24 hours: **95.8")
        assert worked[0].endswith("· did not work for 1 hour · stopped as told for 3 minutes")
        assert [line.split(":")[0] for line in worked] == ["24 hours", "7 days"]  # of what is known
        assert "Measured for " in incidents.embeds[0]["footer"]["text"]

        whole = await owner.slash("health trend", period="m")
        assert "Discord (slowest shard)" in fields(whole)
        assert ALL in whole.full_text
        memory = await owner.choose(whole, "What to show", "Memory")
        assert " MB on average" in fields(memory)["In use"]
        assert "Discord (shard 0)" in fields(await owner.slash("health trend", shard=0))

        refused = await owner.slash("health trend", shard=7)
        assert refused.text == "There is no such shard: they have the numbers from 0 to 0."
        assert (await moderator.slash("health trend", shard=0)).text.startswith("Only the people who run this bot")
        for command in ("health trend", "health incidents"):
            assert (await alice.slash(command)).text == REFUSAL


async def test_pages_of_incidents_turn_and_one_that_is_gone_is_the_last(
    running: Running, stand_in: StandIn, town: Town, own_database: DatabaseUrl, clock: ManualClock
) -> None:
    crashes = list[Row]()
    for hours in range(80, 70, -1):
        began = 99 if hours == 80 else hours
        crashes += [(hours - 0.5, HealthKind.CRASH, {"since": began}), (hours - 1, HealthKind.START, {})]
    await write(own_database, clock, (99, HealthKind.START, {}), *crashes, (0.05, HealthKind.STOP, {"since": 70}))
    moderator = stand_in.person(town.moderator, town.general)
    async with running() as bot:
        await settle_health(bot)
        first = await moderator.slash("health incidents")
        assert first.embeds[0]["description"].count("for 30 minutes") == 7
        second = await moderator.click(first, "Next")
        assert "Page 2 of 2" in second.full_text
        assert second.embeds[0]["description"].count("for 30 minutes") == 3
        # Two years later all of that is forgotten, and there is no second page any more.
        first = await moderator.slash("health incidents")
        clock.move(days=800)
        turned = await moderator.click(first, "Next")
        assert "for 30 minutes" not in turned.full_text
        assert "Page" not in turned.full_text
