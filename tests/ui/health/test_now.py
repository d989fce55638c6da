"""What /health shows of many shards stays within Discord's limits, and says what a loss means."""

from datetime import UTC, datetime

import pytest

from app.core.health.figures import HealthFigures
from app.core.health.now import DatabaseHealth, Health, ShardHealth, WholeBot
from app.core.health.state import Reason
from app.core.health_kinds import HealthState
from app.core.messages import msg
from app.core.scheduling.zone_data import PACKAGE, ZoneData, version_of
from app.ui.health import now as ui

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WELL = ShardHealth(3, is_connected=True, seconds=0.0432)


def told(
    shard: ShardHealth = WELL, *, seconds: float | None = 0.0021, whole: WholeBot | None = None
) -> tuple[str, dict[str, str]]:
    data = ZoneData("2026f", PACKAGE, (version_of("2024a", "/usr/share/zoneinfo"),) * 60)
    health = Health(NOW, NOW, "1.0", data, DatabaseHealth(seconds, 3, 20), shard, whole)
    embed = ui.now(health).embed
    assert embed is not None
    assert len(embed) <= 6000
    assert all(len(field.value) <= 1024 for field in embed.fields)
    return str(embed.title), {field.name: field.value for field in embed.fields}


def test_a_server_is_told_of_its_own_connections():
    title, fields = told()
    assert title == "Everything works"
    assert fields["Database"] == "✅ answers in 2.1 ms"
    assert fields["Discord"] == "✅ answers in 43 ms (shard 3)"
    assert fields["Time zone data"] == "2026f of the package tzdata"
    assert "Servers" not in fields


@pytest.mark.parametrize(
    ("shard", "seconds", "field", "value"),
    [
        (WELL, None, "Database", "❌ does not answer"),
        (ShardHealth(3, is_connected=False, seconds=None), 0.1, "Discord", "❌ not connected (shard 3)"),
    ],
)
def test_what_does_not_work_is_said(shard: ShardHealth, seconds: float | None, field: str, value: str):
    title, fields = told(shard, seconds=seconds)
    assert title == "Something does not work"
    assert fields[field] == value


def test_a_shard_before_its_first_heartbeat_is_connected():
    title, fields = told(ShardHealth(3, is_connected=True, seconds=None))
    assert title == "Everything works"
    assert fields["Discord"] == "✅ connected (shard 3)"


def test_operators_see_what_was_measured_last_and_what_is_not_well():
    newest = HealthFigures(
        NOW, "all shards", "1.0", "010", NOW, 2.0, 1, 0, 10, 12.5, 80.0, {3: 40.0}, 0, 0, 4321, 300, 88.4, 7.0, 5,
        {"logs": 3, "reminders": 4}, state=HealthState.DEGRADED, reasons=(Reason.REMINDERS_LATE,),
    )  # fmt: skip
    _, fields = told(whole=WholeBot((WELL,), 1, hears_others=True, schema=None, newest=newest))
    assert fields["State"] == "🟠 The bot works, but not well\nreminders were late"
    assert fields["Measured last"].splitlines()[:5] == [
        "Delay of the event loop: 12 ms, at most 80 ms",
        "Most overdue reminder: 5 min",
        "Waiting to be done or written: 7",
        "Requests that Discord refused in ten minutes: 4,321 of 10,000, after which it would refuse all",
        "Memory: 88 MB, processor: 7%",
    ]


def test_operators_see_every_shard_that_is_lost_and_what_is_not_used():
    shards = tuple(ShardHealth(number, is_connected=number > 30, seconds=number / 100) for number in range(300))
    title, fields = told(whole=WholeBot(shards, 123_456, hears_others=False, schema=msg("At 009." + "x" * 2000)))
    assert title == "Something does not work"
    shown = fields["Shards of this process"].splitlines()
    assert shown[:2] == ["269 of 300 connected", "the slowest answers in 2,990 ms"]
    assert shown[2].startswith("not connected: 0, 1, 2, ")
    assert shown[2].endswith("19, …")
    assert fields["Servers"] == "123,456"
    assert fields["Connections to the database"] == "3 of at most 20 in use"
    assert fields["Announcements of other processes"].startswith("❌ not heard")
    assert fields["Database schema"].startswith("At 009.")
    assert "not used: 2024a of /usr/share/zoneinfo" in fields["Time zone data"]
