"""The table guild_rules."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, CreatedAt, Legacy, Snowflake, at_most, positive


class GuildRule(Base):
    """One rule of a guild, at its place in the order of reading.

    Rows without `version` are what managers work on. Publishing copies those that are enabled, as the next version;
    such rows never change, so that what somebody accepted can be read years later.
    """

    __tablename__ = "guild_rules"
    __table_args__ = (
        Index("uq_guild_rules_draft", "guild_id", "rule_order", unique=True, postgresql_where=sql("version IS NULL")),
        Index(
            "uq_guild_rules_version",
            "guild_id",
            "version",
            "rule_order",
            unique=True,
            postgresql_where=sql("version IS NOT NULL"),
        ),
        positive("rule_order"),
        at_most("title", 256),
        at_most("description", 4000),
        CheckConstraint("char_length(thumbnail_url) <= 500 AND char_length(image_url) <= 500", name="pictures"),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint("num_nonnulls(version, published_at) IN (0, 2)", name="published"),
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

    thumbnail_url: Mapped[str | None]
    image_url: Mapped[str | None]
    version: Mapped[int | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[Snowflake | None]
