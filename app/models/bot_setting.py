"""The table bot_settings."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.value_kind import ValueKind
from app.models.base import Base, CreatedAt, Legacy, Snowflake, TextEnum, one_of


class BotSetting(Base):
    """What one guild chose for one setting. Without a row the setting has its default.

    `value` is never SQL's NULL. JSON's null occurs only in rows older than revision 002 and is no choice: such a
    row counts as if it were not there.
    """

    __tablename__ = "bot_settings"
    __table_args__ = (one_of("value_type", ValueKind),)

    guild_id: Mapped[Snowflake] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    value_type: Mapped[ValueKind] = mapped_column(TextEnum(ValueKind))
    updated_by: Mapped[Snowflake | None]
    updated_at: Mapped[CreatedAt]
    legacy: Mapped[Legacy]
