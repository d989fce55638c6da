"""What of a record can be found again: the words that were said, without signs of any format around them."""

from collections.abc import Iterator

from app.core.tickets.components import Component, Container, Embed, Row, Section, Select, Text
from app.core.tickets.record import Body, Record
from app.core.tickets.views import member_view

MAX_SEARCHABLE = 200_000
"""Characters. A text search vector of PostgreSQL holds 1 MB: https://www.postgresql.org/docs/current/textsearch-limitations.html"""


def searchable_text(record: Record) -> str:
    """Return what the member may read, as one text in which words are searched, the oldest first.

    From the member's view, because members search in their own tickets: what is found must be what they can read.
    """
    view, parts, length = member_view(record), list[str](), 0
    for message in view.in_order():
        for text in (*_texts(message.body), *(text for forward in message.forwards for text in _texts(forward.body))):
            parts.append(text)
            length += len(text) + 1
        if length > MAX_SEARCHABLE:
            break
    return "\n".join(part for part in parts if part)[:MAX_SEARCHABLE]


def _texts(body: Body) -> Iterator[str]:
    yield body.content
    for file in body.files():
        yield f"{file.name} {file.description}".strip()
    for embed in body.embeds:
        yield from _embed(embed)
    if body.poll is not None:
        yield body.poll.question
        yield from (answer.text for answer in body.poll.answers)
    for component in body.components:
        yield from _component(component)


def _embed(embed: Embed) -> Iterator[str]:
    yield from (embed.author, embed.title, embed.description, embed.footer)
    for field in embed.fields:
        yield from (field.name, field.value)


def _component(component: Component) -> Iterator[str]:
    if isinstance(component, Container):
        for inner in component.items:
            yield from _component(inner)
    elif isinstance(component, Text):
        yield component.content
    elif isinstance(component, Section):
        yield from (text.content for text in component.texts)
    elif isinstance(component, Row):
        for item in component.items:
            if isinstance(item, Select):
                yield from (option.label for option in item.options)
