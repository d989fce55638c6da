"""Rules as people work on them and as they were published, and what differs between two versions. All of it pure."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from app.core.errors import InvalidInput
from app.core.onboarding import limits
from app.core.records import record
from app.core.storable import is_storable

DISCORD_FILES = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
FORBIDDEN = frozenset(' <>"\\^`{|}')
"""Characters that an address may hold only in an encoded form. https://www.rfc-editor.org/rfc/rfc3986#section-2"""


@record
class Rule:
    """One rule, at its place. `id` is that of its row; 0 for one that has none yet."""

    title: str
    text: str = ""
    thumbnail_url: str = ""
    image_url: str = ""
    enabled: bool = True
    place: int = 0
    id: int = 0

    @property
    def has_picture(self) -> bool:
        """Whether it has a picture, and needs an embed of its own."""
        return bool(self.thumbnail_url or self.image_url)

    @property
    def said(self) -> tuple[str, str, str, str]:
        """What members see of it."""
        return self.title, self.text, self.thumbnail_url, self.image_url


@record
class Version:
    """The rules as they were published at one moment, which never change."""

    number: int
    published_at: datetime
    published_by: int | None
    rules: tuple[Rule, ...]

    @property
    def hash(self) -> str:
        """What is written down with an acceptance, so that it is known what was accepted."""
        return text_hash(self.rules)


class Kind(StrEnum):
    """In what way a rule differs."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    REMOVED = "removed"


@record
class Difference:
    """What became of one rule. The places count from 1, among those that are shown."""

    kind: Kind
    old: Rule | None
    new: Rule | None
    place: int


def checked(rule: Rule) -> Rule:
    """Return a rule as it is stored. Raises InvalidInput."""
    title, text = " ".join(rule.title.split()), rule.text.strip()
    if not 1 <= len(title) <= limits.MAX_RULE_TITLE or not is_storable(title):
        raise InvalidInput("The title of a rule has 1 to {count} characters.", count=limits.MAX_RULE_TITLE)
    if len(text) > limits.MAX_RULE_TEXT or not is_storable(text):
        raise InvalidInput("The text of a rule has at most {count} characters.", count=limits.MAX_RULE_TEXT)
    return replace(
        rule,
        title=title,
        text=text,
        thumbnail_url=checked_address(rule.thumbnail_url),
        image_url=checked_address(rule.image_url),
    )


def checked_address(typed: str) -> str:
    """Return the address of a picture as it is stored; an empty one stays empty. Raises InvalidInput.

    The address of a file in Discord loses its signature, which runs out after a day: Discord signs it again for whoever
    sees the post. https://discord.com/developers/docs/reference#signed-attachment-cdn-urls
    """
    address = typed.strip()
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise _NoPicture from None
    is_address = address.isascii() and address.isprintable() and not FORBIDDEN & set(address)
    if not is_address or parts.scheme != "https" or "@" in parts.netloc or "." not in host.strip("."):
        raise _NoPicture
    if host in DISCORD_FILES and "/ephemeral-attachments/" in parts.path:
        raise InvalidInput(
            "Only you see that picture, and Discord deletes it soon. Post it in a channel, and give the address that "
            "it has there."
        )
    if host in DISCORD_FILES and parts.path.startswith("/attachments/"):
        address = f"https://{host}{parts.path}"
    if len(address) > limits.MAX_URL:
        raise InvalidInput("The address of a picture has at most {count} characters.", count=limits.MAX_URL)
    return address


class _NoPicture(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "A picture is given by its address, which begins with `https://`, such as `https://example.org/rules.png`."
        )


def shown(rules: Sequence[Rule]) -> list[Rule]:
    """Return those that are published, in their order."""
    return sorted((one for one in rules if one.enabled), key=lambda one: one.place)


def text_hash(rules: Sequence[Rule]) -> str:
    """Return the SHA-256 of what members see, in hexadecimal; places and ids are no part of it, the order is."""
    written = json.dumps([one.said for one in rules], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def differences(old: Sequence[Rule], new: Sequence[Rule]) -> list[Difference]:
    """Return what differs, in the order of the new ones; what was removed comes last.

    A rule is the same one if it has the same title, or else the same text; copies of versions do not know of each
    other.
    """
    before = _pairs(old, new)
    kept = [before[place] for place in sorted(before)]
    steady = _longest_run(kept)
    found: list[Difference] = []
    for place, rule in enumerate(new):
        if place not in before:
            found.append(Difference(Kind.ADDED, None, rule, place + 1))
        elif old[before[place]].said != rule.said:
            found.append(Difference(Kind.CHANGED, old[before[place]], rule, place + 1))
        elif before[place] not in steady:
            found.append(Difference(Kind.MOVED, old[before[place]], rule, place + 1))
    gone = set(range(len(old))) - set(kept)
    return found + [Difference(Kind.REMOVED, old[place], None, place + 1) for place in sorted(gone)]


def _pairs(old: Sequence[Rule], new: Sequence[Rule]) -> dict[int, int]:
    """Return for places of the new ones the places of the same rules among the old ones."""
    pairs: dict[int, int] = {}
    left = list(range(len(old)))

    def pair(is_same: Callable[[Rule, Rule], bool]) -> None:
        for place, rule in enumerate(new):
            found = next((one for one in left if is_same(old[one], rule)), None) if place not in pairs else None
            if found is not None:
                pairs[place] = found
                left.remove(found)

    pair(lambda was, now: was.said == now.said)
    pair(lambda was, now: was.title.casefold() == now.title.casefold())
    pair(lambda was, now: bool(now.text) and was.text == now.text)
    return pairs


def _longest_run(places: Sequence[int]) -> set[int]:
    """Return the longest row of places that rises: whatever is not in it has moved."""
    best: list[list[int]] = [[]]
    for place in places:
        longest = max((run for run in best if not run or run[-1] < place), key=len)
        best.append([*longest, place])
    return set(max(best, key=len))
