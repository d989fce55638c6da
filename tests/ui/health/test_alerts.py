"""What operators are told names the process where there are several, and fits into a message."""

from datetime import timedelta

from app.core.health.alerts import AlertPlace, OpenAlert
from app.core.health.services import ALL
from app.core.health.trend import Cause, Incident, ServiceStatus
from app.core.health_kinds import HealthState
from app.core.messages import speaking
from app.ui.health import alerts as ui
from app.ui.health import words
from app.ui.kit.reply import Reply
from tests.fixtures.health import NOW, ago

LONG = "shards " + ", ".join(map(str, range(400))) + " of 800"
ALERT = OpenAlert("shards 0-3 of 8", HealthState.DOWN, ago(1), 1, "1.4.1", 2, ("no_gateway",), HealthState.DOWN)


def text(reply: Reply) -> str:
    assert reply.embed is not None
    assert len(reply.embed) <= 6000
    assert all(len(field.value) <= 1024 for field in reply.embed.fields)
    return "\n".join([str(reply.embed.title), str(reply.embed.description), *(one.value for one in reply.embed.fields)])


def test_several_processes_are_named_and_a_single_one_is_not() -> None:
    for said in (text(ui.going_on(ALERT, NOW)), text(ui.over(ALERT, NOW)), ui.recovered(ALERT, NOW), ui.worse(ALERT)):
        assert "shards 0-3 of 8" in said
    alone = OpenAlert(ALL, HealthState.DOWN, ago(1), 1, "1.4.1")
    for said in (text(ui.going_on(alone, NOW)), text(ui.over(alone, NOW)), ui.recovered(alone, NOW), ui.worse(alone)):
        assert "shard" not in said
    absent = OpenAlert("shards 4-7 of 8", HealthState.DOWN, ago(1), 1, "1.4.1", is_absence=True)
    assert "A part of the bot does not run" in text(ui.going_on(absent, NOW))
    assert ui.recovered(absent, NOW) == "🟢 **All of the bot runs again** · shards 4-7 of 8 · for 1 hour"


def test_what_is_long_fits() -> None:
    alert = OpenAlert(LONG, HealthState.FLAPPING, ago(999), 1, "v" * 300, reasons=tuple(words.REASONS))
    process = ServiceStatus(LONG, NOW, "v" * 300, HealthState.DEGRADED, tuple(words.REASONS))
    incident = Incident(Cause.STOOD_STILL, ago(30), ago(1), LONG, "v" * 300)
    place = AlertPlace(1, 2, None, NOW + timedelta(hours=1))
    for reply in (ui.going_on(alert, NOW), ui.over(alert, NOW), ui.afterwards(incident)):
        text(reply)
    shown = text(ui.state(place, [alert] * 40, [process] * 99, NOW))
    assert "are paused until" in shown
    assert "They go to <#2>." in text(ui.state(place, [], [], NOW + timedelta(hours=2)))
    assert max(len(ui.recovered(alert, NOW)), len(ui.worse(alert))) < 1000


def test_processes_are_named_by_their_shards_in_the_language_of_the_reader() -> None:
    names = ("all shards", "shards 0-3 of 8", "shards 0, 2 of 8", "shard 3 of 8", "concierge-2")
    assert tuple(words.process(one) for one in names) == names
    with speaking("de"):
        said = [words.process(one) for one in names]
    assert said == ["alle Shards", "Shards 0-3 von 8", "Shards 0, 2 von 8", "Shard 3 von 8", "concierge-2"]
