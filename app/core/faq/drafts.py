"""What an entry may say: spaces are put right, and what cannot be one is refused with a sentence. Pure."""

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from app.core.errors import InvalidInput, LimitReached
from app.core.faq import limits
from app.core.faq.entries import Draft
from app.core.faq.folding import fold, title_key
from app.core.storable import is_storable

_BETWEEN = re.compile(r"[,\n\r，、]")
"""What keywords are separated by, also as East Asia writes it."""
JOINED = ", "


def checked(draft: Draft) -> Draft:
    """Return a draft as it is stored. Raises InvalidInput, LimitReached."""
    title, answer = one_line(draft.title), draft.answer.replace("\r\n", "\n").replace("\r", "\n").strip()
    category = one_line(draft.category or "") or None
    image_url = (draft.image_url or "").strip() or None
    if not fold(title) or len(title) > limits.MAX_TITLE:
        raise InvalidInput("A title has 1 to {count} characters.", count=limits.MAX_TITLE)
    if not fold(answer) or len(answer) > limits.MAX_ANSWER:
        raise InvalidInput(
            "An answer has 1 to {count} characters. Yours has {given}.", count=limits.MAX_ANSWER, given=len(answer)
        )
    if category is not None and len(category) > limits.MAX_CATEGORY:
        raise InvalidInput("A category has at most {count} characters.", count=limits.MAX_CATEGORY)
    if image_url is not None and not _is_address(image_url):
        raise InvalidInput(
            "An image is given by its address, which begins with `https://` and has at most {count} characters.",
            count=limits.MAX_IMAGE_URL,
        )
    if draft.owner_user_id is not None and draft.owner_role_id is not None:
        raise InvalidInput("An entry has one owner: a person or a role.")
    keywords = tuple(_keywords(draft.keywords))
    if not all(map(is_storable, (title, answer, category or "", image_url or "", *keywords))):
        raise InvalidInput("That has characters that cannot be stored. Please type it again.")
    return replace(
        draft, title=title, answer=answer, category=category, image_url=image_url, keywords=check_keywords(keywords)
    )


def one_line(text: str) -> str:
    """Return a text with single spaces."""
    return " ".join(text.split())


def read_keywords(text: str) -> tuple[str, ...]:
    """Read keywords as people type them: with commas, or one a line."""
    return tuple(_keywords([text]))


def as_keyword(text: str) -> str | None:
    """Return what somebody searched for as one keyword; None if it is too long for that, or says nothing."""
    keyword = one_line(_BETWEEN.sub(" ", text))
    return keyword if fold(keyword) and len(keyword) <= limits.MAX_KEYWORD and is_storable(keyword) else None


def check_keywords(keywords: tuple[str, ...]) -> tuple[str, ...]:
    """Return keywords if an entry can have so many. Raises InvalidInput, LimitReached."""
    if any(len(one) > limits.MAX_KEYWORD for one in keywords):
        raise InvalidInput("A keyword has at most {count} characters.", count=limits.MAX_KEYWORD)
    if len(keywords) > limits.MAX_KEYWORDS:
        raise LimitReached(
            "An entry has at most {count} keywords, of which earlier titles are some. Take some of them out.",
            count=limits.MAX_KEYWORDS,
        )
    if len(JOINED.join(keywords)) > limits.MAX_KEYWORDS_TOGETHER:
        raise LimitReached(
            "All keywords of an entry have at most {count} characters together. Take some of them out.",
            count=limits.MAX_KEYWORDS_TOGETHER,
        )
    return keywords


def with_alias(draft: Draft, former: str) -> Draft:
    """Return an entry that is also found by what it was called before. Raises LimitReached.

    A title that is still the same question is no alias.
    """
    alias = one_line(_BETWEEN.sub(" ", former))
    if title_key(former) == title_key(draft.title) or not fold(alias):
        return draft
    return replace(draft, keywords=check_keywords(tuple(_keywords([*draft.keywords, alias]))))


def _keywords(given: Iterable[str]) -> list[str]:
    """Return each keyword once, however it is written."""
    found: dict[str, str] = {}
    for text in given:
        for part in _BETWEEN.split(text):
            if key := fold(keyword := one_line(part)):
                found.setdefault(key, keyword)
    return list(found.values())


def _is_address(text: str) -> bool:
    if len(text) > limits.MAX_IMAGE_URL or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "." in (parts.hostname or "")
    except ValueError:
        return False
