"""The schema that the predecessor runs in production.

Exactly that, down to the names PostgreSQL gave by itself and the columns that allow NULL: its databases can be stamped
with this revision and upgraded from here. Whatever should be better is left to 002. Names are spelled out (`op.f`),
because otherwise the naming convention of the models would replace them.

Locks: none that anybody could wait for, every table is new. Time: milliseconds.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "001"
down_revision = None
branch_labels = None
depends_on = None

risk = "safe"
phase = "expand"

AWARE = sa.DateTime(timezone=True)
NAIVE = sa.DateTime(timezone=False)
NOW = sa.text("now()")
TRUE = sa.text("true")


def upgrade() -> None:
    op.create_table(
        "bot_settings",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", JSONB(), nullable=False),
        sa.Column("value_type", sa.Text()),
        sa.Column("updated_by", sa.BigInteger()),
        sa.Column("updated_at", AWARE, server_default=NOW),
        sa.PrimaryKeyConstraint("guild_id", "scope", "key", name=op.f("bot_settings_pkey")),
    )
    op.create_table(
        "settings_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("old_value", JSONB()),
        sa.Column("new_value", JSONB(), nullable=False),
        sa.Column("value_type", sa.Text()),
        sa.Column("changed_by", sa.BigInteger()),
        sa.Column("changed_at", AWARE, server_default=NOW),
        sa.Column("change_type", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("settings_history_pkey")),
    )
    op.create_index("idx_settings_history_guild_scope_key", "settings_history", ["guild_id", "scope", "key"])
    op.create_index("idx_settings_history_changed_at", "settings_history", ["changed_at"])
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("time", sa.Time()),
        sa.Column("call_time", sa.Time()),
        sa.Column("days", ARRAY(sa.Text())),
        sa.Column("message", sa.Text()),
        sa.Column("created_by", sa.BigInteger()),
        sa.Column("origin_channel_id", sa.BigInteger()),
        sa.Column("origin_message_id", sa.BigInteger()),
        sa.Column("event_time", AWARE),
        sa.Column("location", sa.Text()),
        sa.Column("last_sent_at", AWARE),
        sa.PrimaryKeyConstraint("id", name=op.f("reminders_pkey")),
    )
    op.create_index("idx_reminders_time", "reminders", ["time"])
    op.create_index("idx_reminders_event_time", "reminders", ["event_time"])
    op.create_table(
        "onboarding",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("responses", JSONB()),
        sa.Column("timestamp", NAIVE, server_default=NOW),
        sa.PrimaryKeyConstraint("guild_id", "user_id", name=op.f("onboarding_pkey")),
    )
    op.create_table(
        "guild_onboarding_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("step_order", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("question_type", sa.Text(), nullable=False, server_default=sa.text("'select'::text")),
        sa.Column("options", JSONB()),
        sa.Column("followup", JSONB()),
        sa.Column("required", sa.Boolean(), server_default=TRUE),
        sa.Column("enabled", sa.Boolean(), server_default=TRUE),
        sa.Column("created_at", NAIVE, server_default=NOW),
        sa.Column("updated_at", NAIVE, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name=op.f("guild_onboarding_questions_pkey")),
        sa.UniqueConstraint("guild_id", "step_order", name=op.f("guild_onboarding_questions_guild_id_step_order_key")),
    )
    op.create_table(
        "guild_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("rule_order", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=TRUE),
        sa.Column("created_at", NAIVE, server_default=NOW),
        sa.Column("updated_at", NAIVE, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name=op.f("guild_rules_pkey")),
        sa.UniqueConstraint("guild_id", "rule_order", name=op.f("guild_rules_guild_id_rule_order_key")),
    )
    op.create_table(
        "support_tickets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.Text()),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'::text")),
        sa.Column("created_at", AWARE, server_default=NOW),
        sa.Column("channel_id", sa.BigInteger()),
        sa.Column("claimed_by", sa.BigInteger()),
        sa.Column("claimed_at", AWARE),
        sa.Column("updated_at", AWARE, server_default=NOW),
        sa.Column("escalated_to", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("support_tickets_pkey")),
    )
    op.create_index("idx_support_tickets_user_id", "support_tickets", ["user_id"])
    op.create_index("idx_support_tickets_status", "support_tickets", ["status"])
    op.create_index("idx_support_tickets_channel_id", "support_tickets", ["channel_id"])
    op.create_table(
        "faq_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("summary", sa.Text()),
        sa.Column("keywords", ARRAY(sa.Text())),
        sa.Column("created_at", AWARE, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name=op.f("faq_entries_pkey")),
    )
    op.create_table(
        "faq_search_logs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("query", sa.Text()),
        sa.Column("results_count", sa.Integer()),
        sa.Column("searched_at", AWARE, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name=op.f("faq_search_logs_pkey")),
    )
    op.create_table(
        "audit_logs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("command_name", sa.Text(), nullable=False),
        sa.Column("command_type", sa.Text(), nullable=False),
        sa.Column("success", sa.Boolean(), server_default=TRUE),
        sa.Column("error_message", sa.Text()),
        sa.Column("created_at", AWARE, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_logs_pkey")),
    )
    op.create_index("idx_audit_logs_guild_created", "audit_logs", ["guild_id", "created_at"])
    op.create_index("idx_audit_logs_command", "audit_logs", ["command_name", "created_at"])
    op.create_table(
        "health_check_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("uptime_seconds", sa.Integer(), nullable=False),
        sa.Column("db_status", sa.Text(), nullable=False),
        sa.Column("guild_count", sa.Integer()),
        sa.Column("active_commands_24h", sa.Integer()),
        sa.Column("gpt_status", sa.Text()),
        sa.Column("database_pool_size", sa.Integer()),
        sa.Column("checked_at", AWARE, server_default=NOW),
        sa.PrimaryKeyConstraint("id", name=op.f("health_check_history_pkey")),
    )
    op.create_index("idx_health_check_history_checked_at", "health_check_history", [sa.text("checked_at DESC")])
    op.create_index("idx_health_check_history_service", "health_check_history", ["service", sa.text("checked_at DESC")])


def downgrade() -> None:
    op.drop_table("health_check_history")
    op.drop_table("audit_logs")
    op.drop_table("faq_search_logs")
    op.drop_table("faq_entries")
    op.drop_table("support_tickets")
    op.drop_table("guild_rules")
    op.drop_table("guild_onboarding_questions")
    op.drop_table("onboarding")
    op.drop_table("reminders")
    op.drop_table("settings_history")
    op.drop_table("bot_settings")
