"""The table settings_history."""

import enum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.value_kind import ValueKind
from app.models.base import Base, CreatedAt, Legacy, Snowflake, TextEnum, one_of


class ChangeType(enum.StrEnum):
    """What happened to a setting."""

    CREATED = "created"
    UPDATED = "updated"
    RESET = "reset"
    RESTORED = "restored"


class SettingsHistory(Base):
    """One change of one setting of one guild. Written once; what is known of it only later may be added once more.

    NULL means that there was (`old_value`) or is (`new_value`) no chosen value: before a first choice, after a reset.
    JSON's null is not allowed in either, so that None in Python and NULL in SQL say the same. A change that was
    `restored` may have gone either way; the change it took back is `restores_id`.
    """

    __tablename__ = "settings_history"
    __table_args__ = (
        one_of("value_type", ValueKind),
        one_of("change_type", ChangeType),
        CheckConstraint("jsonb_typeof(old_value) <> 'null' AND jsonb_typeof(new_value) <> 'null'", name="no_json_null"),
        CheckConstraint(
            "CASE change_type WHEN 'created' THEN old_value IS NULL AND new_value IS NOT NULL "
            "WHEN 'updated' THEN new_value IS NOT NULL WHEN 'reset' THEN new_value IS NULL ELSE true END",
            name="values_fit_change_type",
        ),
        CheckConstraint("char_length(reason) <= 500", name="reason_length"),
        # Both orders are those of the lists: the newest first, and of one moment the one written last.
        Index(
            "ix_settings_history_guild_id_changed_at",
            "guild_id",
            sql("changed_at DESC"),
            sql("id DESC"),
        ),
        Index(
            "ix_settings_history_guild_id_scope_key_changed_at",
            "guild_id",
            "scope",
            "key",
            sql("changed_at DESC"),
            sql("id DESC"),
        ),
        # Most changes take nothing back.
        Index("ix_settings_history_restores_id", "restores_id", postgresql_where=sql("restores_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[Snowflake]
    scope: Mapped[str]
    key: Mapped[str]
    old_value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    new_value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    value_type: Mapped[ValueKind] = mapped_column(TextEnum(ValueKind))
    changed_by: Mapped[Snowflake | None]
    changed_at: Mapped[CreatedAt]
    change_type: Mapped[ChangeType] = mapped_column(TextEnum(ChangeType))
    reason: Mapped[str | None]
    restores_id: Mapped[int | None] = mapped_column(ForeignKey("settings_history.id", ondelete="SET NULL"))
    legacy: Mapped[Legacy]
