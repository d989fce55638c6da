"""Numbers, teams, turns, targets and transcripts of tickets, and settings that are structures.

Tickets from before get the numbers 1, 2, 3 ... of their server, in the order in which they were opened; of one that was
over, the moment of its last change counts as that of its end. What they lack stays empty.

Going back drops what was added: numbers, transcripts, ratings and figures are lost. A ticket that was being opened or
was put off is open then, one that was being closed is closed. Settings that are structures stay, as texts that nothing
reads.

Locks: ACCESS EXCLUSIVE on support_tickets for as long as its rows are written anew, because of a generated column and
the numbers, and its indexes built, and on bot_settings and settings_history while their rows are read for a check.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "007"
down_revision = "006"
branch_labels = None
depends_on = None

risk = "major"
phase = "expand"

STRUCTURES = "('ticket_types', 'ticket_panels', 'ticket_blocked')"
NUMBERED = """
    UPDATE support_tickets AS one SET number = counted.number, closed_at =
        CASE WHEN one.status IN ('closed', 'archived') THEN one.updated_at END
    FROM (SELECT id, row_number() OVER (PARTITION BY guild_id ORDER BY id) AS number FROM support_tickets) AS counted
    WHERE counted.id = one.id
"""


def upgrade() -> None:
    op.drop_constraint("ck_bot_settings_value_type", "bot_settings", type_="check")
    op.drop_constraint("ck_settings_history_value_type", "settings_history", type_="check")
    op.drop_constraint("ck_support_tickets_status", "support_tickets", type_="check")
    op.drop_index(
        op.f("ix_support_tickets_updated_at_unfinished"),
        table_name="support_tickets",
        postgresql_where="(status <> ALL (ARRAY['closed'::text, 'archived'::text]))",
    )
    op.add_column("support_tickets", sa.Column("number", sa.Integer(), nullable=True))
    op.add_column("support_tickets", sa.Column("type", sa.Text(), nullable=True))
    op.add_column("support_tickets", sa.Column("type_name", sa.Text(), nullable=True))
    op.add_column(
        "support_tickets", sa.Column("is_thread", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("support_tickets", sa.Column("opened_by", sa.BigInteger(), nullable=True))
    op.add_column(
        "support_tickets",
        sa.Column(
            "team_role_ids", postgresql.ARRAY(sa.BigInteger()), server_default=sa.text("'{}'::bigint[]"), nullable=False
        ),
    )
    op.add_column(
        "support_tickets",
        sa.Column(
            "added_user_ids",
            postgresql.ARRAY(sa.BigInteger()),
            server_default=sa.text("'{}'::bigint[]"),
            nullable=False,
        ),
    )
    op.add_column(
        "support_tickets",
        sa.Column(
            "added_role_ids",
            postgresql.ARRAY(sa.BigInteger()),
            server_default=sa.text("'{}'::bigint[]"),
            nullable=False,
        ),
    )
    op.add_column(
        "support_tickets",
        sa.Column(
            "answers", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
    )
    op.add_column(
        "support_tickets", sa.Column("priority", sa.SmallInteger(), server_default=sa.text("1"), nullable=False)
    )
    op.add_column(
        "support_tickets",
        sa.Column("labels", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
    )
    op.add_column("support_tickets", sa.Column("locked", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("support_tickets", sa.Column("header_message_id", sa.BigInteger(), nullable=True))
    op.add_column("support_tickets", sa.Column("turn", sa.Text(), nullable=True))
    op.add_column("support_tickets", sa.Column("turn_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_tickets", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_tickets", sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_tickets", sa.Column("tell_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_tickets", sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_tickets", sa.Column("next_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_tickets", sa.Column("opener_left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_tickets", sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_tickets", sa.Column("first_answered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_tickets", sa.Column("first_answered_by", sa.BigInteger(), nullable=True))
    op.add_column("support_tickets", sa.Column("first_seconds", sa.Integer(), nullable=True))
    op.add_column("support_tickets", sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "support_tickets",
        sa.Column("waits", postgresql.ARRAY(sa.Integer()), server_default=sa.text("'{}'::integer[]"), nullable=False),
    )
    op.add_column("support_tickets", sa.Column("sla_warned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_tickets", sa.Column("resolution_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_tickets", sa.Column("resolved_seconds", sa.Integer(), nullable=True))
    op.add_column(
        "support_tickets",
        sa.Column("missed", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
    )
    op.add_column("support_tickets", sa.Column("close_requested_by", sa.BigInteger(), nullable=True))
    op.add_column("support_tickets", sa.Column("close_runs_out_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_tickets", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_tickets", sa.Column("closed_by", sa.BigInteger(), nullable=True))
    op.add_column("support_tickets", sa.Column("close_reason", sa.Text(), nullable=True))
    op.add_column(
        "support_tickets", sa.Column("reopened", sa.SmallInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("support_tickets", sa.Column("merged_into", sa.Integer(), nullable=True))
    op.add_column("support_tickets", sa.Column("rating", sa.SmallInteger(), nullable=True))
    op.add_column("support_tickets", sa.Column("rating_comment", sa.Text(), nullable=True))
    op.add_column("support_tickets", sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("support_tickets", sa.Column("transcript_channel_id", sa.BigInteger(), nullable=True))
    op.add_column("support_tickets", sa.Column("transcript_message_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "support_tickets", sa.Column("transcript_tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column(
        "support_tickets",
        sa.Column("record", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    )
    op.add_column("support_tickets", sa.Column("search_text", sa.Text(), nullable=True))
    op.add_column(
        "support_tickets",
        sa.Column(
            "events", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
    )
    op.add_column(
        "support_tickets",
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "to_tsvector('simple'::regconfig, left(description, 8000) "
                "|| ' ' || left(coalesce(search_text, ''), 200000))",
                persisted=True,
            ),
            nullable=False,
        ),
    )
    op.execute(NUMBERED)
    op.alter_column("support_tickets", "number", existing_type=sa.Integer(), nullable=False)
    for table in ("bot_settings", "settings_history"):
        # Where a downgrade had turned them into texts.
        op.execute(f"UPDATE {table} SET value_type = 'structure' WHERE scope IN {STRUCTURES}")
    op.create_check_constraint(
        op.f("ck_bot_settings_value_type"),
        "bot_settings",
        "value_type IN ('toggle', 'channel', 'role', 'number', 'text', 'duration', 'timezone', 'choice', 'structure')",
    )
    op.create_check_constraint(
        op.f("ck_settings_history_value_type"),
        "settings_history",
        "value_type IN ('toggle', 'channel', 'role', 'number', 'text', 'duration', 'timezone', 'choice', 'structure')",
    )
    op.create_check_constraint(
        op.f("ck_support_tickets_close_reason_length"), "support_tickets", "char_length(close_reason) <= 1000"
    )
    op.create_check_constraint(
        op.f("ck_support_tickets_close_request"),
        "support_tickets",
        "num_nonnulls(close_requested_by, close_runs_out_at) IN (0, 2)",
    )
    op.create_check_constraint(
        op.f("ck_support_tickets_counts"), "support_tickets", "reopened >= 0 AND transcript_tries >= 0"
    )
    op.create_check_constraint(
        op.f("ck_support_tickets_documents"),
        "support_tickets",
        "jsonb_typeof(events) = 'array' AND jsonb_typeof(answers) = 'array' AND jsonb_typeof(record) = 'object'",
    )
    op.create_check_constraint(op.f("ck_support_tickets_labels"), "support_tickets", "cardinality(labels) <= 10")
    op.create_check_constraint(op.f("ck_support_tickets_number_positive"), "support_tickets", "number >= 1")
    op.create_check_constraint(op.f("ck_support_tickets_priority"), "support_tickets", "priority BETWEEN 0 AND 3")
    op.create_check_constraint(op.f("ck_support_tickets_rating"), "support_tickets", "rating BETWEEN 1 AND 5")
    op.create_check_constraint(
        op.f("ck_support_tickets_rating_comment_length"), "support_tickets", "char_length(rating_comment) <= 1000"
    )
    op.create_check_constraint(
        op.f("ck_support_tickets_snoozed"),
        "support_tickets",
        "status <> 'snoozed' OR snoozed_until IS NOT NULL OR turn IS NOT NULL",
    )
    op.create_check_constraint(
        op.f("ck_support_tickets_status"),
        "support_tickets",
        "status IN ('opening', 'open', 'claimed', 'waiting', 'escalated', 'snoozed', 'closing', 'closed', 'archived')",
    )
    op.create_check_constraint(op.f("ck_support_tickets_turn"), "support_tickets", "turn IN ('staff', 'member')")
    op.create_check_constraint(
        op.f("ck_support_tickets_turn_since"), "support_tickets", "num_nonnulls(turn, turn_since) IN (0, 2)"
    )
    op.create_check_constraint(
        op.f("ck_support_tickets_type_length"),
        "support_tickets",
        "char_length(type) BETWEEN 1 AND 20",
    )
    op.create_check_constraint(
        op.f("ck_support_tickets_type_name_length"), "support_tickets", "char_length(type_name) <= 100"
    )
    op.create_index(
        "ix_support_tickets_escalated",
        "support_tickets",
        ["guild_id", "escalated_to", "number"],
        unique=False,
        postgresql_include=["id", "type", "team_role_ids", "created_at", "closed_at"],
        postgresql_where=sa.text("escalated_to IS NOT NULL"),
    )
    op.create_index(
        "ix_support_tickets_guild_id_closed_at",
        "support_tickets",
        ["guild_id", "closed_at"],
        unique=False,
        postgresql_include=["id", "number", "type"],
    )
    op.create_index(
        "ix_support_tickets_guild_id_created_at",
        "support_tickets",
        ["guild_id", "created_at"],
        unique=False,
        postgresql_include=["id", "number", "type"],
    )
    op.create_index(op.f("ix_support_tickets_guild_id_number"), "support_tickets", ["guild_id", "number"], unique=True)
    op.create_index(
        "ix_support_tickets_labels",
        "support_tickets",
        ["labels"],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("labels <> '{}'::text[]"),
    )
    op.create_index(
        op.f("ix_support_tickets_merged_into"),
        "support_tickets",
        ["merged_into"],
        unique=False,
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_support_tickets_next_at"),
        "support_tickets",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_support_tickets_search"), "support_tickets", ["search"], unique=False, postgresql_using="gin"
    )
    op.create_index(
        "ix_support_tickets_sample_closed_at",
        "support_tickets",
        ["guild_id", "closed_at"],
        unique=False,
        postgresql_include=["id", "number", "type", "team_role_ids", "escalated_to"],
        postgresql_where=sa.text("number % 16 = 0"),
    )
    op.create_index(
        "ix_support_tickets_sample_created_at",
        "support_tickets",
        ["guild_id", "created_at"],
        unique=False,
        postgresql_include=["id", "number", "type", "team_role_ids", "escalated_to"],
        postgresql_where=sa.text("number % 16 = 0"),
    )
    op.create_index(
        "ix_support_tickets_team",
        "support_tickets",
        ["guild_id", "team_role_ids", "number"],
        unique=False,
        postgresql_include=["id", "status", "type", "user_id", "claimed_by", "priority", "turn"],
    )
    op.create_index(
        "ix_support_tickets_team_closed_at",
        "support_tickets",
        ["guild_id", "team_role_ids", "closed_at"],
        unique=False,
        postgresql_include=["id", "number", "type"],
    )
    op.create_index(
        "ix_support_tickets_team_created_at",
        "support_tickets",
        ["guild_id", "team_role_ids", "created_at"],
        unique=False,
        postgresql_include=["id", "number", "type"],
    )
    op.create_index(
        "ix_support_tickets_unfinished",
        "support_tickets",
        ["guild_id", "number"],
        unique=False,
        postgresql_where=sa.text("status NOT IN ('closing', 'closed', 'archived')"),
    )
    op.create_index(
        "uq_support_tickets_open",
        "support_tickets",
        ["guild_id", "user_id", "type"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('closing', 'closed', 'archived')"),
    )
    op.create_foreign_key(
        op.f("fk_support_tickets_merged_into"),
        "support_tickets",
        "support_tickets",
        ["merged_into"],
        ["id"],
        ondelete="SET NULL",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_support_tickets_merged_into"), "support_tickets", type_="foreignkey")
    op.drop_index(
        "uq_support_tickets_open",
        table_name="support_tickets",
        postgresql_where=sa.text("status NOT IN ('closing', 'closed', 'archived')"),
    )
    op.drop_index(
        "ix_support_tickets_unfinished",
        table_name="support_tickets",
        postgresql_where=sa.text("status NOT IN ('closing', 'closed', 'archived')"),
    )
    op.drop_index("ix_support_tickets_team_created_at", table_name="support_tickets")
    op.drop_index("ix_support_tickets_team_closed_at", table_name="support_tickets")
    op.drop_index("ix_support_tickets_team", table_name="support_tickets")
    op.drop_index(
        "ix_support_tickets_sample_created_at",
        table_name="support_tickets",
        postgresql_where=sa.text("number % 16 = 0"),
    )
    op.drop_index(
        "ix_support_tickets_sample_closed_at",
        table_name="support_tickets",
        postgresql_where=sa.text("number % 16 = 0"),
    )
    op.drop_index(op.f("ix_support_tickets_search"), table_name="support_tickets", postgresql_using="gin")
    op.drop_index(
        op.f("ix_support_tickets_next_at"),
        table_name="support_tickets",
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_support_tickets_merged_into"),
        table_name="support_tickets",
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.drop_index(
        "ix_support_tickets_labels",
        table_name="support_tickets",
        postgresql_using="gin",
        postgresql_where=sa.text("labels <> '{}'::text[]"),
    )
    op.drop_index(op.f("ix_support_tickets_guild_id_number"), table_name="support_tickets")
    op.drop_index("ix_support_tickets_guild_id_created_at", table_name="support_tickets")
    op.drop_index("ix_support_tickets_guild_id_closed_at", table_name="support_tickets")
    op.drop_index(
        "ix_support_tickets_escalated",
        table_name="support_tickets",
        postgresql_where=sa.text("escalated_to IS NOT NULL"),
    )
    op.drop_constraint(op.f("ck_support_tickets_type_name_length"), "support_tickets", type_="check")
    op.drop_constraint(op.f("ck_support_tickets_type_length"), "support_tickets", type_="check")
    op.drop_constraint(op.f("ck_support_tickets_turn_since"), "support_tickets", type_="check")
    op.drop_constraint(op.f("ck_support_tickets_turn"), "support_tickets", type_="check")
    op.drop_constraint(op.f("ck_support_tickets_status"), "support_tickets", type_="check")
    op.drop_constraint(op.f("ck_support_tickets_snoozed"), "support_tickets", type_="check")
    op.drop_constraint(op.f("ck_support_tickets_rating_comment_length"), "support_tickets", type_="check")
    op.drop_constraint(op.f("ck_support_tickets_rating"), "support_tickets", type_="check")
    op.drop_constraint(op.f("ck_support_tickets_priority"), "support_tickets", type_="check")
    op.drop_constraint(op.f("ck_support_tickets_number_positive"), "support_tickets", type_="check")
    op.drop_constraint(op.f("ck_support_tickets_labels"), "support_tickets", type_="check")
    op.drop_constraint(op.f("ck_support_tickets_documents"), "support_tickets", type_="check")
    op.drop_constraint(op.f("ck_support_tickets_counts"), "support_tickets", type_="check")
    op.drop_constraint(op.f("ck_support_tickets_close_request"), "support_tickets", type_="check")
    op.drop_constraint(op.f("ck_support_tickets_close_reason_length"), "support_tickets", type_="check")
    op.drop_constraint(op.f("ck_settings_history_value_type"), "settings_history", type_="check")
    op.drop_constraint(op.f("ck_bot_settings_value_type"), "bot_settings", type_="check")
    for table in ("bot_settings", "settings_history"):
        op.execute(f"UPDATE {table} SET value_type = 'text' WHERE value_type = 'structure'")
    op.execute("UPDATE support_tickets SET status = 'open' WHERE status IN ('opening', 'snoozed')")
    op.execute("UPDATE support_tickets SET status = 'closed' WHERE status = 'closing'")
    op.drop_column("support_tickets", "search")
    op.drop_column("support_tickets", "events")
    op.drop_column("support_tickets", "search_text")
    op.drop_column("support_tickets", "record")
    op.drop_column("support_tickets", "transcript_tries")
    op.drop_column("support_tickets", "transcript_message_id")
    op.drop_column("support_tickets", "transcript_channel_id")
    op.drop_column("support_tickets", "rated_at")
    op.drop_column("support_tickets", "rating_comment")
    op.drop_column("support_tickets", "rating")
    op.drop_column("support_tickets", "merged_into")
    op.drop_column("support_tickets", "reopened")
    op.drop_column("support_tickets", "close_reason")
    op.drop_column("support_tickets", "closed_by")
    op.drop_column("support_tickets", "closed_at")
    op.drop_column("support_tickets", "close_runs_out_at")
    op.drop_column("support_tickets", "close_requested_by")
    op.drop_column("support_tickets", "missed")
    op.drop_column("support_tickets", "resolved_seconds")
    op.drop_column("support_tickets", "resolution_due_at")
    op.drop_column("support_tickets", "sla_warned_at")
    op.drop_column("support_tickets", "waits")
    op.drop_column("support_tickets", "next_due_at")
    op.drop_column("support_tickets", "first_seconds")
    op.drop_column("support_tickets", "first_answered_by")
    op.drop_column("support_tickets", "first_answered_at")
    op.drop_column("support_tickets", "first_due_at")
    op.drop_column("support_tickets", "opener_left_at")
    op.drop_column("support_tickets", "next_at")
    op.drop_column("support_tickets", "snoozed_until")
    op.drop_column("support_tickets", "tell_at")
    op.drop_column("support_tickets", "warned_at")
    op.drop_column("support_tickets", "reminded_at")
    op.drop_column("support_tickets", "turn_since")
    op.drop_column("support_tickets", "turn")
    op.drop_column("support_tickets", "header_message_id")
    op.drop_column("support_tickets", "locked")
    op.drop_column("support_tickets", "labels")
    op.drop_column("support_tickets", "priority")
    op.drop_column("support_tickets", "answers")
    op.drop_column("support_tickets", "added_role_ids")
    op.drop_column("support_tickets", "added_user_ids")
    op.drop_column("support_tickets", "team_role_ids")
    op.drop_column("support_tickets", "opened_by")
    op.drop_column("support_tickets", "is_thread")
    op.drop_column("support_tickets", "type_name")
    op.drop_column("support_tickets", "type")
    op.drop_column("support_tickets", "number")
    op.create_index(
        op.f("ix_support_tickets_updated_at_unfinished"),
        "support_tickets",
        ["updated_at"],
        unique=False,
        postgresql_where="(status <> ALL (ARRAY['closed'::text, 'archived'::text]))",
    )
    op.create_check_constraint(
        "ck_support_tickets_status",
        "support_tickets",
        "status IN ('open', 'claimed', 'waiting', 'escalated', 'closed', 'archived')",
    )
    op.create_check_constraint(
        "ck_settings_history_value_type",
        "settings_history",
        "value_type IN ('toggle', 'channel', 'role', 'number', 'text', 'duration', 'timezone', 'choice')",
    )
    op.create_check_constraint(
        "ck_bot_settings_value_type",
        "bot_settings",
        "value_type IN ('toggle', 'channel', 'role', 'number', 'text', 'duration', 'timezone', 'choice')",
    )
