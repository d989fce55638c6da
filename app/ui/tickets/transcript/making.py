"""A view of a record as files to post."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from app.core import formats
from app.core.messages import t
from app.core.tickets.record import Answer, Body, Facts, Message, Note, Record
from app.ui.tickets.transcript import page
from app.ui.tickets.transcript.messages import Messages
from app.ui.tickets.transcript.pieces import Piece, escaped
from app.ui.tickets.transcript.plain import PlainText
from app.ui.tickets.transcript.splitting import Entry, Transcript, split

MAX_FILES = 10
"""Discord takes so many in one message."""


def html_transcript(view: Record, *, zone: str, limit: int, most: int = MAX_FILES) -> Transcript:
    """Write a view as pages that need nothing else, in the current language.

    Each has at most `limit` bytes, which Discord states with every interaction. If that takes more than `most` files,
    the largest attachments are left out. It takes processor time, so call it in a thread.
    """
    pages = _Pages(view, zone)
    return split(list(pages.entries()), pages.frame, limit=limit, most=most, name=_name(view), ending="html")


def text_transcript(view: Record, *, zone: str, limit: int, most: int = MAX_FILES) -> Transcript:
    """Write a view as plain text, under the same conditions; it has no bytes of attachments."""
    texts = _Texts(view, zone)
    return split(list(texts.entries()), texts.frame, limit=limit, most=most, name=_name(view), ending="txt")


def _name(view: Record) -> str:
    return f"ticket-{view.facts.number:04}"


def _timeline(view: Record) -> Iterator[tuple[Message | Note, Message | Note | None]]:
    """Yield messages and notes, the oldest first, each with the one before."""
    both: list[Message | Note] = [*view.in_order(), *view.notes]
    if view.notes:
        both.sort(key=lambda each: each.at)
    before = None
    for each in both:
        yield each, before
        before = each


class _Pages:
    def __init__(self, view: Record, zone: str) -> None:
        self._view = view
        self._zone = zone
        self._writer = Messages(view, zone)
        # A name that moves to the top of a part brings no colour that the style sheet lacks.
        for person in view.people.values():
            self._writer.colours.of(person.colour)

    def frame(self, part: int, parts: int) -> tuple[str, str]:
        begin = page.begin(self._view, self._writer.colours.rules(), part, parts)
        return begin, page.end(self._view, is_last=part == parts)

    def entries(self) -> Iterator[Entry]:
        yield Entry(self._facts, self._cut_facts)
        for answer in self._view.facts.answers:
            yield Entry(partial(self._answer, answer), partial(self._cut_answer, answer))
        for each, before in _timeline(self._view):
            yield Entry(partial(self._entry, each, before), partial(self._cut_entry, each))

    def _facts(self, is_first: bool, dropped: Collection[int]) -> list[Piece]:  # noqa: ARG002 -- an Entry's
        return page.facts(self._view, self._writer, self._zone)

    def _cut_facts(self, most: int) -> list[Piece]:
        return page.facts(replace(self._view, facts=_cut_facts(self._view.facts, most)), self._writer, self._zone)

    def _answer(self, answer: Answer, is_first: bool, dropped: Collection[int]) -> list[Piece]:  # noqa: ARG002 -- an Entry's
        return page.answer(answer, self._writer, dropped)

    def _cut_answer(self, answer: Answer, most: int) -> list[Piece]:
        return page.answer(_cut_answer(answer, most), self._writer, ())

    def _entry(
        self,
        each: Message | Note,
        before: Message | Note | None,
        is_first: bool,
        dropped: Collection[int],
    ) -> list[Piece]:
        day = self._day(each.at, None if is_first or before is None else before.at)
        if isinstance(each, Note):
            return [day, *self._writer.note(each)]
        is_first = is_first or not self._writer.continues(each, before)
        return [day, *self._writer.message(each, dropped, is_first=is_first), "\n"]

    def _cut_entry(self, each: Message | Note, most: int) -> list[Piece]:
        words = f'<div class="small">{escaped(_was_cut())}</div>'
        day = self._day(each.at, None)
        if isinstance(each, Note):
            return [day, *self._writer.note(replace(each, text=each.text[:most])), words]
        return [day, *self._writer.message(_cut_message(each, most)), words]

    def _day(self, moment: datetime, before: datetime | None) -> str:
        day = self._writer.naming.day(moment)
        if before is not None and self._writer.naming.day(before) == day:
            return ""
        return f'<div class="day">{day}</div>\n'


class _Texts:
    def __init__(self, view: Record, zone: str) -> None:
        self._view = view
        self._zone = zone
        self._writer = PlainText(view, zone)

    def frame(self, part: int, parts: int) -> tuple[str, str]:
        number = t("Part {part} of {parts}", part=part, parts=parts)
        title = page.title(self._view) if parts == 1 else f"{page.title(self._view)} · {number}"
        return self._writer.heading(title), ""

    def entries(self) -> Iterator[Entry]:
        yield Entry(
            lambda *_: [self._facts(self._view.facts)], lambda most: [self._facts(_cut_facts(self._view.facts, most))]
        )
        for answer in self._view.facts.answers:
            yield Entry(
                partial(self._answer, answer), lambda most, answer=answer: self._answer(_cut_answer(answer, most))
            )
        for each, before in _timeline(self._view):
            yield Entry(partial(self._entry, each, before), partial(self._cut_entry, each))

    def _facts(self, facts: Facts) -> str:
        return self._writer.facts(page.rows(facts, self._writer.naming, self._zone))

    def _answer(self, answer: Answer, *_: object) -> list[Piece]:
        return [self._writer.answer(answer)]

    def _entry(self, each: Message | Note, before: Message | Note | None, is_first: bool, *_: object) -> list[Piece]:
        day = self._writer.naming.day(each.at)
        is_new = is_first or before is None or self._writer.naming.day(before.at) != day
        written = self._writer.note(each) if isinstance(each, Note) else self._writer.message(each)
        return [f"\n── {day} ──\n\n" if is_new else "", written]

    def _cut_entry(self, each: Message | Note, most: int) -> list[Piece]:
        cut = replace(each, text=each.text[:most]) if isinstance(each, Note) else _cut_message(each, most)
        return [*self._entry(cut, None, True), f"({_was_cut()})\n"]


def _was_cut() -> str:
    return t("What stood here was larger than a file may be, and was cut.")


def _cut_message(message: Message, most: int) -> Message:
    body = Body(content=message.body.content[:most])
    return replace(
        message, body=body, forwards=(), earlier=(), reactions=(), reply_text="", thread=message.thread[:most]
    )


def _cut_answer(answer: Answer, most: int) -> Answer:
    return replace(
        answer, label=answer.label[:100], value=(answer.value or formats.listed(answer.values))[:most], files=()
    )


def _cut_facts(facts: Facts, most: int) -> Facts:
    return replace(
        facts,
        guild_name=facts.guild_name[:100],
        channel_name=facts.channel_name[:100],
        close_reason=facts.close_reason[:most],
        subject=facts.subject[:most],
        staff_ids=facts.staff_ids[: most // 100],
        labels=facts.labels[: most // 100],
    )
