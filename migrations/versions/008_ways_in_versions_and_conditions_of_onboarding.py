"""Ways in of members, versions of rules, and conditions of questions.

Rows of onboarding from before are complete: the predecessor wrote answers when all were given. Rules from before are
drafts, of which nothing has been published.

Going back drops what was added: versions of rules with what was accepted, who was on their way, and intentions to give
roles are lost. Rows of members who had answered nothing yet go with it, because they would count as complete.

Locks: ACCESS EXCLUSIVE on onboarding, guild_onboarding_questions and guild_rules while their rows are read for checks
and indexes are built, which is a moment for tables of their size.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "008"
down_revision = "007"
branch_labels = None
depends_on = None

risk = "locks"
phase = "expand"


def upgrade() -> None:
    op.drop_constraint(op.f("uq_guild_rules_guild_id_rule_order"), "guild_rules", type_="unique")
    op.add_column("guild_onboarding_questions", sa.Column("hint", sa.Text(), nullable=True))
    op.add_column(
        "guild_onboarding_questions",
        sa.Column("asked_if", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    )
    op.add_column("guild_rules", sa.Column("thumbnail_url", sa.Text(), nullable=True))
    op.add_column("guild_rules", sa.Column("image_url", sa.Text(), nullable=True))
    op.add_column("guild_rules", sa.Column("version", sa.Integer(), nullable=True))
    op.add_column("guild_rules", sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("guild_rules", sa.Column("published_by", sa.BigInteger(), nullable=True))
    op.add_column(
        "onboarding", sa.Column("state", sa.Text(), server_default=sa.text("'completed'::text"), nullable=False)
    )
    op.add_column("onboarding", sa.Column("step", sa.Text(), nullable=True))
    op.add_column("onboarding", sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("onboarding", sa.Column("announced", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("onboarding", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("onboarding", sa.Column("started_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("onboarding", sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("onboarding", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("onboarding", sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("onboarding", sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("onboarding", sa.Column("rules_version", sa.Integer(), nullable=True))
    op.add_column("onboarding", sa.Column("rules_accepted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("onboarding", sa.Column("asked_version", sa.Integer(), nullable=True))
    op.add_column("onboarding", sa.Column("accept_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "onboarding",
        sa.Column(
            "acceptances",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
    )
    op.add_column(
        "onboarding",
        sa.Column(
            "grants", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
    )
    op.add_column(
        "onboarding", sa.Column("grant_tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("onboarding", sa.Column("prompt_channel_id", sa.BigInteger(), nullable=True))
    op.add_column("onboarding", sa.Column("prompt_message_id", sa.BigInteger(), nullable=True))
    op.add_column("onboarding", sa.Column("next_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "onboarding",
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.add_column(
        "onboarding",
        sa.Column(
            "to_tell", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
    )
    op.add_column("onboarding", sa.Column("completed_by", sa.BigInteger(), nullable=True))
    op.add_column("onboarding", sa.Column("direct_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_guild_onboarding_questions_hint_length"), "guild_onboarding_questions", "char_length(hint) <= 100"
    )
    op.create_check_constraint(
        op.f("ck_guild_rules_pictures"),
        "guild_rules",
        "char_length(thumbnail_url) <= 500 AND char_length(image_url) <= 500",
    )
    op.create_check_constraint(
        op.f("ck_guild_rules_published"), "guild_rules", "num_nonnulls(version, published_at) IN (0, 2)"
    )
    op.create_check_constraint(op.f("ck_guild_rules_version_positive"), "guild_rules", "version >= 1")
    op.create_check_constraint(
        op.f("ck_onboarding_accept_by"), "onboarding", "num_nonnulls(asked_version, accept_by) IN (0, 2)"
    )
    op.create_check_constraint(op.f("ck_onboarding_counts"), "onboarding", "announced >= 0 AND grant_tries >= 0")
    op.create_check_constraint(
        op.f("ck_onboarding_documents"),
        "onboarding",
        "jsonb_typeof(acceptances) = 'array' AND jsonb_typeof(grants) = 'array' AND jsonb_typeof(to_tell) = 'array'",
    )
    op.create_check_constraint(
        op.f("ck_onboarding_rules_accepted"), "onboarding", "num_nonnulls(rules_version, rules_accepted_at) IN (0, 2)"
    )
    op.create_check_constraint(
        op.f("ck_onboarding_state"), "onboarding", "state IN ('waiting', 'asked', 'started', 'completed', 'left')"
    )
    op.create_check_constraint(op.f("ck_onboarding_step_length"), "onboarding", "char_length(step) <= 20")
    op.create_index(
        "uq_guild_rules_draft",
        "guild_rules",
        ["guild_id", "rule_order"],
        unique=True,
        postgresql_where=sa.text("version IS NULL"),
    )
    op.create_index(
        "uq_guild_rules_version",
        "guild_rules",
        ["guild_id", "version", "rule_order"],
        unique=True,
        postgresql_where=sa.text("version IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_onboarding_guild_id_asked_version"),
        "onboarding",
        ["guild_id", "asked_version"],
        unique=False,
        postgresql_where=sa.text("asked_version IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_onboarding_guild_id_direct_at"),
        "onboarding",
        ["guild_id", "direct_at"],
        unique=False,
        postgresql_where=sa.text("direct_at IS NOT NULL"),
    )
    op.create_index(
        "ix_onboarding_guild_id_joined_at",
        "onboarding",
        ["guild_id", "joined_at"],
        unique=False,
        postgresql_include=["state", "step", "asked_at", "started_at", "completed_at"],
    )
    op.create_index(
        op.f("ix_onboarding_guild_id_rules_version"), "onboarding", ["guild_id", "rules_version"], unique=False
    )
    op.create_index(
        op.f("ix_onboarding_next_at"),
        "onboarding",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(
        "ix_onboarding_refused",
        "onboarding",
        ["guild_id"],
        unique=False,
        postgresql_where=sa.text("grant_tries > 0"),
    )
    op.create_index(
        "ix_onboarding_unfinished",
        "onboarding",
        ["guild_id", "joined_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'asked', 'started')"),
    )


def downgrade() -> None:
    op.execute("DELETE FROM guild_rules WHERE version IS NOT NULL")
    op.execute("DELETE FROM onboarding WHERE state <> 'completed' AND responses IS NULL")
    op.drop_index(
        "ix_onboarding_unfinished",
        table_name="onboarding",
        postgresql_where=sa.text("state IN ('waiting', 'asked', 'started')"),
    )
    op.drop_index("ix_onboarding_refused", table_name="onboarding", postgresql_where=sa.text("grant_tries > 0"))
    op.drop_index(
        op.f("ix_onboarding_next_at"), table_name="onboarding", postgresql_where=sa.text("next_at IS NOT NULL")
    )
    op.drop_index(op.f("ix_onboarding_guild_id_rules_version"), table_name="onboarding")
    op.drop_index(
        "ix_onboarding_guild_id_joined_at",
        table_name="onboarding",
        postgresql_include=["state", "step", "asked_at", "started_at", "completed_at"],
    )
    op.drop_index(
        op.f("ix_onboarding_guild_id_direct_at"),
        table_name="onboarding",
        postgresql_where=sa.text("direct_at IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_onboarding_guild_id_asked_version"),
        table_name="onboarding",
        postgresql_where=sa.text("asked_version IS NOT NULL"),
    )
    op.drop_index("uq_guild_rules_version", table_name="guild_rules", postgresql_where=sa.text("version IS NOT NULL"))
    op.drop_index("uq_guild_rules_draft", table_name="guild_rules", postgresql_where=sa.text("version IS NULL"))
    op.drop_constraint(op.f("ck_onboarding_step_length"), "onboarding", type_="check")
    op.drop_constraint(op.f("ck_onboarding_state"), "onboarding", type_="check")
    op.drop_constraint(op.f("ck_onboarding_rules_accepted"), "onboarding", type_="check")
    op.drop_constraint(op.f("ck_onboarding_documents"), "onboarding", type_="check")
    op.drop_constraint(op.f("ck_onboarding_counts"), "onboarding", type_="check")
    op.drop_constraint(op.f("ck_onboarding_accept_by"), "onboarding", type_="check")
    op.drop_constraint(op.f("ck_guild_rules_version_positive"), "guild_rules", type_="check")
    op.drop_constraint(op.f("ck_guild_rules_published"), "guild_rules", type_="check")
    op.drop_constraint(op.f("ck_guild_rules_pictures"), "guild_rules", type_="check")
    op.drop_constraint(op.f("ck_guild_onboarding_questions_hint_length"), "guild_onboarding_questions", type_="check")
    op.drop_column("onboarding", "direct_at")
    op.drop_column("onboarding", "completed_by")
    op.drop_column("onboarding", "to_tell")
    op.drop_column("onboarding", "updated_at")
    op.drop_column("onboarding", "next_at")
    op.drop_column("onboarding", "prompt_message_id")
    op.drop_column("onboarding", "prompt_channel_id")
    op.drop_column("onboarding", "grant_tries")
    op.drop_column("onboarding", "grants")
    op.drop_column("onboarding", "acceptances")
    op.drop_column("onboarding", "accept_by")
    op.drop_column("onboarding", "asked_version")
    op.drop_column("onboarding", "rules_accepted_at")
    op.drop_column("onboarding", "rules_version")
    op.drop_column("onboarding", "warned_at")
    op.drop_column("onboarding", "nudged_at")
    op.drop_column("onboarding", "left_at")
    op.drop_column("onboarding", "completed_at")
    op.drop_column("onboarding", "started_at")
    op.drop_column("onboarding", "asked_at")
    op.drop_column("onboarding", "announced")
    op.drop_column("onboarding", "joined_at")
    op.drop_column("onboarding", "step")
    op.drop_column("onboarding", "state")
    op.drop_column("guild_rules", "published_by")
    op.drop_column("guild_rules", "published_at")
    op.drop_column("guild_rules", "version")
    op.drop_column("guild_rules", "image_url")
    op.drop_column("guild_rules", "thumbnail_url")
    op.drop_column("guild_onboarding_questions", "asked_if")
    op.drop_column("guild_onboarding_questions", "hint")
    op.create_unique_constraint(op.f("uq_guild_rules_guild_id_rule_order"), "guild_rules", ["guild_id", "rule_order"])
