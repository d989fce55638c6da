"""What a question may be. Pure: each function returns another question, or refuses what cannot be one."""

from collections.abc import Sequence
from dataclasses import replace

from app.core.emoji import custom_id, is_unicode
from app.core.errors import Conflict, InvalidInput
from app.core.onboarding import limits
from app.core.onboarding.questions import CHOOSING, Option, Question
from app.core.storable import is_storable


def checked(question: Question) -> Question:
    """Return a question as it is stored. Raises InvalidInput, Conflict."""
    text, hint = question.text.strip(), " ".join(question.hint.split())
    if not 1 <= len(text) <= limits.MAX_QUESTION or not is_storable(text):
        raise InvalidInput("A question has 1 to {count} characters.", count=limits.MAX_QUESTION)
    if len(hint) > limits.MAX_HINT or not is_storable(hint):
        raise InvalidInput("A hint has at most {count} characters.", count=limits.MAX_HINT)
    if question.kind not in CHOOSING:
        if question.options:
            raise InvalidInput("Only a question that is answered by choosing has options. Leave them empty.")
        return replace(question, text=text, hint=hint)
    return replace(question, text=text, hint=hint, options=_options(question.options))


def read_lines(typed: str) -> tuple[Option, ...]:
    """Read options, one a line: `emoji label | description`, of which only the label has to be there.

    Raises InvalidInput.
    """
    return tuple(_line(line) for line in typed.splitlines() if line.strip())


def in_lines(options: Sequence[Option]) -> str:
    """Write options as `read_lines` reads them."""
    return "\n".join(
        " ".join(filter(None, (one.emoji, one.label))) + (f" | {one.description}" if one.description else "")
        for one in options
    )


def carried_over(old: Sequence[Option], new: Sequence[Option]) -> tuple[Option, ...]:
    """Let options that are typed again stay what they were: their values, and what they give.

    An option is known by its label; if as many are there as before, also by its place, as one that was renamed.
    """
    by_label = {one.label.casefold(): one for one in old}
    known = [by_label.get(one.label.casefold()) for one in new]
    used = {one.value for one in known if one is not None}
    if len(old) == len(new):
        for place, (before, found) in enumerate(zip(old, known, strict=True)):
            if found is None and before.value not in used:
                known[place] = before
                used.add(before.value)
    made: list[Option] = []
    for one, before in zip(new, known, strict=True):
        if before is None:
            value = _free_value(one.label, used)
            used.add(value)
            made.append(replace(one, value=value))
        else:
            made.append(replace(one, value=before.value, role_ids=before.role_ids, channel_ids=before.channel_ids))
    return tuple(made)


def _free_value(label: str, used: set[str]) -> str:
    value, number = label[: limits.MAX_OPTION], 1
    while value in used:
        number += 1
        ending = f" {number}"
        value = label[: limits.MAX_OPTION - len(ending)] + ending
    return value


def _line(line: str) -> Option:
    shown, _, description = line.partition("|")
    first, _, rest = shown.strip().partition(" ")
    has_emoji = bool(rest.strip()) and (is_unicode(first) or custom_id(first) is not None)
    label = " ".join((rest if has_emoji else shown).split())
    return Option(value=label, label=label, description=" ".join(description.split()), emoji=first if has_emoji else "")


def _options(options: Sequence[Option]) -> tuple[Option, ...]:
    if not options:
        raise InvalidInput("Give the options to choose from, one a line: 1 to {count}.", count=limits.MAX_OPTIONS)
    if len(options) > limits.MAX_OPTIONS:
        raise InvalidInput(
            "A question has at most {count} options. You gave {given}.", count=limits.MAX_OPTIONS, given=len(options)
        )
    labels, values = set[str](), set[str]()
    for one in options:
        _check_option(one)
        if one.label.casefold() in labels or one.value in values:
            raise Conflict("“{option}” is there twice. Each option has to differ.", option=one.label)
        labels.add(one.label.casefold())
        values.add(one.value)
    return tuple(options)


def _check_option(one: Option) -> None:
    for text, least in ((one.label, 1), (one.value, 1), (one.description, 0)):
        if not least <= len(text) <= limits.MAX_OPTION or not is_storable(text):
            raise InvalidInput(
                "An option has a label of 1 to {count} characters, and a description of at most {count}: `{option}…`",
                count=limits.MAX_OPTION,
                option=one.label[:20],
            )
    if one.emoji and not is_unicode(one.emoji) and custom_id(one.emoji) is None:
        raise InvalidInput(
            "`{typed}` is no emoji. Use one such as 🎮, or one of this server's own.", typed=one.emoji[:40]
        )
    if len(one.role_ids) > limits.MAX_ROLES or len(one.channel_ids) > limits.MAX_CHANNELS:
        raise InvalidInput(
            "One answer gives at most {roles} roles and {channels} channels.",
            roles=limits.MAX_ROLES,
            channels=limits.MAX_CHANNELS,
        )
