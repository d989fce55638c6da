"""The answer to an interaction, as the person sees it."""

from dataclasses import dataclass
from typing import Any

from standin.components import CHECKBOX_GROUP, SELECT_TYPES, Button, Select, bounds, walk
from standin.interactions import AnswerType, Interaction
from standin.model import Attachment, Message, User, Version

TEXT_INPUT, LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX = 4, 18, 19, 21, 23
_FIELD_TYPES = SELECT_TYPES | {TEXT_INPUT, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in; `value` is what it already holds. Lengths are in characters."""

    custom_id: str
    label: str
    type: int
    description: str = ""
    value: str | None = None
    placeholder: str = ""
    required: bool = True
    min_length: int | None = None
    max_length: int | None = None
    min_values: int = 1
    max_values: int = 1
    multiline: bool = False
    options: tuple[dict[str, Any], ...] = ()
    file_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Modal:
    """An opened form, as Discord was asked to show it (`components`) and as a list of fields."""

    title: str
    custom_id: str
    fields: tuple[Field, ...]
    components: list[dict[str, Any]]

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Modal":
        located = ((top, part) for top in data["components"] for part in walk([top]))
        fields = tuple(_field(part, top) for top, part in located if part["type"] in _FIELD_TYPES)
        return cls(data["title"], data["custom_id"], fields, data["components"])

    def field(self, name: str) -> Field | None:
        """The field with that custom id or label."""
        by_id = next((field for field in self.fields if field.custom_id == name), None)
        return by_id or next((field for field in self.fields if field.label == name), None)


class Reply:
    """The answer to one interaction, kept up to date: later edits and follow-ups show here too.

    Everything about the message (`text`, `embeds`, `buttons` ...) is empty when the answer is a modal or nothing.
    """

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction
        self._seen = interaction.steps

    @property
    def message(self) -> Message | None:
        """The message that carries the answer: a new one, or the updated one that was pressed."""
        interaction = self.interaction
        if interaction.answer in (AnswerType.MESSAGE, AnswerType.DEFERRED_MESSAGE):
            is_gone = interaction.original is not None and interaction.original.deleted
            return interaction.followups[0] if is_gone and interaction.followups else interaction.original
        if interaction.answer is AnswerType.DEFERRED_UPDATE and interaction.followups:
            return interaction.followups[0]
        if interaction.answer in (AnswerType.UPDATE, AnswerType.DEFERRED_UPDATE):
            return interaction.source
        return None

    @property
    def followups(self) -> list[Message]:
        """Further messages, in the order they came."""
        return self.interaction.followups

    @property
    def modal(self) -> Modal | None:
        return Modal.of(self.interaction.modal) if self.interaction.modal else None

    @property
    def text(self) -> str:
        return self.message.text if self.message else ""

    @property
    def full_text(self) -> str:
        """All its text, including embeds and text displays."""
        return self.message.full_text if self.message else ""

    @property
    def private(self) -> bool:
        """Whether only this person sees it."""
        return self.message is not None and self.message.private

    @property
    def embeds(self) -> list[dict[str, Any]]:
        return self.message.embeds if self.message else []

    @property
    def components(self) -> list[dict[str, Any]]:
        return self.message.components if self.message else []

    @property
    def buttons(self) -> list[Button]:
        return self.message.buttons if self.message else []

    @property
    def selects(self) -> list[Select]:
        return self.message.selects if self.message else []

    @property
    def attachments(self) -> list[Attachment]:
        return self.message.attachments if self.message else []

    @property
    def mentions(self) -> list[User]:
        """Who was pinged by it, not who is only named."""
        return self.message.pinged if self.message else []

    @property
    def edits(self) -> list[Version]:
        """What it said before, oldest first."""
        return self.message.edits if self.message else []

    @property
    def deleted(self) -> bool:
        return self.message is not None and self.message.deleted

    async def next(self, timeout: float = 60.0) -> "Reply":  # noqa: ASYNC109 - a person's patience, in seconds
        """Wait for the next edit, deletion or follow-up that was not waited for yet. Raises TimeoutError."""
        if self.interaction.steps == self._seen:
            await self.interaction.progress(timeout)
        self._seen += 1
        return self

    def __repr__(self) -> str:
        if self.modal:
            return f"<Reply modal {self.modal.title!r}>"
        return f"<Reply {'private ' if self.private else ''}{self.full_text!r}>"


def _field(part: dict[str, Any], top: dict[str, Any]) -> Field:
    is_labelled = top["type"] == LABEL
    value = part.get("value")
    if part["type"] == CHECKBOX:
        value = "true" if part.get("default") else None
    return Field(
        custom_id=part["custom_id"],
        label=(top if is_labelled else part).get("label") or "",
        type=part["type"],
        description=top.get("description") or "" if is_labelled else "",
        value=value,
        placeholder=part.get("placeholder") or "",
        required=part.get("required") is not False and part["type"] != CHECKBOX,
        min_length=part.get("min_length"),
        max_length=part.get("max_length"),
        **bounds(part),
        multiline=part.get("style") == 2,
        options=tuple(part.get("options") or ()),
        file_types=tuple(part.get("file_types") or ()),
    )
