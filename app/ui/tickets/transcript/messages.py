"""One message, or one note, in a page."""

from collections.abc import Collection
from datetime import timedelta

from app.core.messages import t
from app.core.tickets.record import Body, Message, Note, Record
from app.ui.tickets.transcript.boxes import Boxes
from app.ui.tickets.transcript.colours import Colours
from app.ui.tickets.transcript.naming import Naming
from app.ui.tickets.transcript.pieces import Piece, escaped
from app.ui.tickets.transcript.rich_text import RichText
from app.ui.tickets.transcript.wording import said_by_discord, shows_content

TOGETHER = timedelta(minutes=7)
"""Messages of one person that follow each other sooner stand below one name."""
MAX_EXCERPT = 120
SHADES = 8


class Messages:
    """Writes the messages of one record."""

    def __init__(self, record: Record, zone: str) -> None:
        self.naming = Naming(record, zone)
        self.colours = Colours()
        self.text = RichText(self.naming, self.colours)
        self.boxes = Boxes(self.naming, self.colours, self.text)
        self._record = record

    def continues(self, message: Message, before: Message | Note | None) -> bool:
        """Tell whether a message needs no name of its own after the one before."""
        return (
            isinstance(before, Message)
            and before.author_id == message.author_id
            and before.author_name == message.author_name
            and message.at - before.at < TOGETHER
            and self.naming.day(message.at) == self.naming.day(before.at)
            and message.reply_to is None
            and not message.command
            and not said_by_discord(message, self.naming)
            and not said_by_discord(before, self.naming)
        )

    def message(self, message: Message, dropped: Collection[int] = (), *, is_first: bool = True) -> list[Piece]:
        """Write a message, with the name of who wrote it unless it is not the first of several."""
        words = said_by_discord(message, self.naming)
        kinds = ["m", *(["system"] if words else []), *([] if is_first else ["next"])]
        kinds += ["gone"] if message.deleted_at is not None else []
        kinds += ["internal"] if message.is_staff_only else []
        pieces: list[Piece] = [f'<article class="{" ".join(kinds)}" id="m{message.id}">']
        if words:
            time = f'<time datetime="{message.at.isoformat()}">{self.naming.full(message.at)}</time>'
            pieces.append(f'<div class="words">{escaped(words)} {time}</div>')
        else:
            pieces.append(self._head(message) if is_first else self._clock(message))
        if message.reply_to is not None and not words:
            pieces.append(self._reply(message))
        elif message.reply_to is not None:
            pieces.append(f'<div class="small"><a href="#m{message.reply_to}">{escaped(t("Show it"))}</a></div>')
        pieces += self._body(message, dropped, has_words=bool(words))
        pieces.append("</article>")
        return pieces

    def note(self, note: Note) -> list[Piece]:
        """Write a note of staff."""
        person = self.naming.known(note.author_id)
        shade = self.colours.of(person.colour if person is not None else None)
        name = escaped(self.naming.person(note.author_id))
        head = (
            f'<div class="head"><span class="name{shade}"><bdi>{name}</bdi></span>'
            f'<span class="tag">{escaped(t("Internal note"))}</span>'
            f'<time datetime="{note.at.isoformat()}">{self.naming.full(note.at)}</time></div>'
        )
        text = f'<div class="text" dir="auto">{self.text.html(note.text)}</div>'
        return [f'<article class="m internal">{head}{text}</article>']

    # The parts of a message

    def _head(self, message: Message) -> str:
        person = self.naming.known(message.author_id)
        name = self.naming.author(message)
        tags = [
            t("Bot") if person is not None and person.is_bot else "",
            t("Staff") if person is not None and person.is_staff else "",
            t("Member") if message.author_id == self._record.facts.opener_id else "",
            t("Only for staff") if message.is_staff_only else "",
            t("Pinned") if message.is_pinned else "",
            t("Voice message") if message.is_voice else "",
        ]
        initial = next((sign for sign in name if sign.isalnum()), "?").upper()
        shade = self.colours.of(person.colour if person is not None else None)
        user = f' title="@{escaped(person.name)} · {person.id}"' if person is not None else ""
        return (
            f'<div class="face f{message.author_id % SHADES}" aria-hidden="true">{escaped(initial)}</div>'
            f'<div class="head"><span class="name{shade}"{user}><bdi>{escaped(name)}</bdi></span>'
            + "".join(f'<span class="tag">{escaped(tag)}</span>' for tag in tags if tag)
            + f'<time datetime="{message.at.isoformat()}">{self.naming.full(message.at)}</time></div>'
        )

    def _clock(self, message: Message) -> str:
        return f'<time class="side" datetime="{message.at.isoformat()}">{self.naming.time(message.at)}</time>'

    def _reply(self, message: Message) -> str:
        answered = self._record.messages.get(message.reply_to or 0)
        if answered is not None:
            name, said = self.naming.author(answered), answered.body.content
            said = said or (t("a message without text") if answered.deleted_at is None else t("a deleted message"))
        elif message.reply_author_id is not None:
            name, said = self.naming.person(message.reply_author_id), message.reply_text or t("a message without text")
        else:
            return f'<div class="reply">↱ {escaped(t("An answer to a message that is not there any more"))}</div>'
        excerpt = " ".join(self.naming.resolved(said).split())
        excerpt = excerpt if len(excerpt) <= MAX_EXCERPT else f"{excerpt[:MAX_EXCERPT]}…"
        words = f"<b><bdi>{escaped(name)}</bdi></b> <bdi>{escaped(excerpt)}</bdi>"
        if answered is None:
            return f'<div class="reply">↱ {words}</div>'
        return f'<div class="reply">↱ <a href="#m{message.reply_to}">{words}</a></div>'

    def _body(self, message: Message, dropped: Collection[int], *, has_words: bool) -> list[Piece]:
        pieces: list[Piece] = []
        if message.command:
            who = self.naming.person(message.command_by)
            words = t("{person} used /{command}", person=who, command=message.command)
            pieces.append(f'<div class="reply">{escaped(words)}</div>')
        body = message.body
        if has_words and not shows_content(message):
            body = Body(attachments=body.attachments)
        if body.content:
            pieces.append(f'<div class="text" dir="auto">{self.text.html(body.content)}</div>')
        pieces += self.boxes.pieces(body, dropped)
        for forward in message.forwards:
            title = t("Forwarded")
            title = f"{title} · {self.naming.full(forward.at)}" if forward.at is not None else title
            pieces.append(f'<div class="forward"><div class="small">{escaped(title)}</div>')
            inside = self.boxes.pieces(forward.body, dropped)
            if forward.body.content:
                pieces.append(f'<div class="text" dir="auto">{self.text.html(forward.body.content)}</div>')
            elif not inside:
                pieces.append(f'<div class="small">{escaped(self._nothing())}</div>')
            pieces += [*inside, "</div>"]
        if len(pieces) == (1 if message.command else 0) and not has_words and message.deleted_at is None:
            pieces.append(f'<div class="small">{escaped(self._nothing())}</div>')
        if message.thread and not has_words:
            pieces.append(f'<div class="small">{escaped(t("A thread begins here: {name}", name=message.thread))}</div>')
        pieces += self._changes(message)
        if message.reactions:
            each = (f"<span>{escaped(one.emoji)} {one.count}</span>" for one in message.reactions)
            pieces.append(f'<div class="reactions">{"".join(each)}</div>')
        return pieces

    def _nothing(self) -> str:
        if self._record.lacks_content:
            return t("The bot may not read what stands here.")
        return t("Nothing that could be kept.")

    def _changes(self, message: Message) -> list[Piece]:
        pieces: list[Piece] = []
        if message.deleted_at is not None:
            values = {"time": self.naming.full(message.deleted_at), "person": self.naming.person(message.deleted_by)}
            known = message.deleted_by is not None
            words = t("Deleted {time} by {person}", **values) if known else t("Deleted {time}", time=values["time"])
            pieces.append(f'<div class="change">{escaped(words)}</div>')
        if message.edited_at is not None:
            words = escaped(t("Edited {time}", time=self.naming.full(message.edited_at)))
            if not message.earlier:
                pieces.append(f'<div class="change">{words}</div>')
            else:
                versions = "".join(
                    f'<div class="small">{self.naming.full(version.at)}</div>'
                    f'<div class="text" dir="auto">{self.text.html(version.content)}</div>'
                    for version in message.earlier
                )
                pieces.append(f'<details class="change"><summary>{words}</summary>{versions}</details>')
        return pieces
