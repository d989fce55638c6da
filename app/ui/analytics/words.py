"""Figures in words: changes, times, outcomes and periods."""

from collections.abc import Mapping

from app.core import formats
from app.core.analytics.durations import Durations
from app.core.analytics.figures import Use
from app.core.interactions import Outcome
from app.core.messages import Message, msg, t

NEW, UP, DOWN, SAME = "✦", "▲", "▼", "="
TIMES = 10
"""From here on, a change is said as how many times as much it is."""
OUTCOMES: Mapping[Outcome, Message] = {
    Outcome.OK: msg("ok"),
    Outcome.REFUSED: msg("refused"),
    Outcome.DENIED: msg("not allowed"),
    Outcome.RATE_LIMITED: msg("too often"),
    Outcome.TIMED_OUT: msg("too late for Discord"),
    Outcome.UNAVAILABLE: msg("something was away"),
    Outcome.BUG: msg("broke"),
}


def change(now: int, before: int | None) -> str:
    """Say how much more or less it is than before, with an arrow; nothing if that is not known, or there is nothing."""
    if before is None or not (now or before):
        return ""
    if not before:
        return t("{mark} new", mark=NEW)
    if now >= TIMES * before:
        return t("{mark} {times} times as much", mark=UP, times=formats.number(now / before))
    share = round(100 * (now - before) / before)
    mark = UP if share > 0 else DOWN if share < 0 else SAME
    return f"{mark} {formats.percent(abs(share))}"


def counted(now: int, before: int | None) -> str:
    """Say how much it is, and how much more or less than before."""
    return f"{formats.number(now)} {change(now, before)}".strip()


def milliseconds(value: float) -> str:
    """Write a duration no more precisely than it is known."""
    if value < 1:
        return t("1 ms")
    if value < 995:
        digits = 0 if value < 100 else -1
        return t("{count} ms", count=formats.number(round(value, digits)))
    seconds = value / 1000
    return t("{count} s", count=formats.fixed(seconds) if seconds < 10 else formats.number(seconds))


def speed(durations: Durations) -> str:
    """Say how long half of them took at most, and 95 of 100; nothing if that was not measured."""
    half, most = durations.percentile(0.5), durations.percentile(0.95)
    if half is None or most is None:
        return ""
    return t("p50 {half} · p95 {most}", half=milliseconds(half), most=milliseconds(most))


def percent(part: int, whole: int) -> str:
    """Say a part of a whole in percent; 100 % is all of them, and 0 % none."""
    if not whole:
        return "–"
    share = 100 * part / whole
    if share > 99.9 and part < whole:
        return formats.percent(99.9, 1)
    if 0 < share < 0.1:
        return formats.percent(0.1, 1)
    # Whole numbers, but where a small part is what matters.
    is_fine = 0 < share < 1 or 99 < share < 100
    return formats.percent(share, 1 if is_fine else 0, keeps_zeros=True)


def success(use: Use) -> str:
    """Say how many did what was asked for."""
    return t("{percent} ok", percent=percent(use.succeeded, use.count))


def outcomes(use: Use) -> str:
    """Say how often it ended how, one a line, the most frequent first."""
    found = sorted(use.outcomes.items(), key=lambda one: (-one[1], one[0]))
    return "\n".join(
        formats.labelled(OUTCOMES[outcome], f"{formats.number(count)} ({percent(count, use.count)})")
        for outcome, count in found
        if count
    )


def period(days: int) -> str:
    """Say of which time figures are, as an option or a title has it."""
    return t("the last year") if days == 365 else t("the last {days} days", days=days)
