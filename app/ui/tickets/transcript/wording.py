"""What a transcript says in its own words: about messages that Discord wrote, about files, about what is missing."""

from app.core import formats
from app.core.messages import t, tn
from app.core.tickets.components import Attachment, Embed, Poll, Unkept
from app.core.tickets.record import Message
from app.ui.tickets.transcript.naming import Naming

WRITTEN_BY_PEOPLE = {0, 19, 20, 21, 23}
"""Types whose text somebody has written; the others are said in Discord's own words."""
ADDED, REMOVED, CALLED, RENAMED, ICON, PINNED, JOINED, FOLLOWED, THREAD = 1, 2, 3, 4, 5, 6, 7, 12, 18
BOOSTED = {8, 9, 10, 11}
AUTOMOD, POLL_RESULT = 24, 46
STAGE = {27, 28, 29, 31}


def said_by_discord(message: Message, naming: Naming) -> str:
    """Put into words what Discord tells of; empty for what somebody has written."""
    kind, content = message.type, message.body.content
    if kind in WRITTEN_BY_PEOPLE:
        return ""
    person = naming.author(message)
    other = naming.person(message.mentioned[0]) if message.mentioned else person
    thread = message.thread or content
    if kind == REMOVED and other == person:
        return t("{person} left.", person=person)
    sentences = {
        ADDED: t("{person} added {other}.", person=person, other=other),
        REMOVED: t("{person} removed {other}.", person=person, other=other),
        CALLED: t("{person} started a call.", person=person),
        RENAMED: t("{person} changed the channel's name: {name}", person=person, name=content),
        ICON: t("{person} changed the channel's icon.", person=person),
        PINNED: t("{person} pinned a message.", person=person),
        JOINED: t("{person} joined the server.", person=person),
        FOLLOWED: t("{person} followed {name}; its news are posted here.", person=person, name=content),
        THREAD: t("{person} started a thread: {name}", person=person, name=thread),
        AUTOMOD: t("AutoMod held back a message of {person}.", person=person),
        POLL_RESULT: _poll_result(message, person),
    }
    sentences |= dict.fromkeys(BOOSTED, t("{person} boosted the server.", person=person))
    sentences |= dict.fromkeys(STAGE, t("{person} changed the stage: {name}", person=person, name=content))
    return sentences.get(kind) or t("Discord noted something about {person} (kind {kind}).", person=person, kind=kind)


def shows_content(message: Message) -> bool:
    """Tell whether the text of a message is shown as such, and not in Discord's own words."""
    known = {RENAMED, FOLLOWED, THREAD, JOINED, PINNED, POLL_RESULT, *BOOSTED, *STAGE}
    return message.type not in known


def _poll_result(message: Message, person: str) -> str:
    fields = {field.name: field.value for embed in message.body.embeds for field in embed.fields}
    question, answer = fields.get("poll_question_text", ""), fields.get("victor_answer_text", "")
    votes = fields.get("victor_answer_votes", "0")
    if not answer:
        return t("The poll of {person} is over: {question}", person=person, question=question)
    return t(
        "The poll of {person} is over: {question} → {answer} ({votes} of {total} votes)",
        person=person,
        question=question,
        answer=answer,
        votes=votes,
        total=fields.get("total_votes", votes),
    )


def file_size(size: int) -> str:
    """Write a size as people read it."""
    if size < 1000:
        return tn("{count} byte", "{count} bytes", size)
    number, units = size / 1000, iter(("kB", "MB", "GB"))
    unit = next(units)
    while number >= 999.5 and (larger := next(units, None)) is not None:
        number, unit = number / 1000, larger
    return f"{formats.fixed(number) if number < 10 else formats.number(number)} {unit}"


def duration(seconds: float) -> str:
    """Write how long a recording is; empty if it is none."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}" if seconds else ""


def why_not(file: Attachment, *, dropped: bool) -> str:
    """Say why the bytes of a file are not here; empty if they are."""
    if dropped:
        return t("left out of this file, which would be larger than Discord takes")
    if file.content is not None:
        return ""
    reasons = {
        Unkept.TOO_LARGE.value: t("not kept: larger than one file may be"),
        Unkept.FULL.value: t("not kept: the ticket had reached its limit for files"),
        Unkept.GONE.value: t("not kept: Discord did not have it any more"),
        Unkept.FAILED.value: t("not kept: Discord did not hand it out"),
    }
    return reasons.get(file.unkept) or t("not kept")


def poll_state(poll: Poll, naming: Naming) -> str:
    """Say how a poll stands."""
    votes = tn("{count} vote", "{count} votes", sum(answer.votes for answer in poll.answers))
    if poll.is_over:
        return t("{votes} · over", votes=votes)
    if poll.ends_at is not None:
        return t("{votes} · until {time}", votes=votes, time=naming.full(poll.ends_at))
    return votes


def is_shown(embed: Embed) -> bool:
    """Tell whether an embed has something to show besides the address that stands in the text anyway."""
    return bool(embed.title or embed.description or embed.fields or embed.author or embed.footer or embed.image)
