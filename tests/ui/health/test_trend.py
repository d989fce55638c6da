"""What /health trend and /health incidents say, and what the chart of a trend has."""

from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from app.core.health.trend import Availability, Cause, Incident, Incidents, Point, ShardNumber, Span, Trend
from app.core.scheduling.zones import zone_info
from app.ui.health import incidents as pages
from app.ui.health import trend as ui
from app.ui.health import words
from app.ui.health.ids import IncidentsId, SpanId, ViewId
from app.ui.health.views import FOR_STAFF, LOOKS, View, milliseconds, seconds
from app.ui.kit.reply import Reply
from tests.fixtures.health import CRASH, NOW, OUTAGE, SERVICE, a_week, ago

ONGOING = Incident(Cause.DOWN, ago(0.2), None, SERVICE, "1.4.1", ("no_gateway", "of_another_release"))
SVG = "{http://www.w3.org/2000/svg}"


def fields(reply: Reply) -> dict[str, str]:
    embed = reply.embed
    assert embed is not None
    assert len(embed) <= 6000
    assert all(len(field.value) <= 1024 for field in embed.fields)
    return {field.name: field.value for field in embed.fields}


def texts(found: Trend, view: View = View.ANSWERS) -> list[str]:
    chart = ui.chart(found, view, zone_info("Europe/Brussels"))
    assert chart is not None
    return [element.text or "" for element in ET.fromstring(chart.svg).iter(f"{SVG}text")]


def test_a_release_an_outage_and_a_crash_can_be_read_off_the_trend() -> None:
    reply = ui.trend(a_week(), View.ANSWERS, is_operator=True, pictures=[b"png"])
    said = fields(reply)
    assert said["Discord (slowest shard)"].startswith("131 ms on average\nat most 1,054 ms, <t:")
    assert said["Worked"] == "**98.33%** · did not work for 2 hours 48 minutes · stopped as told for 3 minutes"
    assert "Database: 28 ms before, 21 ms since" in said["Before and after the newest release"]
    assert said["Releases"].startswith(f"1.4.1 after 1.4.0 (<t:{ago(30).timestamp():.0f}:f>)")
    lines = said["4 incidents"].splitlines()
    assert [line.split(" · ")[0] for line in lines[::2]] == [
        "⚪ **Stopped as it was told**", "🔴 **Crashed**", "🟠 **Worked, but not well**", "🔴 **Did not work**",
    ]  # fmt: skip
    assert "for 2 hours 30 minutes" in said["4 incidents"]
    assert f"the database did not answer · release 1.4.0 · {SERVICE}" in said["4 incidents"]
    drawn = texts(a_week())
    assert {"did not work", "not well", "stopped", "new release", "1.4.1", "Time in Europe/Brussels"} <= set(drawn)
    assert "1.4.0" not in drawn


def test_a_server_sees_its_shard_and_nothing_of_others() -> None:
    reply = ui.trend(a_week(shard=ShardNumber(3, 16)), View.ANSWERS, is_operator=False)
    said = fields(reply)
    assert "Discord (shard 3)" in said
    assert SERVICE not in "".join(said.values())
    assert reply.embed is not None
    assert reply.embed.footer is not None
    assert reply.embed.footer.text == "About shard 3 of 16, which serves this server."
    select = reply.items[0]
    assert [ViewId.parse_values([option.value]) for option in select.options] == list(FOR_STAFF)  # type: ignore[attr-defined] -- the first item is the select
    for view in FOR_STAFF:
        assert not {"pool", "memory", "guild_count"} & {figure.value for figure in LOOKS[view].figures}


def test_what_goes_on_is_said_as_such_and_colours_the_message() -> None:
    reply = ui.trend(a_week(ONGOING), View.ANSWERS, is_operator=True)
    assert reply.embed is not None
    assert reply.embed.colour == ui.BAD
    assert (
        "· 12 minutes so far\n-# there was no connection to Discord, `of_another_release`"
        in fields(reply)["5 incidents"]
    )
    assert ui.trend(a_week(), View.ANSWERS, is_operator=True).embed.colour == ui.GOOD  # type: ignore[union-attr] -- it has one


@pytest.mark.parametrize("view", list(View))
def test_every_view_has_its_figures_and_a_chart(view: View) -> None:
    said = fields(ui.trend(a_week(), view, is_operator=True, pictures=[b"png"]))
    assert len(set(said) & {ui._name(a_week(), LOOKS[view], figure) for figure in LOOKS[view].figures}) == len(
        LOOKS[view].figures
    )
    assert str(LOOKS[view].axis) in texts(a_week(), view)
    if LOOKS[view].is_sum:
        # 166 hours with one connection made again in each.
        assert said["Connected again"] == "166 in all"


