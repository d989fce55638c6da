"""A record as plain text.

Lines that people wrote are indented, and only those are not that the bot wrote: nobody can write a line that looks like
another's message.
"""

import re
from collections.abc import Iterable, Iterator

from app.core import formats
from app.core.messages import t
from app.core.tickets.components import (
    Attachment,
    Button,
    Component,
    Container,
    Embed,
    File,
    Gallery,
    Poll,
    Row,
    Section,
    Select,
    Text,
    Thumbnail,
)
from app.core.tickets.record import Answer, Body, Message, Note, Record
from app.ui.tickets.transcript.naming import Naming
from app.ui.tickets.transcript.wording import (
    duration,
    file_size,
    is_shown,
    poll_state,
    said_by_discord,
    shows_content,
    why_not,
)

INDENT = "    "
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
"""What a terminal would obey, and what UTF-8 cannot hold."""
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn a line around until they are taken back, which a name must not do to what follows it."""


class PlainText:
    """Writes the messages of one record."""

    def __init__(self, record: Record, zone: str) -> None:
        self.naming = Naming(record, zone)
        self._record = record

    def heading(self, title: str) -> str:
        """Write the first line of a file."""
        line = one_line(title)
        return f"{line}\n{'=' * len(line)}\n\n"

    def facts(self, rows: Iterable[tuple[str, str]]) -> str:
        """Write what is known of the ticket besides what was written in it."""
        return "\n".join([*(formats.labelled(one_line(name), one_line(value)) for name, value in rows), "", ""])

    def message(self, message: Message) -> str:
        """Write a message."""
        words = said_by_discord(message, self.naming)
        head = f"[{self.naming.time(message.at)}] {one_line(words or self._author(message))}"
        return "\n".join([head, *indented(self._message(message, has_words=bool(words))), ""])

    def note(self, note: Note) -> str:
        """Write a note of staff."""
        head = f"[{self.naming.time(note.at)}] {one_line(self.naming.person(note.author_id))} ({t('Internal note')})"
        return "\n".join([head, *indented([self.naming.resolved(note.text)]), ""])

    def answer(self, answer: Answer) -> str:
        """Write an answer of the intake form."""
        said = [answer.value or formats.listed(answer.values), *(self._file(file) for file in answer.files)]
        return "\n".join([one_line(answer.label), *indented(line for line in said if line), ""])

    def _author(self, message: Message) -> str:
        person = self.naming.known(message.author_id)
        tags = [
            t("Bot") if person is not None and person.is_bot else "",
            t("Staff") if person is not None and person.is_staff else "",
            t("Only for staff") if message.is_staff_only else "",
            t("Pinned") if message.is_pinned else "",
            t("Voice message") if message.is_voice else "",
        ]
        listed = formats.listed(tag for tag in tags if tag)
        return f"{self.naming.author(message)} ({listed})" if listed else self.naming.author(message)

    def _message(self, message: Message, *, has_words: bool) -> Iterator[str]:
        if message.deleted_at is not None:
            yield "(" + t("Deleted {time}", time=self.naming.full(message.deleted_at)) + ")"
        if message.reply_to is not None and not has_words:
            yield f"> {self._reply(message)}"
        if message.command:
            who = self.naming.person(message.command_by)
            yield "(" + t("{person} used /{command}", person=who, command=message.command) + ")"
        body = message.body
        if has_words and not shows_content(message):
            body = Body(attachments=body.attachments)
        yield from self._body(body)
        for forward in message.forwards:
            yield formats.labelled(t("Forwarded"), "").rstrip()
            yield from indented(self._body(forward.body))
        for version in message.earlier:
            yield "(" + t("Before it was edited, {time}:", time=self.naming.full(version.at)) + ")"
            yield from indented([self.naming.resolved(version.content)])
        if message.edited_at is not None:
            yield "(" + t("Edited {time}", time=self.naming.full(message.edited_at)) + ")"
        if message.reactions:
            yield " ".join(f"{each.emoji} {each.count}" for each in message.reactions)

    def _reply(self, message: Message) -> str:
        answered = self._record.messages.get(message.reply_to or 0)
        if answered is not None:
            name, said = self.naming.author(answered), answered.body.content
        elif message.reply_author_id is not None:
            name, said = self.naming.person(message.reply_author_id), message.reply_text
        else:
            return t("An answer to a message that is not there any more")
        return one_line(formats.labelled(name, self.naming.resolved(said)))[:120]

    def _body(self, body: Body) -> Iterator[str]:
        if body.content:
            yield self.naming.resolved(body.content)
        in_components = {file.id for file in Body(components=body.components).files() if file.id}
        yield from (self._file(file) for file in body.attachments if file.id not in in_components)
        yield from (t("Sticker: {name}", name=each.name) for each in body.stickers)
        if body.poll is not None:
            yield from self._poll(body.poll)
        for embed in body.embeds:
            if is_shown(embed):
                yield from self._embed(embed)
        for component in body.components:
            yield from self._component(component)

    def _file(self, file: Attachment) -> str:
        name = f"[{one_line(file.name or t('File'))}]"
        spoiler = t("Spoiler") if file.is_spoiler else ""
        reason = why_not(file, dropped=False) if file.id else file.url
        notes = [file_size(file.size) if file.size else "", duration(file.seconds), spoiler, file.description, reason]
        return " · ".join([name, *(note for note in notes if note)])

    def _poll(self, poll: Poll) -> Iterator[str]:
        yield f"{poll.question} ({poll_state(poll, self.naming)})"
        yield from ("- " + formats.labelled(f"{each.emoji} {each.text}".strip(), each.votes) for each in poll.answers)

    def _embed(self, embed: Embed) -> Iterator[str]:
        texts = [embed.author, embed.title, embed.url if embed.title else "", embed.description]
        texts += [formats.labelled(field.name, field.value) for field in embed.fields]
        texts += [embed.image, embed.footer]
        for text in texts:
            if text:
                yield from (f"| {line}" for line in lines(self.naming.resolved(text)))

    def _component(self, component: Component) -> Iterator[str]:
        match component:
            case Container():
                for each in component.items:
                    yield from (f"| {line}" for text in self._component(each) for line in lines(text))
            case Row():
                yield " ".join(_interactive(each) for each in component.items)
            case Text():
                yield self.naming.resolved(component.content)
            case Section():
                yield from (self.naming.resolved(each.content) for each in component.texts)
                if isinstance(component.accessory, Thumbnail):
                    yield self._file(component.accessory.media)
                elif component.accessory is not None:
                    yield _interactive(component.accessory)
            case Gallery():
                yield from (self._file(each) for each in component.items)
            case File():
                yield self._file(component.media)
            case _:
                return


def _interactive(item: Button | Select) -> str:
    if isinstance(item, Select):
        options = " / ".join(option.label for option in item.options)
        said = item.placeholder or t("Select")
        return f"[{formats.labelled(said, options)}]" if options else f"[{said}]"
    words = f"{item.emoji} {item.label}".strip()
    return f"[{formats.labelled(words, item.url)}]" if item.url else f"[{words}]"


def lines(text: str) -> list[str]:
    """Return the lines of a text, by whatever sign they are parted, without what a terminal would obey."""
    return _CONTROL.sub("\ufffd", text).splitlines()


def one_line(text: str) -> str:
    """Return text in one line, in one direction."""
    return _DIRECTION.sub("", " ".join(_CONTROL.sub("\ufffd", text).split()))


def indented(texts: Iterable[str]) -> Iterator[str]:
    """Indent every line."""
    for text in texts:
        yield from (INDENT + line for line in lines(text))
