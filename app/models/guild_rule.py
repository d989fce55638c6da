"""The table guild_rules."""

from sqlalchemy import UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Legacy, Snowflake, at_most, positive


class GuildRule(Base):
    """One rule of a guild, at its place in the order of reading."""

    __tablename__ = "guild_rules"
    __table_args__ = (
        UniqueConstraint("guild_id", "rule_order"),
        positive("rule_order"),
        at_most("title", 256),
        at_most("description", 4000),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[Snowflake]
    rule_order: Mapped[int]
    title: Mapped[str]
    description: Mapped[str]
    enabled: Mapped[bool] = mapped_column(server_default=sql("true"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
    legacy: Mapped[Legacy]
