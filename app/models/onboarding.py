"""The table onboarding."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Legacy, Snowflake


class Onboarding(Base):
    """What one member answered when joining one guild. Answering again replaces it."""

    __tablename__ = "onboarding"

    guild_id: Mapped[Snowflake] = mapped_column(primary_key=True)
    user_id: Mapped[Snowflake] = mapped_column(primary_key=True)
    responses: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    answered_at: Mapped[CreatedAt] = mapped_column("timestamp")
    legacy: Mapped[Legacy]
