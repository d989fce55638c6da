"""Between the questions here and the prompts of Discord's own onboarding. Pure.

Discord asks only what can be chosen, of everybody, and each of its answers gives a role or opens a channel that
everybody may see. https://discord.com/developers/docs/resources/guild#guild-onboarding-object
"""

import json
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from app.core.emoji import custom_id, is_unicode
from app.core.errors import UserError
from app.core.messages import Message, msg
from app.core.onboarding.drafts import carried_over, checked
from app.core.onboarding.questions import CHOOSING, Option, Question, QuestionKind
from app.core.records import record

MAX_PROMPTS = 15
MAX_PROMPT = 100
MAX_TITLE = 50
MAX_BUTTONS = 12
"""Options of a prompt that is shown as buttons; longer ones are a menu."""
MULTIPLE_CHOICE, DROPDOWN = 0, 1


@record
class LeftOut:
    """What does not come along, and why."""

    text: str
    why: Message


def fingerprint(prompts: Sequence[Any]) -> str:
    """Return eight characters that stand for prompts as they are."""
    return f"{zlib.crc32(json.dumps(prompts, sort_keys=True).encode()):08x}"


def taken(
    prompts: Sequence[Any], there: Sequence[Question], roles: Collection[int], channels: Collection[int]
) -> tuple[list[Question], list[LeftOut]]:
    """Return the questions there will be with those of Discord: one of the same text is changed, others are added.

    Roles and channels that are not among these are gone.
    """
    made, left_out = list(there), list[LeftOut]()
    for at, prompt in enumerate(prompts, start=1):
        entry = cast("Mapping[str, Any]", prompt)
        text = str(entry.get("title") or "").strip()
        old = next((one for one in made if one.kind in CHOOSING and one.text.casefold() == text.casefold()), None)
        question = old or Question(-at, 0, text, QuestionKind.CHOICE)
        found = [_option(one, roles, channels) for one in entry.get("options") or ()]
        known = carried_over(question.options, found)
        options = [
            replace(one, role_ids=new.role_ids, channel_ids=new.channel_ids)
            for one, new in zip(known, found, strict=True)
        ]
        try:
            question = checked(
                replace(
                    question,
                    kind=QuestionKind.CHOICE if entry.get("single_select") else QuestionKind.CHOICES,
                    options=tuple(options),
                    required=bool(entry.get("required")),
                    # What is not asked on joining is only among Channels & Roles.
                    enabled=bool(entry.get("in_onboarding", True)),
                )
            )
        except UserError as error:
            left_out.append(LeftOut(text, error.message))
            continue
        made = [question if one is old else one for one in made] if old is not None else [*made, question]
    return made, left_out


def given(
    questions: Sequence[Question],
    prompts: Sequence[Any],
    first_id: int,
    roles: Collection[int],
    public: Collection[int],
) -> tuple[list[dict[str, Any]], list[LeftOut]]:
    """Return the prompts there will be in Discord with these questions; those of other titles stay as they are.

    `public` are the channels that everybody may see. New prompts and options get ids from `first_id` on, as Discord
    takes none without.
    """
    fresh = iter(range(first_id, first_id + 10_000))
    made = [_kept(cast("Mapping[str, Any]", prompt), roles, public) for prompt in prompts]
    left_out: list[LeftOut] = []
    for question in questions:
        place = next((at for at, one in enumerate(made) if one["title"].casefold() == question.text.casefold()), None)
        why = _why_not(question, roles, public)
        if why is None and place is None and len(made) >= MAX_PROMPTS:
            why = msg("Discord has at most {count} questions", count=MAX_PROMPTS)
        if why is not None:
            left_out.append(LeftOut(question.short, why))
            continue
        prompt = _prompt(question, made[place] if place is not None else {}, fresh, roles, public)
        if place is None:
            made.append(prompt)
        else:
            made[place] = prompt
    return made, left_out


