"""Versions, owners and outcomes of the FAQ.

Entries from before are enabled and in their first version; they get the title that they are compared by, and what they
are found by, from the bot, which looks for entries without.

Going back drops what was added: versions, owners, categories, and what came of searches. Entries that were removed, and
could still be brought back, are there again.

Locks: ACCESS EXCLUSIVE on faq_entries and faq_search_logs while their rows are read for checks and indexes are built,
which is a moment for tables of their size.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "009"
down_revision = "008"
branch_labels = None
depends_on = None

risk = "locks"
phase = "expand"


def upgrade() -> None:
    op.add_column("faq_entries", sa.Column("title_key", sa.Text(collation="C"), nullable=True))
    op.add_column("faq_entries", sa.Column("category", sa.Text(), nullable=True))
    op.add_column("faq_entries", sa.Column("language", sa.Text(), nullable=True))
    op.add_column("faq_entries", sa.Column("image_url", sa.Text(), nullable=True))
    op.add_column("faq_entries", sa.Column("owner_user_id", sa.BigInteger(), nullable=True))
    op.add_column("faq_entries", sa.Column("owner_role_id", sa.BigInteger(), nullable=True))
    op.add_column("faq_entries", sa.Column("verify_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("faq_entries", sa.Column("verify_told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("faq_entries", sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column("faq_entries", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column(
        "faq_entries",
        sa.Column(
            "history", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
    )
    op.add_column("faq_entries", sa.Column("created_by", sa.BigInteger(), nullable=True))
    op.add_column(
        "faq_entries",
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.add_column("faq_entries", sa.Column("updated_by", sa.BigInteger(), nullable=True))
    op.add_column("faq_entries", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("faq_entries", sa.Column("deleted_by", sa.BigInteger(), nullable=True))
    op.add_column("faq_entries", sa.Column("opened_count", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("faq_entries", sa.Column("helpful_count", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column(
        "faq_entries", sa.Column("unhelpful_count", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("faq_entries", sa.Column("search", postgresql.TSVECTOR(), nullable=True))
    op.add_column("faq_entries", sa.Column("search_version", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("faq_entries", sa.Column("title_size", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column(
        "faq_search_logs", sa.Column("source", sa.Text(), server_default=sa.text("'search'::text"), nullable=False)
    )
    op.add_column("faq_search_logs", sa.Column("language", sa.Text(), nullable=True))
    op.add_column("faq_search_logs", sa.Column("query_key", sa.Text(), nullable=True))
    op.add_column("faq_search_logs", sa.Column("after_id", sa.Integer(), nullable=True))
    op.add_column("faq_search_logs", sa.Column("opened_id", sa.Integer(), nullable=True))
    op.add_column("faq_search_logs", sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("faq_search_logs", sa.Column("is_helpful", sa.Boolean(), nullable=True))
    op.add_column("faq_search_logs", sa.Column("ticket_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("faq_search_logs", sa.Column("channel_id", sa.BigInteger(), nullable=True))
    op.add_column("faq_search_logs", sa.Column("message_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "faq_search_logs", sa.Column("to_tell", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("faq_search_logs", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("faq_search_logs", sa.Column("answered_id", sa.Integer(), nullable=True))
    op.add_column("faq_search_logs", sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("faq_search_logs", sa.Column("handled_by", sa.BigInteger(), nullable=True))
    op.add_column(
        "faq_search_logs",
        sa.Column(
            "votes", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
    )
    op.add_column(
        "faq_search_logs",
        sa.Column("draft", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    )
    op.add_column("faq_search_logs", sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_faq_entries_counts"),
        "faq_entries",
        "version >= 1 AND opened_count >= 0 AND helpful_count >= 0 AND unhelpful_count >= 0",
    )
    op.create_check_constraint(op.f("ck_faq_entries_history"), "faq_entries", "jsonb_typeof(history) = 'array'")
    op.create_check_constraint(op.f("ck_faq_entries_image_url_length"), "faq_entries", "char_length(image_url) <= 500")
    op.create_check_constraint(
        op.f("ck_faq_entries_owner"), "faq_entries", "num_nonnulls(owner_user_id, owner_role_id) <= 1"
    )
    op.create_check_constraint(
        op.f("ck_faq_entries_words"), "faq_entries", "char_length(category) <= 50 AND char_length(language) <= 10"
    )
    op.create_check_constraint(
        op.f("ck_faq_search_logs_documents"),
        "faq_search_logs",
        "jsonb_typeof(votes) = 'object' AND jsonb_typeof(draft) = 'object'",
    )
    op.create_check_constraint(
        op.f("ck_faq_search_logs_message"), "faq_search_logs", "num_nonnulls(channel_id, message_id) IN (0, 2)"
    )
    op.create_check_constraint(
        op.f("ck_faq_search_logs_source"), "faq_search_logs", "source IN ('search', 'message', 'ticket', 'automatic')"
    )
    op.create_index(
        "ix_faq_entries_category",
        "faq_entries",
        ["guild_id", "category", "title_key", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_faq_entries_deleted_at",
        "faq_entries",
        ["deleted_at"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_faq_entries_disabled",
        "faq_entries",
        ["guild_id"],
        unique=False,
        postgresql_where=sa.text("NOT enabled AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_faq_entries_search",
        "faq_entries",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index("ix_faq_entries_search_version", "faq_entries", ["search_version"], unique=False)
    op.create_index(
        "ix_faq_entries_verify_by",
        "faq_entries",
        ["verify_by"],
        unique=False,
        postgresql_where=sa.text("verify_by IS NOT NULL AND verify_told_at IS NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "uq_faq_entries_title_key",
        "faq_entries",
        ["guild_id", "title_key"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_faq_search_logs_to_tell",
        "faq_search_logs",
        ["answered_id"],
        unique=False,
        postgresql_where=sa.text("to_tell AND answered_id IS NOT NULL AND told_at IS NULL"),
    )
    op.create_index(
        "ix_faq_search_logs_figures",
        "faq_search_logs",
        ["guild_id", "searched_at"],
        unique=False,
        postgresql_include=["source", "results_count", "opened_id", "is_helpful", "ticket_at", "query_key"],
    )
    op.create_index(
        "ix_faq_search_logs_handled",
        "faq_search_logs",
        ["guild_id", "handled_at"],
        unique=False,
        postgresql_where=sa.text("handled_at IS NOT NULL"),
    )
    op.create_index(
        "ix_faq_search_logs_pairs",
        "faq_search_logs",
        ["guild_id", "after_id"],
        unique=False,
        postgresql_where=sa.text("after_id IS NOT NULL AND opened_id IS NOT NULL"),
    )
    op.create_index(
        "ix_faq_search_logs_told",
        "faq_search_logs",
        ["guild_id", "told_at"],
        unique=False,
        postgresql_where=sa.text("told_at IS NOT NULL"),
    )
    op.create_index(
        "ix_faq_search_logs_unanswered",
        "faq_search_logs",
        ["guild_id", "query_key", "searched_at"],
        unique=False,
        postgresql_where=sa.text("opened_id IS NULL AND handled_at IS NULL AND query_key IS NOT NULL"),
    )
    op.create_index(
        "ix_faq_search_logs_unneeded",
        "faq_search_logs",
        ["guild_id", "query_key"],
        unique=False,
        postgresql_where=sa.text(
            "opened_id IS NULL AND handled_at IS NOT NULL AND answered_id IS NULL AND query_key IS NOT NULL"
        ),
    )
    op.create_index(
        "ix_faq_search_logs_words",
        "faq_search_logs",
        ["guild_id", "searched_at"],
        unique=False,
        postgresql_where=sa.text("query IS NOT NULL OR user_id IS NOT NULL OR message_id IS NOT NULL"),
    )
    op.create_index("ix_faq_search_logs_user", "faq_search_logs", ["guild_id", "user_id", "searched_at"], unique=False)
    op.create_index(
        "ix_faq_search_logs_draft",
        "faq_search_logs",
        ["searched_at"],
        unique=False,
        postgresql_where=sa.text("draft IS NOT NULL"),
    )
    op.create_index(
        "uq_faq_search_logs_answer",
        "faq_search_logs",
        ["channel_id", "message_id", "opened_id"],
        unique=True,
        postgresql_where=sa.text("source IN ('message', 'automatic') AND opened_id IS NOT NULL"),
    )
    op.create_index(
        "uq_faq_search_logs_message",
        "faq_search_logs",
        ["channel_id", "message_id"],
        unique=True,
        postgresql_where=sa.text("source = 'automatic'"),
    )


def downgrade() -> None:
    op.drop_index(
        "uq_faq_search_logs_answer",
        table_name="faq_search_logs",
        postgresql_where=sa.text("source IN ('message', 'automatic') AND opened_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_faq_search_logs_draft", table_name="faq_search_logs", postgresql_where=sa.text("draft IS NOT NULL")
    )
    op.drop_index(
        "uq_faq_search_logs_message", table_name="faq_search_logs", postgresql_where=sa.text("source = 'automatic'")
    )
    op.drop_index("ix_faq_search_logs_user", table_name="faq_search_logs")
    op.drop_index(
        "ix_faq_search_logs_unanswered",
        table_name="faq_search_logs",
        postgresql_where=sa.text("opened_id IS NULL AND handled_at IS NULL AND query_key IS NOT NULL"),
    )
    op.drop_index(
        "ix_faq_search_logs_unneeded",
        table_name="faq_search_logs",
        postgresql_where=sa.text(
            "opened_id IS NULL AND handled_at IS NOT NULL AND answered_id IS NULL AND query_key IS NOT NULL"
        ),
    )
    op.drop_index(
        "ix_faq_search_logs_words",
        table_name="faq_search_logs",
        postgresql_where=sa.text("query IS NOT NULL OR user_id IS NOT NULL OR message_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_faq_search_logs_told", table_name="faq_search_logs", postgresql_where=sa.text("told_at IS NOT NULL")
    )
    op.drop_index(
        "ix_faq_search_logs_pairs",
        table_name="faq_search_logs",
        postgresql_where=sa.text("after_id IS NOT NULL AND opened_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_faq_search_logs_figures",
        table_name="faq_search_logs",
        postgresql_include=["source", "results_count", "opened_id", "is_helpful", "ticket_at", "query_key"],
    )
    op.drop_index(
        "ix_faq_search_logs_handled", table_name="faq_search_logs", postgresql_where=sa.text("handled_at IS NOT NULL")
    )
    op.drop_index(
        "ix_faq_search_logs_to_tell",
        table_name="faq_search_logs",
        postgresql_where=sa.text("to_tell AND answered_id IS NOT NULL AND told_at IS NULL"),
    )
    op.drop_index("uq_faq_entries_title_key", table_name="faq_entries", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_index("ix_faq_entries_search_version", table_name="faq_entries")
    op.drop_index("ix_faq_entries_search", table_name="faq_entries", postgresql_using="gin")
    op.drop_index(
        "ix_faq_entries_verify_by",
        table_name="faq_entries",
        postgresql_where=sa.text("verify_by IS NOT NULL AND verify_told_at IS NULL AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_faq_entries_disabled",
        table_name="faq_entries",
        postgresql_where=sa.text("NOT enabled AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_faq_entries_deleted_at", table_name="faq_entries", postgresql_where=sa.text("deleted_at IS NOT NULL")
    )
    op.drop_index("ix_faq_entries_category", table_name="faq_entries", postgresql_where=sa.text("deleted_at IS NULL"))
    op.drop_constraint(op.f("ck_faq_search_logs_source"), "faq_search_logs", type_="check")
    op.drop_constraint(op.f("ck_faq_search_logs_message"), "faq_search_logs", type_="check")
    op.drop_constraint(op.f("ck_faq_search_logs_documents"), "faq_search_logs", type_="check")
    op.drop_constraint(op.f("ck_faq_entries_words"), "faq_entries", type_="check")
    op.drop_constraint(op.f("ck_faq_entries_owner"), "faq_entries", type_="check")
    op.drop_constraint(op.f("ck_faq_entries_image_url_length"), "faq_entries", type_="check")
    op.drop_constraint(op.f("ck_faq_entries_history"), "faq_entries", type_="check")
    op.drop_constraint(op.f("ck_faq_entries_counts"), "faq_entries", type_="check")
    op.drop_column("faq_search_logs", "dismissed_at")
    op.drop_column("faq_search_logs", "draft")
    op.drop_column("faq_search_logs", "votes")
    op.drop_column("faq_search_logs", "handled_by")
    op.drop_column("faq_search_logs", "handled_at")
    op.drop_column("faq_search_logs", "answered_id")
    op.drop_column("faq_search_logs", "told_at")
    op.drop_column("faq_search_logs", "to_tell")
    op.drop_column("faq_search_logs", "message_id")
    op.drop_column("faq_search_logs", "channel_id")
    op.drop_column("faq_search_logs", "ticket_at")
    op.drop_column("faq_search_logs", "is_helpful")
    op.drop_column("faq_search_logs", "opened_at")
    op.drop_column("faq_search_logs", "opened_id")
    op.drop_column("faq_search_logs", "after_id")
    op.drop_column("faq_search_logs", "query_key")
    op.drop_column("faq_search_logs", "language")
    op.drop_column("faq_search_logs", "source")
    op.drop_column("faq_entries", "title_size")
    op.drop_column("faq_entries", "search_version")
    op.drop_column("faq_entries", "search")
    op.drop_column("faq_entries", "unhelpful_count")
    op.drop_column("faq_entries", "helpful_count")
    op.drop_column("faq_entries", "opened_count")
    op.drop_column("faq_entries", "deleted_by")
    op.drop_column("faq_entries", "deleted_at")
    op.drop_column("faq_entries", "updated_by")
    op.drop_column("faq_entries", "updated_at")
    op.drop_column("faq_entries", "created_by")
    op.drop_column("faq_entries", "history")
    op.drop_column("faq_entries", "version")
    op.drop_column("faq_entries", "enabled")
    op.drop_column("faq_entries", "verify_told_at")
    op.drop_column("faq_entries", "verify_by")
    op.drop_column("faq_entries", "owner_role_id")
    op.drop_column("faq_entries", "owner_user_id")
    op.drop_column("faq_entries", "image_url")
    op.drop_column("faq_entries", "language")
    op.drop_column("faq_entries", "category")
    op.drop_column("faq_entries", "title_key")
