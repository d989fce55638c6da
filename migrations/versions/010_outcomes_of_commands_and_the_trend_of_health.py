"""Outcomes of commands, and the trend of health.

Rows from before are single interactions of which it is only known whether they worked, and samples of one minute; the
bot makes sums and means of them, and deletes what is kept no longer.

Closed tickets get indexes by who occurs in them, for exporting and deleting what is stored about one person.

Going back drops what was added: outcomes, how soon an answer came, and what a sample says beyond the predecessor's
columns. Sums of days, and starts and stops, are deleted, as nothing would tell them from commands and samples.

Locks: ACCESS EXCLUSIVE on audit_logs and health_check_history while their rows are read for checks and indexes are
built, which is about two seconds for a million rows; SHARE on support_tickets, which can be read meanwhile, for as long
as the records of closed tickets take to be read: about ten seconds for 50,000.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "010"
down_revision = "009"
branch_labels = None
depends_on = None

risk = "locks"
phase = "expand"


def upgrade() -> None:
    op.add_column("audit_logs", sa.Column("outcome", sa.Text(), nullable=True))
    op.add_column("audit_logs", sa.Column("channel_id", sa.BigInteger(), nullable=True))
    op.add_column("audit_logs", sa.Column("first_response_ms", sa.Integer(), nullable=True))
    op.add_column("audit_logs", sa.Column("fingerprint", sa.Text(), nullable=True))
    op.add_column("audit_logs", sa.Column("reference", sa.Text(), nullable=True))
    op.add_column("audit_logs", sa.Column("locale", sa.Text(), nullable=True))
    op.add_column("audit_logs", sa.Column("shard", sa.Integer(), nullable=True))
    op.add_column("audit_logs", sa.Column("release", sa.Text(), nullable=True))
    op.add_column("audit_logs", sa.Column("count", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.add_column("audit_logs", sa.Column("grain", sa.Text(), nullable=True))
    op.add_column("audit_logs", sa.Column("until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("audit_logs", sa.Column("answered_count", sa.Integer(), nullable=True))
    op.add_column("audit_logs", sa.Column("within_second_count", sa.Integer(), nullable=True))
    op.add_column("audit_logs", sa.Column("steps", postgresql.ARRAY(sa.SmallInteger()), nullable=True))
    op.add_column("audit_logs", sa.Column("step_counts", postgresql.ARRAY(sa.BigInteger()), nullable=True))
    op.add_column("audit_logs", sa.Column("people_ids", postgresql.ARRAY(sa.BigInteger()), nullable=True))
    op.add_column(
        "health_check_history", sa.Column("kind", sa.Text(), server_default=sa.text("'sample'::text"), nullable=False)
    )
    op.add_column(
        "health_check_history", sa.Column("grain", sa.Text(), server_default=sa.text("'minute'::text"), nullable=False)
    )
    op.add_column(
        "health_check_history", sa.Column("samples", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    op.add_column("health_check_history", sa.Column("state", sa.Text(), nullable=True))
    op.add_column("health_check_history", sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=True))
    op.add_column("health_check_history", sa.Column("since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("health_check_history", sa.Column("revision", sa.Text(), nullable=True))
    op.add_column("health_check_history", sa.Column("database_ms", sa.REAL(), nullable=True))
    op.add_column("health_check_history", sa.Column("pool_in_use", sa.REAL(), nullable=True))
    op.add_column("health_check_history", sa.Column("pool_waiting", sa.REAL(), nullable=True))
    op.add_column("health_check_history", sa.Column("loop_lag_ms", sa.REAL(), nullable=True))
    op.add_column("health_check_history", sa.Column("gateway_ms", sa.REAL(), nullable=True))
    op.add_column("health_check_history", sa.Column("reconnects", sa.REAL(), nullable=True))
    op.add_column("health_check_history", sa.Column("rate_limited", sa.REAL(), nullable=True))
    op.add_column("health_check_history", sa.Column("invalid_requests", sa.REAL(), nullable=True))
    op.add_column("health_check_history", sa.Column("reminder_late_seconds", sa.REAL(), nullable=True))
    op.add_column("health_check_history", sa.Column("memory_mb", sa.REAL(), nullable=True))
    op.add_column("health_check_history", sa.Column("cpu_percent", sa.REAL(), nullable=True))
    op.add_column(
        "health_check_history",
        sa.Column(
            "queues", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
    )
    op.add_column(
        "health_check_history",
        sa.Column(
            "shards", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
    )
    op.add_column(
        "health_check_history",
        sa.Column(
            "highest", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
    )
    op.create_check_constraint(op.f("ck_audit_logs_counts"), "audit_logs", "first_response_ms >= 0 AND count >= 0")
    op.create_check_constraint(
        op.f("ck_audit_logs_grain"), "audit_logs", "grain IN ('day', 'month', 'bot_day', 'bot_month')"
    )
    op.create_check_constraint(
        op.f("ck_audit_logs_outcome"),
        "audit_logs",
        "outcome IN ('ok', 'refused', 'denied', 'rate_limited', 'timed_out', 'unavailable', 'bug')",
    )
    op.create_check_constraint(
        op.f("ck_audit_logs_sums"), "audit_logs", "(grain IS NULL) = (until IS NULL) AND until > created_at"
    )
    op.create_check_constraint(
        op.f("ck_health_check_history_documents"),
        "health_check_history",
        "jsonb_typeof(queues) = 'object' AND jsonb_typeof(shards) = 'object' AND jsonb_typeof(highest) = 'object'",
    )
    op.create_check_constraint(
        op.f("ck_health_check_history_grain"), "health_check_history", "grain IN ('minute', 'hour', 'day')"
    )
    op.create_check_constraint(
        op.f("ck_health_check_history_kind"),
        "health_check_history",
        "kind IN ('sample', 'start', 'stop', 'crash', 'gap', 'change')",
    )
    op.create_check_constraint(op.f("ck_health_check_history_samples_positive"), "health_check_history", "samples >= 1")
    op.create_check_constraint(
        op.f("ck_health_check_history_state"), "health_check_history", "state IN ('ok', 'degraded', 'down', 'flapping')"
    )
    op.create_index(
        "ix_audit_logs_errors",
        "audit_logs",
        ["guild_id", "fingerprint", "created_at"],
        unique=False,
        postgresql_include=["id", "command_name", "count"],
        postgresql_where=sa.text("fingerprint IS NOT NULL"),
    )
    op.create_index(
        "ix_audit_logs_events",
        "audit_logs",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("grain IS NULL AND command_type <> 'schema'"),
    )
    op.create_index(
        "ix_audit_logs_reference",
        "audit_logs",
        ["reference"],
        unique=False,
        postgresql_where=sa.text("reference IS NOT NULL"),
    )
    op.create_index(
        "ix_audit_logs_schema", "audit_logs", ["id"], unique=False, postgresql_where=sa.text("command_type = 'schema'")
    )
    op.create_index(
        "uq_audit_logs_sums",
        "audit_logs",
        ["grain", "guild_id", "created_at", "command_name", "command_type", "outcome"],
        unique=True,
        postgresql_where=sa.text("grain IS NOT NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "ix_audit_logs_whole",
        "audit_logs",
        ["grain", "guild_id", "until"],
        unique=False,
        postgresql_where=sa.text("grain IS NOT NULL AND command_name = ''"),
    )
    op.drop_index("ix_audit_logs_guild_id_created_at", table_name="audit_logs")
    op.create_index(
        "ix_audit_logs_guild_id_created_at",
        "audit_logs",
        ["guild_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("grain IS NULL AND command_type <> 'schema'"),
    )
    op.create_index(
        "ix_health_check_history_grain",
        "health_check_history",
        ["grain", "service", "checked_at"],
        unique=False,
        postgresql_where=sa.text("kind = 'sample'"),
    )
    op.create_index(
        "ix_health_check_history_happened",
        "health_check_history",
        ["service", "checked_at"],
        unique=False,
        postgresql_where=sa.text("kind <> 'sample'"),
    )
    op.create_index(
        "ix_support_tickets_named",
        "support_tickets",
        [sa.literal_column('jsonb_path_query_array(record, \'$."people".keyvalue()."key"\')')],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("status IN ('closed', 'archived') AND record IS NOT NULL"),
    )
    op.create_index(
        "ix_support_tickets_acted",
        "support_tickets",
        [
            sa.literal_column(
                'jsonb_path_query_array(events, \'$[*].keyvalue()?((@."key" == "by" || @."key" == "user") || '
                '@."key" == "to")."value"\')'
            )
        ],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("status IN ('closed', 'archived')"),
    )


def downgrade() -> None:
    op.execute("DELETE FROM audit_logs WHERE grain IS NOT NULL OR command_type = 'lost'")
    op.execute("DELETE FROM health_check_history WHERE kind <> 'sample'")
    op.drop_index(
        "ix_support_tickets_acted",
        table_name="support_tickets",
        postgresql_using="gin",
        postgresql_where=sa.text("status IN ('closed', 'archived')"),
    )
    op.drop_index(
        "ix_support_tickets_named",
        table_name="support_tickets",
        postgresql_using="gin",
        postgresql_where=sa.text("status IN ('closed', 'archived') AND record IS NOT NULL"),
    )
    op.drop_index(
        "ix_health_check_history_happened",
        table_name="health_check_history",
        postgresql_where=sa.text("kind <> 'sample'"),
    )
    op.drop_index(
        "ix_health_check_history_grain",
        table_name="health_check_history",
        postgresql_where=sa.text("kind = 'sample'"),
    )
    op.drop_index(
        "uq_audit_logs_sums",
        table_name="audit_logs",
        postgresql_where=sa.text("grain IS NOT NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index(
        "ix_audit_logs_guild_id_created_at",
        table_name="audit_logs",
        postgresql_where=sa.text("grain IS NULL AND command_type <> 'schema'"),
    )
    op.create_index("ix_audit_logs_guild_id_created_at", "audit_logs", ["guild_id", "created_at"], unique=False)
    op.drop_index(
        "ix_audit_logs_whole",
        table_name="audit_logs",
        postgresql_where=sa.text("grain IS NOT NULL AND command_name = ''"),
    )
    op.drop_index("ix_audit_logs_schema", table_name="audit_logs", postgresql_where=sa.text("command_type = 'schema'"))
    op.drop_index("ix_audit_logs_reference", table_name="audit_logs", postgresql_where=sa.text("reference IS NOT NULL"))
    op.drop_index(
        "ix_audit_logs_events",
        table_name="audit_logs",
        postgresql_where=sa.text("grain IS NULL AND command_type <> 'schema'"),
    )
    op.drop_index(
        "ix_audit_logs_errors",
        table_name="audit_logs",
        postgresql_include=["id", "command_name", "count"],
        postgresql_where=sa.text("fingerprint IS NOT NULL"),
    )
    op.drop_constraint(op.f("ck_health_check_history_state"), "health_check_history", type_="check")
    op.drop_constraint(op.f("ck_health_check_history_samples_positive"), "health_check_history", type_="check")
    op.drop_constraint(op.f("ck_health_check_history_kind"), "health_check_history", type_="check")
    op.drop_constraint(op.f("ck_health_check_history_grain"), "health_check_history", type_="check")
    op.drop_constraint(op.f("ck_health_check_history_documents"), "health_check_history", type_="check")
    op.drop_constraint(op.f("ck_audit_logs_sums"), "audit_logs", type_="check")
    op.drop_constraint(op.f("ck_audit_logs_outcome"), "audit_logs", type_="check")
    op.drop_constraint(op.f("ck_audit_logs_grain"), "audit_logs", type_="check")
    op.drop_constraint(op.f("ck_audit_logs_counts"), "audit_logs", type_="check")
    op.drop_column("health_check_history", "highest")
    op.drop_column("health_check_history", "shards")
    op.drop_column("health_check_history", "queues")
    op.drop_column("health_check_history", "cpu_percent")
    op.drop_column("health_check_history", "memory_mb")
    op.drop_column("health_check_history", "reminder_late_seconds")
    op.drop_column("health_check_history", "invalid_requests")
    op.drop_column("health_check_history", "rate_limited")
    op.drop_column("health_check_history", "reconnects")
    op.drop_column("health_check_history", "gateway_ms")
    op.drop_column("health_check_history", "loop_lag_ms")
    op.drop_column("health_check_history", "pool_waiting")
    op.drop_column("health_check_history", "pool_in_use")
    op.drop_column("health_check_history", "database_ms")
    op.drop_column("health_check_history", "revision")
    op.drop_column("health_check_history", "since")
    op.drop_column("health_check_history", "reasons")
    op.drop_column("health_check_history", "state")
    op.drop_column("health_check_history", "samples")
    op.drop_column("health_check_history", "grain")
    op.drop_column("health_check_history", "kind")
    op.drop_column("audit_logs", "people_ids")
    op.drop_column("audit_logs", "step_counts")
    op.drop_column("audit_logs", "steps")
    op.drop_column("audit_logs", "within_second_count")
    op.drop_column("audit_logs", "answered_count")
    op.drop_column("audit_logs", "until")
    op.drop_column("audit_logs", "grain")
    op.drop_column("audit_logs", "count")
    op.drop_column("audit_logs", "release")
    op.drop_column("audit_logs", "shard")
    op.drop_column("audit_logs", "locale")
    op.drop_column("audit_logs", "reference")
    op.drop_column("audit_logs", "fingerprint")
    op.drop_column("audit_logs", "first_response_ms")
    op.drop_column("audit_logs", "channel_id")
    op.drop_column("audit_logs", "outcome")
