"""Whether what a member gave answers a question, and in which form it is kept. Pure."""

import json
import re
import unicodedata
import zlib
from collections.abc import Sequence
from datetime import datetime

from app.core import formats
from app.core.errors import InvalidInput
from app.core.onboarding import dates, limits
from app.core.onboarding.answers import Answer
from app.core.onboarding.questions import CHOOSING, Option, Question, QuestionKind
from app.core.storable import is_storable

MAX_EMAIL = 254
"""https://www.rfc-editor.org/errata/eid1690"""
MAX_LOCAL = 64
MAX_DOMAIN_LABEL = 63
MAX_DIGITS = 15
MAX_LISTED = 500
"""Characters of the options that a refusal lists."""
_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\".]+(?:\.[^\s@<>()\[\],;:\\\".]+)*")
_DOMAIN_LABEL = re.compile(r"[^\W_](?:(?:[^\W_]|-)*[^\W_])?")
_NUMBER = re.compile(r"([+-]?)([0-9]+)(?:([.,])([0-9]+))?")
_SPACED = re.compile(r"[+-]?[0-9]{1,3}(?:[ '][0-9]{3})+(?:[.,][0-9]+)?")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")


def reference(question: Question) -> str:
    """Return eight characters that stand for what is asked; another question, or other answers, have others.

    What an option gives, and its description and emoji, make no difference to who answers.
    """
    options = [[one.value, one.label] for one in question.options]
    asked = json.dumps([question.id, question.text, question.kind, question.required, options])
    return f"{zlib.crc32(asked.encode()):08x}"


def option_reference(question: Question, option: Option) -> str:
    """Return eight characters that stand for an option of a question, whatever it is called by now."""
    return f"{zlib.crc32(json.dumps([question.id, option.value]).encode()):08x}"


def answer_to(question: Question, given: Sequence[str], now: datetime) -> Answer:
    """Return what is kept of what was typed or chosen. Nothing at all leaves a question out that can be left out.

    Raises InvalidInput, which names the question and says what would work.
    """
    values = [one for one in dict.fromkeys(given) if one.strip()]
    labels: tuple[str, ...] = ()
    if not values:
        if question.required:
            raise InvalidInput("“{question}” needs an answer.", question=question.short)
    elif question.kind in CHOOSING:
        values, labels = _chosen(question, values)
    else:
        values = [_text(question, values)]
    return Answer(question.text, question.kind.value, tuple(values), labels, now)


def _chosen(question: Question, values: list[str]) -> tuple[list[str], tuple[str, ...]]:
    if question.kind is QuestionKind.CHOICE and len(values) > 1:
        raise InvalidInput("“{question}” takes one answer, not several.", question=question.short)
    if any(question.option(value) is None for value in values):
        raise InvalidInput(
            "“{question}” has other answers by now. Choose one of: {answers}.",
            question=question.short,
            answers=_listed(question),
        )
    found = [one for one in question.options if one.value in values]
    return [one.value for one in found], tuple(one.label for one in found)


def _listed(question: Question) -> str:
    labels = formats.listed(one.label for one in question.options)
    return labels if len(labels) <= MAX_LISTED else f"{labels[:MAX_LISTED]}…"


def _text(question: Question, values: list[str]) -> str:
    text = values[0].strip()
    if len(values) > 1 or not is_storable(text):
        raise InvalidInput("“{question}” takes a text.", question=question.short)
    if question.kind is QuestionKind.LONG:
        return _at_most(question, text, limits.MAX_LONG_ANSWER)
    text = " ".join(text.split())
    if question.kind is QuestionKind.EMAIL:
        return _email(question, text)
    if question.kind is QuestionKind.NUMBER:
        return _number(question, text)
    if question.kind is QuestionKind.DATE:
        return _date(question, text)
    return _at_most(question, text, limits.MAX_SHORT_ANSWER)


def _at_most(question: Question, text: str, most: int) -> str:
    if len(text) > most:
        raise InvalidInput(
            "“{question}” takes at most {count} characters. You gave {given}.",
            question=question.short,
            count=most,
            given=len(text),
        )
    return text


def _email(question: Question, text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    local, _, domain = text.rpartition("@")
    parts = domain.split(".")
    if (
        len(text) > MAX_EMAIL
        or len(local) > MAX_LOCAL
        or not _LOCAL.fullmatch(local)
        or len(parts) < 2
        or not all(len(part) <= MAX_DOMAIN_LABEL and _DOMAIN_LABEL.fullmatch(part) for part in parts)
        or len(parts[-1]) < 2
        or parts[-1].isdigit()
        or not text.isprintable()
    ):
        raise InvalidInput("“{question}” takes an e-mail address, such as `name@example.org`.", question=question.short)
    return f"{local}@{domain.lower()}"


def _number(question: Question, text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("\u2019", "'")
    plain = "".join(str(unicodedata.decimal(one, one)) for one in plain)
    if _GROUPED.fullmatch(plain.lstrip("+-")):
        raise InvalidInput(
            "“{question}” takes a number. Write `{given}` without signs between its digits, such as `1500` or `1.5`.",
            question=question.short,
            given=text,
        )
    if _SPACED.fullmatch(plain):
        plain = plain.replace(" ", "").replace("'", "")
    found = _NUMBER.fullmatch(plain)
    if found is None or len(found[2]) + len(found[4] or "") > MAX_DIGITS:
        raise InvalidInput("“{question}” takes a number, such as `3` or `1.5`.", question=question.short)
    whole, part = found[2].lstrip("0") or "0", (found[4] or "").rstrip("0")
    number = f"{whole}.{part}" if part else whole
    return f"-{number}" if found[1] == "-" and number != "0" else number


def _date(question: Question, text: str) -> str:
    try:
        day = dates.read(text)
    except InvalidInput as error:
        raise InvalidInput("“{question}”: {why}", question=question.short, why=error.message) from error
    if day is None:
        raise InvalidInput(
            "“{question}” takes a date, such as `2026-11-29` or `29 November 2026`.", question=question.short
        )
    return day.isoformat()
