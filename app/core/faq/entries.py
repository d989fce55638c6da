"""What an entry says: what a form, a file and a version hold. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from app.core.records import record


class Field(StrEnum):
    """The parts of an entry that people change, in the order in which they are shown."""

    TITLE = "title"
    ANSWER = "answer"
    KEYWORDS = "keywords"
    CATEGORY = "category"
    IMAGE = "image"
    OWNER = "owner"
    VERIFY_BY = "verify_by"
    LANGUAGE = "language"
    ENABLED = "enabled"


@record
class Draft:
    """An entry as somebody wants it. `app.core.faq.drafts.checked` says whether it can be one."""

    title: str
    answer: str
    keywords: tuple[str, ...] = ()
    category: str | None = None
    image_url: str | None = None
    owner_user_id: int | None = None
    owner_role_id: int | None = None
    verify_by: datetime | None = None
    language: str | None = None
    enabled: bool = True

    def part(self, field: Field) -> object:
        """Return one part of it."""
        return tuple(getattr(self, name) for name in COLUMNS[field])

    def differences(self, before: "Draft") -> tuple[Field, ...]:
        """Return what is different from another one."""
        return tuple(field for field in Field if self.part(field) != before.part(field))

    def to_json(self) -> dict[str, Any]:
        """Write it as a version holds it; what is not said is left out. Ids are texts: programs round such numbers."""
        found: dict[str, Any] = {"title": self.title, "answer": self.answer}
        if self.keywords:
            found["keywords"] = list(self.keywords)
        for name in ("category", "image_url", "language"):
            if (value := getattr(self, name)) is not None:
                found[name] = value
        for name in ("owner_user_id", "owner_role_id"):
            if (value := getattr(self, name)) is not None:
                found[name] = str(value)
        if self.verify_by is not None:
            found["verify_by"] = self.verify_by.isoformat()
        if not self.enabled:
            found["enabled"] = False
        return found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        user, role, verify_by = found.get("owner_user_id"), found.get("owner_role_id"), found.get("verify_by")
        return cls(
            title=found["title"],
            answer=found["answer"],
            keywords=tuple(found.get("keywords", ())),
            category=found.get("category"),
            image_url=found.get("image_url"),
            owner_user_id=int(user) if user is not None else None,
            owner_role_id=int(role) if role is not None else None,
            verify_by=datetime.fromisoformat(verify_by) if verify_by is not None else None,
            language=found.get("language"),
            enabled=found.get("enabled", True),
        )


COLUMNS: Mapping[Field, Sequence[str]] = {
    Field.TITLE: ("title",),
    Field.ANSWER: ("answer",),
    Field.KEYWORDS: ("keywords",),
    Field.CATEGORY: ("category",),
    Field.IMAGE: ("image_url",),
    Field.OWNER: ("owner_user_id", "owner_role_id"),
    Field.VERIFY_BY: ("verify_by",),
    Field.LANGUAGE: ("language",),
    Field.ENABLED: ("enabled",),
}
"""Which attributes of a draft are one part of it."""
assert {name for names in COLUMNS.values() for name in names} == {one.name for one in fields(Draft)}


@record
class Version:
    """An entry as it was for some time, with who made it so and when."""

    number: int
    draft: Draft
    made_by: int | None
    made_at: datetime

    def to_json(self) -> dict[str, Any]:
        """Write it as the history holds it."""
        found: dict[str, Any] = {"version": self.number, "at": self.made_at.isoformat(), **self.draft.to_json()}
        return found if self.made_by is None else {**found, "by": str(self.made_by)}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        by = found.get("by")
        at = datetime.fromisoformat(found["at"])
        return cls(found["version"], Draft.from_json(found), int(by) if by is not None else None, at)


def merged(base: Draft | None, now: Draft, mine: Draft) -> Draft:
    """Return an entry as it is now, with what one person wants to change of it; `base` is what they began with."""
    if base is None:
        return mine
    wanted = {name: getattr(mine, name) for field in mine.differences(base) for name in COLUMNS[field]}
    return replace(now, **wanted)
