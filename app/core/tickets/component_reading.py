"""Files, embeds, polls, stickers and components, as Discord's API writes them in JSON, to what a record holds."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from app.core.tickets import components as parts
from app.core.tickets.raw_values import (
    Raw,
    colour_at,
    id_at,
    is_true,
    moment_at,
    number_at,
    object_at,
    objects_at,
    text_at,
)

IS_SPOILER = 1 << 3
"""Flag of an attachment."""
SPOILER = "SPOILER_"
"""What a file's name begins with that is one in the older way."""
DISCORD_FILES = {"cdn.discordapp.com", "media.discordapp.net"}
ACTION_ROW, BUTTON, TEXT_SELECT, CHANNEL_SELECT, SECTION, TEXT, THUMBNAIL = 1, 2, 3, 8, 9, 10, 11
GALLERY, FILE, SEPARATOR, CONTAINER = 12, 13, 14, 17
SELECTS = {TEXT_SELECT, 5, 6, 7, CHANNEL_SELECT}


def attachment(raw: Raw) -> parts.Attachment:
    """Read a file that was uploaded with a message."""
    name, title = text_at(raw, "filename"), text_at(raw, "title")
    plain_name = name.removeprefix(SPOILER)
    return parts.Attachment(
        id=id_at(raw, "id"),
        # Discord takes other letters than Latin ones out of the name, and keeps them here.
        name=title + PurePosixPath(plain_name).suffix if title else plain_name,
        size=number_at(raw, "size"),
        type=text_at(raw, "content_type").partition(";")[0],
        is_spoiler=bool(number_at(raw, "flags") & IS_SPOILER) or name.startswith(SPOILER),
        description=text_at(raw, "description"),
        url=_lasting(text_at(raw, "url")),
        seconds=_seconds(raw),
    )


def embed(raw: Raw) -> parts.Embed:
    """Read a box below a message."""
    author = object_at(raw, "author")
    return parts.Embed(
        type=text_at(raw, "type") or "rich",
        title=text_at(raw, "title"),
        description=text_at(raw, "description"),
        url=text_at(raw, "url"),
        colour=colour_at(raw, "color"),
        at=moment_at(raw, "timestamp"),
        author=text_at(author, "name"),
        author_url=text_at(author, "url"),
        provider=text_at(object_at(raw, "provider"), "name"),
        footer=text_at(object_at(raw, "footer"), "text"),
        fields=tuple(
            parts.Field(text_at(one, "name"), text_at(one, "value"), is_true(one, "inline"))
            for one in objects_at(raw, "fields")
        ),
        image=_lasting(text_at(object_at(raw, "image"), "url")),
        thumbnail=_lasting(text_at(object_at(raw, "thumbnail"), "url")),
        video=_lasting(text_at(object_at(raw, "video"), "url")),
    )


def sticker(raw: Raw) -> parts.Sticker:
    """Read a sticker."""
    return parts.Sticker(text_at(raw, "name"))


def poll(raw: Raw) -> parts.Poll:
    """Read a poll."""
    results = object_at(raw, "results")
    votes = {number_at(one, "id"): number_at(one, "count") for one in objects_at(results, "answer_counts")}
    media = [(number_at(one, "answer_id"), object_at(one, "poll_media")) for one in objects_at(raw, "answers")]
    return parts.Poll(
        question=text_at(object_at(raw, "question"), "text"),
        answers=tuple(
            parts.PollAnswer(text_at(shown, "text"), emoji(object_at(shown, "emoji")), votes.get(number, 0))
            for number, shown in media
        ),
        ends_at=moment_at(raw, "expiry"),
        takes_several=is_true(raw, "allow_multiselect"),
        is_over=is_true(results, "is_finalized"),
    )


def emoji(raw: Raw) -> str:
    """Return an emoji as text: itself, or the name of one of a server."""
    name = text_at(raw, "name")
    return f":{name}:" if name and raw.get("id") else name


def components(raws: Iterable[Raw]) -> tuple[parts.Component, ...]:
    """Read components of both kinds."""
    return tuple(
        parts.Container(
            tuple(_inner(each) for each in objects_at(raw, "components")),
            colour_at(raw, "accent_color"),
            is_true(raw, "spoiler"),
        )
        if number_at(raw, "type") == CONTAINER
        else _inner(raw)
        for raw in raws
    )


def media_of(raws: Iterable[Raw]) -> Iterator[Raw]:
    """Yield every picture or file that components show, as Discord describes it."""
    for raw in raws:
        yield from media_of(objects_at(raw, "components")) if number_at(raw, "type") == CONTAINER else ()
        yield from (object_at(one, "media") for one in objects_at(raw, "items"))
        yield from (object_at(one, key) for one, key in ((raw, "file"), (object_at(raw, "accessory"), "media")))


def _inner(raw: Raw) -> parts.Inner:
    kind = number_at(raw, "type")
    if kind == ACTION_ROW:
        return parts.Row(tuple(_interactive(each) for each in objects_at(raw, "components")))
    if kind == SECTION:
        texts = tuple(parts.Text(text_at(each, "content")) for each in objects_at(raw, "components"))
        return parts.Section(texts, _accessory(object_at(raw, "accessory")))
    if kind == TEXT:
        return parts.Text(text_at(raw, "content"))
    if kind == GALLERY:
        return parts.Gallery(tuple(_media(each, object_at(each, "media")) for each in objects_at(raw, "items")))
    if kind == FILE:
        return parts.File(_media(raw, object_at(raw, "file")))
    if kind == SEPARATOR:
        return parts.Separator(raw.get("divider") is not False)
    return parts.Unknown(kind)


def _interactive(raw: Raw) -> parts.Button | parts.Select:
    if number_at(raw, "type") in SELECTS:
        return parts.Select(
            text_at(raw, "placeholder"),
            tuple(_option(each) for each in objects_at(raw, "options")),
            is_true(raw, "disabled"),
        )
    return parts.Button(
        text_at(raw, "label"), emoji(object_at(raw, "emoji")), text_at(raw, "url"), is_true(raw, "disabled")
    )


def _option(raw: Raw) -> parts.Option:
    return parts.Option(
        text_at(raw, "label"), text_at(raw, "description"), emoji(object_at(raw, "emoji")), is_true(raw, "default")
    )


def _accessory(raw: Raw) -> parts.Button | parts.Thumbnail | None:
    if number_at(raw, "type") == THUMBNAIL:
        return parts.Thumbnail(_media(raw, object_at(raw, "media")))
    accessory = _interactive(raw) if number_at(raw, "type") == BUTTON else None
    return accessory if isinstance(accessory, parts.Button) else None


def _media(raw: Raw, media: Raw) -> parts.Attachment:
    """Read a picture or a file of a component: `raw` says how it is shown, `media` what it is."""
    url = _lasting(text_at(media, "url"))
    name = text_at(raw, "name") or _name_in(url)
    return parts.Attachment(
        id=id_at(media, "attachment_id"),
        name=name.removeprefix(SPOILER),
        size=number_at(raw, "size"),
        type=text_at(media, "content_type").partition(";")[0],
        is_spoiler=is_true(raw, "spoiler"),
        description=text_at(raw, "description"),
        url=url,
    )


def _seconds(raw: Raw) -> float:
    value = raw.get("duration_secs")
    return float(value) if isinstance(value, int | float) and 0 <= value < 1e9 else 0


def _lasting(url: str) -> str:
    """Return an address without the signature that Discord gives to files, which runs out."""
    return url.partition("?")[0] if _host(url) in DISCORD_FILES else url


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _name_in(url: str) -> str:
    return unquote(url.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2])