def test_nothing_is_drawn_where_nothing_was_measured() -> None:
    empty = replace(a_week(), points=(), incidents=(), releases=(), known_since=None,
                    availability=Availability(NOW, NOW, timedelta(), timedelta(), timedelta()))  # fmt: skip
    assert ui.chart(empty, View.ANSWERS, zone_info("UTC")) is None
    reply = ui.trend(empty, View.ANSWERS, is_operator=False)
    assert reply.embed is not None
    assert reply.embed.description == "Nothing was measured yet. The bot does so every minute."
    assert fields(reply) == {"Worked": "not known yet"}
    young = replace(a_week(), points=[Point(ago(1), 60, {})], known_since=ago(2))
    reply = ui.trend(young, View.LOOP, is_operator=False)
    assert reply.embed is not None
    assert reply.embed.description == "Too little was measured in this time for a chart."
    assert reply.embed.footer is not None
    assert reply.embed.footer.text == "Measured for 2 hours only."


def test_a_line_has_a_gap_where_nothing_was_measured() -> None:
    line = ui._line(a_week(), LOOKS[View.ANSWERS], next(iter(LOOKS[View.ANSWERS].figures)))
    assert [at for at, value in line.points if value is None] == [ago(108)]


def test_the_buttons_lead_to_the_other_times() -> None:
    reply = ui.trend(a_week(), View.LOOP, is_operator=True, shard=5)
    ids = [SpanId.parse(item.custom_id) for item in reply.items[1:]]  # type: ignore[attr-defined] -- they are buttons
    assert [one.span for one in ids] == list(Span)
    assert {(one.view, one.shard) for one in ids} == {(View.LOOP, 5)}
    assert [item.disabled for item in reply.items[1:]] == [False, True, False, False]  # type: ignore[attr-defined] -- the same


def test_incidents_are_shown_by_pages_with_what_was_available() -> None:
    available = {
        span: Availability(ago(99), NOW, timedelta(days=1), timedelta(seconds=1), timedelta()) for span in Span
    }
    found = Incidents([CRASH, OUTAGE], 17)
    reply = pages.incidents(found, available, page=1, now=NOW, shard=ShardNumber(0, 2), is_operator=True)
    assert reply.embed is not None
    assert reply.embed.title == "17 incidents"
    assert str(reply.embed.description).count("\n") == 3
    assert fields(reply)["Worked"].splitlines()[0] == "24 hours: **99.998%** · did not work for 1 second"
    assert reply.embed.footer is not None
    assert reply.embed.footer.text is not None
    assert reply.embed.footer.text.endswith("Page 2 of 3")
    assert [IncidentsId.parse(item.custom_id).page for item in reply.items] == [0, 2]  # type: ignore[attr-defined] -- buttons
    assert [line.split(":")[0] for line in fields(reply)["Worked"].splitlines()] == ["24 hours", "7 days"]
    # A bot that is known for an hour was not well for a year.
    young = Availability(ago(1), NOW, timedelta(hours=1), timedelta(), timedelta())
    known = pages.incidents(found, dict.fromkeys(Span, young), page=0, now=NOW, shard=None, is_operator=False)
    assert fields(known)["Worked"] == "24 hours: **100%**"
    assert known.embed is not None
    assert "Measured for 1 hour only." in str(known.embed.footer)
    none = pages.incidents(Incidents([], 0), available, page=0, now=NOW, shard=None, is_operator=False)
    assert none.embed is not None
    assert (none.embed.title, none.embed.colour, none.items) == ("No incidents", pages.GOOD, [])


def test_a_page_of_the_longest_incidents_has_room() -> None:
    worst = replace(ONGOING, service="shards " + "1, " * 300, version="v" * 300, reasons=tuple(words.REASONS))
    available = {span: Availability(ago(99), NOW, timedelta(days=1), timedelta(), timedelta()) for span in Span}
    for reply in (
        pages.incidents(
            Incidents([worst] * pages.PAGE_SIZE, 99), available, page=0, now=NOW, shard=None, is_operator=True
        ),
        ui.trend(a_week(*[worst] * 9), View.ANSWERS, is_operator=True),
    ):
        fields(reply)
        assert reply.embed is not None
        assert len(str(reply.embed.description)) <= 4096


@pytest.mark.parametrize(
    ("value", "said"),
    [(100, "100%"), (99.99999, "99.999%"), (99.9, "99.900%"), (98.3333, "98.33%"), (0, "0.00%")],
)
def test_a_share_is_all_only_if_nothing_is_missing(value: float, said: str) -> None:
    assert words.percent(value) == said


def test_values_are_written_for_people() -> None:
    assert [milliseconds(one) for one in (0, 2.14, 9.96, 480, 12_500)] == [
        "0 ms",
        "2.1 ms",
        "10 ms",
        "480 ms",
        "12.5 s",
    ]
    assert [seconds(one) for one in (0, 12, 180, 7200)] == ["0 s", "12 s", "3 min", "2 h"]
