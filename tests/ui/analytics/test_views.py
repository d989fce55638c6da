"""Views of figures: what they say, that they fit into a message, and when there is a chart."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import pytest

from app.core.analytics.durations import Durations
from app.core.analytics.figures import CommandFigures, CommandUse, OwnUse, People, UsageFigures
from app.core.analytics.recording import OTHER
from app.core.interactions import InteractionKind, Outcome
from app.core.messages import speaking
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.analytics import charts, commands, errors, mine, one, overview, people, pinned, unused
from app.ui.analytics.frame import StatsPage
from app.ui.analytics.ids import Kinds, Shown, Sort, View
from app.ui.analytics.names import Names, as_suggestion, named, nearest
from app.ui.analytics.unused import Offered
from app.ui.analytics.words import change, milliseconds, percent
from app.ui.kit.charts import Chart
from app.ui.kit.limits import (
    MAX_CUSTOM_ID,
    MAX_EMBED,
    MAX_EMBED_DESCRIPTION,
    MAX_FIELD_VALUE,
    MAX_OPTION,
    MAX_OPTIONS,
    MAX_ROWS,
)
from app.ui.kit.reply import Reply
from app.ui.kit.staff import Who
from tests.fixtures.analytics.figures import NOW, command, days_of, error, figures, use

SNAPSHOT = SettingsSnapshot(1, {"general.page_size": 15})
NAMES = Names({"faq search": "</faq search:123456789012345678>"})
LONG = "reminder_" * 10 + "`*_~|</everyone"


def page(made: UsageFigures, view: View = View.OVERVIEW, **more: Any) -> StatsPage:
    return StatsPage(made, SNAPSHOT, NAMES, Shown(view, made.period.days, **more))


def many(count: int = 60) -> list[CommandUse]:
    """As many commands and buttons as a large bot has, with names as long as Discord allows, each of which fails."""
    kinds = list(InteractionKind)
    return [
        command(f"{number} {LONG}", use(10**9, *[50 * number] * 20, bug=10**6), 3, kinds[number % len(kinds)])
        for number in range(count)
    ]


def fits(reply: Reply) -> None:
    for embed in reply.embeds:
        assert len(embed) <= MAX_EMBED
        assert len(embed.description or "") <= MAX_EMBED_DESCRIPTION
        assert all(1 <= len(field.value) <= MAX_FIELD_VALUE for field in embed.fields)
    ids = [item.custom_id for item in reply.items if isinstance(item, (discord.ui.Button, discord.ui.Select))]
    assert len(ids) == len(reply.items) == len(set(ids))
    assert all(len(one) <= MAX_CUSTOM_ID for one in ids)
    assert all(item.row is None or item.row < MAX_ROWS for item in reply.items)
    for item in reply.items:
        if isinstance(item, discord.ui.Select):
            assert 1 <= len(item.options) <= MAX_OPTIONS
            assert all(1 <= len(option.label) <= MAX_OPTION for option in item.options)
            assert len({option.value for option in item.options}) == len(item.options)


OFFERED = [Offered(f"group{number % 12} {LONG[:20]}{number}", "slash", Who(number % 4)) for number in range(150)]
VIEWS: Sequence[Callable[[StatsPage], Reply]] = (
    overview.view, commands.view, people.view, errors.view, pinned.message,
    lambda shown: unused.view(shown, OFFERED), lambda shown: errors.one(shown, shown.figures.errors[0]),
)  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("language", ["en-GB", "de"])
def test_the_most_there_can_be_fits_into_a_message(view: Callable[[StatsPage], Reply], language: str) -> None:
    broken = [
        error(f"{number:x}", f"{'Long' * 40}Error in app.{'x' * 200}", commands=(LONG,) * 40, last_release="9" * 200)
        for number in range(40)
    ]
    made = figures(
        many(), [10**6] * 365, errors=tuple(broken), lost=10**9, since=NOW - timedelta(days=3), everywhere=True
    )
    with speaking(language):
        for number in (0, 1, 3, 10**6):
            for sort in Sort:
                fits(view(page(made, View.COMMANDS, kinds=Kinds.ALL, sort=sort, page=number)))


def test_one_command_and_ones_own_use_fit_as_well() -> None:
    period = figures().period
    found = CommandFigures(period, everywhere=False, use=many(1)[0], days=days_of([5] * 30), errors=(error(),) * 9)
    fits(one.view(found, SNAPSHOT, NAMES))
    fits(one.unused("faq search", SNAPSHOT, NAMES, days=7))
    fits(mine.view(OwnUse(period, tuple(many()), NOW - timedelta(days=3)), SNAPSHOT, NAMES))
    fits(mine.view(OwnUse(period, ()), SNAPSHOT, NAMES))


def test_where_there_is_nothing_it_is_said_and_nothing_is_drawn() -> None:
    nothing = page(figures(people=People()))
    for reply in (overview.view(nothing), commands.view(nothing), people.view(nothing), errors.view(nothing)):
        fits(reply)
        (embed,) = reply.embeds
        assert embed.description
        assert not embed.fields
    assert overview.chart(nothing) is commands.chart(nothing) is people.chart(nothing) is None
    assert "nothing of it was used" in str(unused.view(nothing, OFFERED).embeds[0].description)
    used = page(figures([command(each.name, use(1)) for each in OFFERED]))
    assert unused.view(used, OFFERED).embeds[0].description == "Everything that is offered here was used."


def points(chart: Chart | None) -> int:
    assert chart is not None
    return chart.svg.count("<circle")


def test_a_chart_needs_three_days_or_weeks_and_begins_where_counting_began() -> None:
    used = [command("faq search", use(9))]
    assert overview.chart(page(figures(used, [0] * 28 + [4, 5]))) is None
    assert "A chart appears once" in str(overview.view(page(figures(used))).embeds[0].footer.text)
    # One line, as nothing failed: a day with nothing is a zero, one that was not counted is none.
    assert points(overview.chart(page(figures(used, [0] * 27 + [3, 4, 5])))) == 30
    since = NOW - timedelta(days=9)
    assert points(overview.chart(page(figures(used, [0] * 20 + [3] * 10, since=since)))) == 10
    # Of a long time, weeks that end today, each of seven days.
    steps = charts.steps_of(days_of([1] * 365), figures(counts=[1] * 365).period, None)
    assert [step.count for step in steps] == [7] * 52
    assert steps[-1].start == figures(counts=[1] * 365).days[-7].start
    assert charts.steps_of(days_of([1] * 30), figures().period, None)[0].count == 1


def test_changes_are_told_only_where_the_time_before_was_counted() -> None:
    used = [command("faq search", use(30), 20), command("ticket open", use(5)), command("help", use(0), 9)]
    lines = str(commands.view(page(figures(used))).embeds[0].description).split("\n")
    assert lines == [
        "1. </faq search:123456789012345678> · 30 ▲ 50% · 100% ok",
        "2. `/ticket open` · 5 ✦ new · 100% ok",
    ]
    late = page(figures(used, since=NOW - timedelta(days=45)))
    assert "▲" not in str(commands.view(late).embeds[0].to_dict())
    assert "time before was not counted" in str(commands.view(late).embeds[0].footer.text)
    assert "new:" not in str(overview.view(late).embeds[0].to_dict())


def test_days_that_were_not_counted_are_no_days_without_people() -> None:
    used, days = [command("faq search", use(90))], days_of([0] * 20 + [5] * 10)
    shown = people.view(page(figures(used, [0] * 20 + [5] * 10, since=days[20].start))).embeds[0]
    assert "5.0 on average, 5 at most" in [field.value for field in shown.fields]
    shown = people.view(page(figures(used, [0] * 20 + [5] * 10))).embeds[0]
    assert "1.7 on average, 5 at most" in [field.value for field in shown.fields]
    days = days_of([0] * 360 + [5] * 5)
    weeks = charts.steps_of(days, figures(counts=[1] * 365).period, days[-5].start)
    assert (weeks[-1].people, weeks[-2].people) == (5, None)


def test_orders_leave_out_what_says_nothing() -> None:
    used = [
        command("slow but rare", use(4, *[9000] * 4)),
        command("slow", use(5, *[3000] * 5), 9),
        command("fast", use(50, *[20] * 50), 20),
        command("failing", use(5, *[40] * 5, bug=1, refused=8), 4),
        command("gone", use(0), 80),
    ]
    order = {sort: [each.name for each in commands.ordered(used, sort)] for sort in Sort}
    assert order == {
        Sort.USED: ["fast", "failing", "slow", "slow but rare"],
        Sort.SLOWEST: ["slow", "failing", "fast"],
        Sort.FAILURES: ["failing"],
        Sort.RISING: ["fast", "failing", "slow but rare"],
    }


def test_numbers_are_said_as_precisely_as_they_are_known() -> None:
    assert [change(*each) for each in ((0, 0), (5, None), (5, 0), (0, 5), (5, 5), (3, 4), (50, 5), (999, 1))] == [
        "", "", "✦ new", "▼ 100%", "= 0%", "▼ 25%", "▲ 10 times as much", "▲ 999 times as much",
    ]  # fmt: skip
    assert [milliseconds(each) for each in (0.5, 7.4, 87.9, 123, 999, 1234, 2950, 12_345)] == [
        "1 ms", "7 ms", "88 ms", "120 ms", "1.0 s", "1.2 s", "3.0 s", "12 s",
    ]  # fmt: skip
    parts = ((0, 0), (0, 9), (9, 9), (99_999, 100_000), (1, 10**6), (1, 3), (995, 1000))
    assert [percent(*each) for each in parts] == ["–", "0%", "100%", "99.9%", "0.1%", "33%", "99.5%"]
    assert not Durations().total


def test_names_are_readable_and_read_again() -> None:
    texts = {
        NAMES.text("tickets:claim", InteractionKind.BUTTON): "button: tickets claim",
        NAMES.text("stats:view", InteractionKind.SELECT): "choice: stats view",
        NAMES.text("faq:edit_form", InteractionKind.FORM): "form: faq edit form",
        NAMES.text("faq:edit_form"): "button or form: faq edit form",
        NAMES.text("Add to FAQ", InteractionKind.MESSAGE_MENU): "Add to FAQ (menu)",
        NAMES.text("Add to FAQ"): "Add to FAQ (menu)",
        NAMES.text(OTHER, InteractionKind.SLASH): "command: of another release",
        NAMES.text("リマインダー 作成", "text"): "/リマインダー 作成",
    }
    assert list(texts) == list(texts.values())
    # The predecessor's rows may hold anything.
    assert [NAMES.text(each, kind) for each in ("", " ") for kind in ("", "slash", "text")] == ["/"] * 6
    assert NAMES.marked("", "slash") == "`/`"
    assert NAMES.marked("faq search", InteractionKind.SLASH) == "</faq search:123456789012345678>"
    assert NAMES.marked("faq gone", InteractionKind.SLASH) == "`/faq gone`"
    assert [named(each) for each in ("/faq  search", " </faq search:123> ", "faq search")] == ["faq search"] * 3
    assert nearest("FAQ serach", ["faq search", "help"]) == "faq search"
    assert nearest("日本語", ["faq search", "help"]) is None
    with speaking("de"):
        assert as_suggestion("ticket open").name == "/ticket öffnen"
        assert as_suggestion("ticket open").value == "ticket open"
        # As they are called in the language of who reads it, where they cannot be clicked.
        assert NAMES.text("ticket open", InteractionKind.SLASH) == NAMES.text("ticket open") == "/ticket öffnen"


def test_an_outcome_is_never_without_words() -> None:
    used = replace(command("x", use(1)), use=use(1, **{one.value: 2 for one in Outcome if one is not Outcome.OK}))
    said = overview.view(page(figures([used]))).embeds[0].fields[2].value
    assert len(said.split("\n")) == len(Outcome)


def test_what_somebody_uses_themselves_is_told_in_words_that_they_know() -> None:
    parts = [
        command("setup:choose", use(3), kind=InteractionKind.BUTTON),
        command("setup:choose_form", use(2), kind=InteractionKind.FORM),
        command("faq search", use(4)),
    ]
    own = OwnUse(figures().period, tuple(parts))
    with speaking("de"):
        said = str(mine.view(own, SNAPSHOT, NAMES).embeds[0].description).split("\n")
        assert NAMES.text("faq search", InteractionKind.AUTOCOMPLETE).endswith("/faq suchen")
    assert said == ["Buttons und Formulare von `/einrichten` · 5", "`/faq suchen` · 4"]
