"""The post of the rules, and what differs between two versions. All of it pure."""

import difflib
import re
from collections.abc import Sequence
from datetime import datetime

import discord

from app.core.errors import InvalidInput
from app.core.messages import t, tn
from app.core.onboarding.rules import Difference, Kind, Rule, Version, differences
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.kit.colours import colour_of
from app.ui.kit.components import button
from app.ui.kit.limits import MAX_EMBED, MAX_EMBED_DESCRIPTION
from app.ui.kit.reply import Reply
from app.ui.kit.text import plain, shortened
from app.ui.onboarding.rules_ids import AcceptId, WhatChangedId

MAX_EMBEDS = 10
"""Of a message (Discord)."""
MAX_DIFFERENCE = 700
WORDS = re.compile(r"\s+|[^\s]+")


def rules_post(
    version: Version, snapshot: SettingsSnapshot, *, accept_by: datetime | None = None, is_preview: bool = False
) -> Reply:
    """Return the post as members see it. `accept_by` is until when those have time who accepted an earlier version."""
    date = discord.utils.format_dt(version.published_at, "D")
    said = t("The rules of this server: version {number}, of {date}.", number=version.number, date=date)
    if accept_by is not None:
        said += " " + t(
            "They are new: whoever accepted an earlier version has until {time} to accept this one.",
            time=discord.utils.format_dt(accept_by, "f"),
        )
    first, *more = rules_embeds(version.rules, snapshot)
    good = discord.ButtonStyle.success
    items = [button(t("I accept"), AcceptId(version=version.number), style=good, emoji="✅", disabled=is_preview)]
    if version.number > 1:
        items.append(button(t("What is new?"), WhatChangedId(version=version.number), disabled=is_preview))
    return Reply(said, first, items, private=is_preview, more=more)


def rules_embeds(rules: Sequence[Rule], snapshot: SettingsSnapshot) -> list[discord.Embed]:
    """Return rules as embeds: one for each that has a picture, and as few as possible for the others."""
    parts: list[tuple[Rule, str]] = []
    room = 0
    for place, rule in enumerate(rules, start=1):
        text = f"**{place}. {plain(rule.title)}**\n{rule.text}".strip()
        if not rule.has_picture and 0 < len(text) + 2 <= room:
            parts[-1] = (parts[-1][0], f"{parts[-1][1]}\n\n{text}")
            room -= len(text) + 2
            continue
        parts.append((rule, shortened(text, MAX_EMBED_DESCRIPTION)))
        room = 0 if rule.has_picture else MAX_EMBED_DESCRIPTION - len(text)
    return [_embed(rule, text, snapshot) for rule, text in parts]


def _embed(rule: Rule, text: str, snapshot: SettingsSnapshot) -> discord.Embed:
    embed = discord.Embed(description=text, colour=colour_of(snapshot))
    if rule.thumbnail_url:
        embed.set_thumbnail(url=rule.thumbnail_url)
    if rule.image_url:
        embed.set_image(url=rule.image_url)
    return embed


def check_fits(rules: Sequence[Rule], snapshot: SettingsSnapshot) -> None:
    """Raise InvalidInput that says what to shorten when rules do not fit into one message."""
    embeds = rules_embeds(rules, snapshot)
    if len(embeds) > MAX_EMBEDS:
        raise InvalidInput(
            "The rules need {count} parts, and a post has at most {most}. Each rule with a picture is a part of its "
            "own: take the picture from some with `/rules edit`, or put those without a picture next to each other.",
            count=len(embeds),
            most=MAX_EMBEDS,
        )
    many = sum(len(embed) for embed in embeds)
    if many > MAX_EMBED:
        longest = max(rules, key=lambda one: len(one.title) + len(one.text))
        raise InvalidInput(
            "The rules have {count} characters, and a post has room for {most}. Shorten them by {over}: the longest is "
            "“{title}”, with {length}.",
            count=many,
            most=MAX_EMBED,
            over=many - MAX_EMBED,
            title=plain(longest.title, 60),
            length=len(longest.title) + len(longest.text),
        )


def differences_text(old: Sequence[Rule], new: Sequence[Rule], longest: int) -> str:
    """Say what differs, a paragraph for each rule; what has no room is counted."""
    found = [_difference(one) for one in differences(old, new)]
    if not found:
        return t("Nothing differs.")
    shown, room = [], longest - 60
    for text in found:
        if len(text) + 2 > room:
            break
        shown.append(text)
        room -= len(text) + 2
    if len(shown) < len(found):
        shown.append(tn("… and {count} more.", "… and {count} more.", len(found) - len(shown)))
    return "\n\n".join(shown)


def _difference(one: Difference) -> str:
    title = plain((one.new or one.old or Rule("")).title, 100)
    match one.kind:
        case Kind.ADDED:
            assert one.new is not None
            return t("🟢 New: **{place}. {title}**", place=one.place, title=title) + _under(plain(one.new.text, 300))
        case Kind.REMOVED:
            return t("🔴 No longer: ~~{title}~~", title=title)
        case Kind.MOVED:
            return t("🔵 At another place: **{place}. {title}**", place=one.place, title=title)
        case Kind.CHANGED:
            assert one.old is not None
            assert one.new is not None
            said = t("🟡 Changed: **{place}. {title}**", place=one.place, title=title)
            parts = []
            if one.old.title != one.new.title:
                parts.append(marked(one.old.title, one.new.title))
            if one.old.text != one.new.text:
                parts.append(marked(one.old.text, one.new.text))
            if one.old.said[2:] != one.new.said[2:]:
                parts.append(t("Its picture is another one."))
            return said + "".join(_under(part) for part in parts)


def marked(old: str, new: str) -> str:
    """Return a text word by word: what went is struck through, what came is bold, and long parts that stay are cut."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    parts: list[str] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        went, came = "".join(before[a:b]).strip(), "".join(after[c:d]).strip()
        if kind == "equal":
            same = before[a:b]
            kept = [*same[:12], "… ", *same[-12:]] if len(same) > 30 else same
            parts.append(plain(" ".join("".join(kept).split()), 400))
            continue
        parts += [f"~~{plain(went, 200)}~~"] * bool(went) + [f"**{plain(came, 200)}**"] * bool(came)
    return shortened(" ".join(part for part in parts if part), MAX_DIFFERENCE)


def _under(text: str) -> str:
    return f"\n> {' '.join(text.split())}" if text else ""
