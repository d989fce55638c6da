"""The frame of a page: its policy, its style, what is known of the ticket."""

from base64 import b64encode
from collections.abc import Collection
from hashlib import sha256

from app.core import formats
from app.core.messages import current_language, t, tn
from app.core.tickets.record import Answer, Facts, Record
from app.ui.tickets.transcript.files import file_pieces
from app.ui.tickets.transcript.messages import Messages
from app.ui.tickets.transcript.naming import Naming
from app.ui.tickets.transcript.pieces import Piece, escaped
from app.ui.tickets.transcript.style import STYLE

RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
SOURCES = {
    "default-src": "'none'",
    "style-src": "'sha256-STYLE'",
    "img-src": "data:",
    "media-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
}
POLICY = "; ".join(f"{kind} {source}" for kind, source in SOURCES.items())
"""No script at all, no style but the page's own, nothing from anywhere else."""
MAX_STAFF = 50
"""How many of the staff are named at the top."""


def title(record: Record) -> str:
    """Call the ticket by its number and type."""
    facts = record.facts
    words = t("Ticket #{number}", number=facts.number)
    return f"{words} · {facts.type_name}" if facts.type_name else words


def begin(record: Record, rules: str, part: int, parts: int) -> str:
    """Return the page up to what was written; `rules` are those of the colours in it."""
    style = STYLE + rules
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = POLICY.replace("STYLE", digest)
    language = current_language()
    way = "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"
    number = t("Part {part} of {parts}", part=part, parts=parts)
    heading = f"<h1>{escaped(title(record))}</h1>"
    if parts > 1:
        heading += f'<div class="part">{escaped(number)}</div>'
    shown = title(record) if parts == 1 else f"{title(record)} · {number}"
    return (
        f'<!DOCTYPE html>\n<html lang="{escaped(language)}" dir="{way}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f"<title>{escaped(shown)}</title>\n<style>{style}</style>\n</head>\n<body>\n<header>{heading}</header>\n<main>\n"
    )


def end(record: Record, *, is_last: bool) -> str:
    """Return the end of the page."""
    count = len(record.messages)
    words = tn("{count} message", "{count} messages", count) if is_last else t("It goes on in the next part.")
    return f"</main>\n<footer>{escaped(words)}</footer>\n</body>\n</html>\n"


def rows(facts: Facts, naming: Naming, zone: str) -> list[tuple[str, str]]:
    """Return what is known of the ticket besides what was written in it, each with what it is called."""
    opened, closed = naming.full(facts.opened_at), naming.full(facts.closed_at) if facts.closed_at else ""
    if facts.opened_by not in {None, facts.opener_id}:
        opened = t("{time} by {person}", time=opened, person=naming.person(facts.opened_by))
    if closed and facts.closed_by is not None:
        closed = t("{time} by {person}", time=closed, person=naming.person(facts.closed_by))
    named = [
        (t("Server"), facts.guild_name),
        (t("Channel"), f"#{facts.channel_name}" if facts.channel_name else ""),
        (t("Member"), naming.person(facts.opener_id) if facts.opener_id else ""),
        (t("Opened"), opened),
        (t("Closed"), closed),
        (t("Reason"), facts.close_reason),
        (t("Subject"), facts.subject),
        (t("Staff"), formats.listed(map(naming.person, facts.staff_ids[:MAX_STAFF]))),
        (t("Priority"), facts.priority),
        (t("Labels"), formats.listed(facts.labels)),
        (t("Time zone"), zone.replace("_", " ")),
    ]
    return [(name, value) for name, value in named if value]


def facts(record: Record, writer: Messages, zone: str) -> list[Piece]:
    """Return them for the page."""
    listed = "".join(
        f'<dt>{escaped(name)}</dt><dd dir="auto">{escaped(value)}</dd>'
        for name, value in rows(record.facts, writer.naming, zone)
    )
    return [f"<dl>{listed}</dl>\n"]


def answer(given: Answer, writer: Messages, dropped: Collection[int]) -> list[Piece]:
    """Return an answer of the intake form."""
    said = given.value or formats.listed(given.values)
    files = [piece for file in given.files for piece in file_pieces(file, dropped, writer.text)]
    text = f'<div class="text" dir="auto">{escaped(said)}</div>' if said or not files else ""
    return [f'<section class="answers"><h2 dir="auto">{escaped(given.label)}</h2>{text}', *files, "</section>\n"]