def _why_not(question: Question, roles: Collection[int], public: Collection[int]) -> Message | None:
    if not question.enabled:
        return msg("it is switched off")
    if question.kind not in CHOOSING:
        return msg("Discord asks only what can be chosen")
    if question.asked_if is not None:
        return msg("Discord asks everybody the same")
    if len(question.text) > MAX_PROMPT:
        return msg("Discord takes at most {count} characters of a question", count=MAX_PROMPT)
    if any(len(one.label) > MAX_TITLE for one in question.options):
        return msg("Discord takes at most {count} characters of an option", count=MAX_TITLE)
    for one in question.options:
        if not set(roles).intersection(one.role_ids) and not set(public).intersection(one.channel_ids):
            return msg("“{option}” gives no role, and no channel that everybody may see", option=one.label)
    return None


def _prompt(
    question: Question,
    old: Mapping[str, Any],
    fresh: Iterator[int],
    roles: Collection[int],
    public: Collection[int],
) -> dict[str, Any]:
    known = {str(one["title"]).casefold(): one["id"] for one in old.get("options", ())}
    return {
        "id": old.get("id") or str(next(fresh)),
        "type": old.get("type", MULTIPLE_CHOICE if len(question.options) <= MAX_BUTTONS else DROPDOWN),
        "title": question.text,
        "single_select": question.kind is QuestionKind.CHOICE,
        "required": question.required,
        "in_onboarding": True,
        "options": [
            {
                "id": known.get(one.label.casefold()) or str(next(fresh)),
                "title": one.label,
                "description": one.description or None,
                **_emoji(one.emoji),
                "role_ids": [str(each) for each in one.role_ids if each in roles],
                "channel_ids": [str(each) for each in one.channel_ids if each in public],
            }
            for one in question.options
        ],
    }


def _kept(prompt: Mapping[str, Any], roles: Collection[int], public: Collection[int]) -> dict[str, Any]:
    """Write a prompt as it is read, without what is gone, which Discord would refuse."""
    options: list[dict[str, Any]] = []
    for one in prompt.get("options") or ():
        emoji = cast("Mapping[str, Any]", one.get("emoji") or {})
        options.append(
            {
                "id": one["id"],
                "title": one["title"],
                "description": one.get("description") or None,
                **_written(emoji.get("id"), emoji.get("name"), bool(emoji.get("animated"))),
                "role_ids": [each for each in one.get("role_ids") or () if int(each) in roles],
                "channel_ids": [each for each in one.get("channel_ids") or () if int(each) in public],
            }
        )
    names = ("id", "type", "title", "single_select", "required", "in_onboarding")
    return {**{name: prompt[name] for name in names}, "options": options}


def _option(found: Any, roles: Collection[int], channels: Collection[int]) -> Option:
    one = cast("Mapping[str, Any]", found)
    emoji = cast("Mapping[str, Any]", one.get("emoji") or {})
    name, number = emoji.get("name") or "", emoji.get("id")
    shown = f"<{'a' if emoji.get('animated') else ''}:{name}:{number}>" if number else name
    label = " ".join(str(one.get("title") or "").split())
    return Option(
        value=label,
        label=label,
        description=" ".join(str(one.get("description") or "").split()),
        emoji=shown,
        role_ids=tuple(int(each) for each in one.get("role_ids") or () if int(each) in roles),
        channel_ids=tuple(int(each) for each in one.get("channel_ids") or () if int(each) in channels),
    )


def _emoji(shown: str) -> dict[str, Any]:
    if custom_id(shown) is None:
        return _written(None, shown if is_unicode(shown) else None, animated=False)
    animated, name, number = shown.strip("<>").split(":")
    return _written(number, name, animated=bool(animated))


def _written(number: str | None, name: str | None, animated: bool) -> dict[str, Any]:
    return {"emoji_id": number, "emoji_name": name, "emoji_animated": animated}
