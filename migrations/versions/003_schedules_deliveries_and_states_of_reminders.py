"""Schedules, deliveries and states of reminders.

A reminder gets a schedule that can say more than a weekday and a clock, a next occurrence, a state, and what a process
needs that delivers it together with others. Rows from before keep their columns as they are, and the bot makes their
schedule out of them when it first looks: `wake_at` is now for all that can ever fire again. Those that cannot are done
(the event was more than a day ago, or never comes) or need attention (neither days with a time nor an event).

Going back drops the new columns. What 002 has no column for is kept meanwhile in the schema `concierge_kept_003`, made
only if there is anything to keep, and comes back with the next upgrade for every row that is still there and whose
days, times and event nobody has changed.

Locks: ACCESS EXCLUSIVE on reminders for one ALTER TABLE, one UPDATE of the rows that are not done, and four indexes.
The columns have constant defaults, so that adding them writes no row.
"""

from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None

risk = "locks"
phase = "expand"
downgrade_keeps_data = True

# As in 002: Discord's epoch stands in where nobody knows when something was made.
LONG_AGO = "timestamptz '2015-01-01 00:00:00+00'"

COLUMNS = {
    "phrase": "text",
    "starts_at": "timestamptz",
    "local_start": "timestamp",
    "rrule": "text",
    "interval_seconds": "bigint",
    "until": "timestamptz",
    "most_times": "integer",
    "warn_seconds": "integer",
    "direct": "boolean NOT NULL DEFAULT false",
    "target_kind": "text",
    "target_id": "bigint",
    "subscribers": "jsonb NOT NULL DEFAULT '[]'::jsonb",
    "repeat_seconds": "integer",
    "repeat_most": "integer",
    "escalate_role_id": "bigint",
    # What is over is most of an old table, and is not written for this default; see FINISH.
    "state": "text NOT NULL DEFAULT 'done'::text",
    "next_at": "timestamptz",
    "wake_at": "timestamptz",
    "attempts": "integer NOT NULL DEFAULT 0",
    "through": "timestamptz",
    "warned_for": "timestamptz",
    "again_at": "timestamptz",
    "repeats": "integer NOT NULL DEFAULT 0",
    "skipped": "integer NOT NULL DEFAULT 0",
    "message_id": "bigint",
    "message_channel_id": "bigint",
    "problem": "text",
    "problem_at": "timestamptz",
    "snooze_of": "integer",
    # For the rows of today only; see FINISH.
    "created_at": f"timestamptz NOT NULL DEFAULT {LONG_AGO}",
}
CHECKS = {
    "state": "state IN ('waiting', 'paused', 'attention', 'done')",
    "target_kind": "target_kind IN ('member', 'role', 'everyone')",
    "only_waiting_wakes": "state = 'waiting' OR wake_at IS NULL",
    "one_schedule": "num_nonnulls(rrule, interval_seconds) <= 1",
    "schedule_has_start": (
        "(rrule IS NULL OR local_start IS NOT NULL) AND (interval_seconds IS NULL OR starts_at IS NOT NULL)"
    ),
    "schedule_positive": "interval_seconds > 0 AND most_times > 0 AND warn_seconds > 0",
    "target": "CASE WHEN target_kind IS NULL THEN target_id IS NULL ELSE target_id IS NOT NULL END",
    "repeat": "num_nonnulls(repeat_seconds, repeat_most) IN (0, 2)",
    "repeat_bounds": "repeat_seconds >= 60 AND repeat_most BETWEEN 1 AND 100",
    "counts": "attempts >= 0 AND skipped >= 0 AND repeats >= 0",
    "subscribers": "jsonb_typeof(subscribers) = 'array'",
    "schedule_length": "char_length(phrase) <= 200 AND char_length(rrule) <= 500",
    "problem_length": "char_length(problem) <= 300",
}
INDEXES = """
ix_reminders_guild_id_channel_id ON reminders (guild_id, channel_id)
ix_reminders_wake_at ON reminders (wake_at) WHERE wake_at IS NOT NULL
ix_reminders_guild_id_attention ON reminders (guild_id) WHERE state = 'attention'
ix_reminders_snooze_of ON reminders (snooze_of) WHERE snooze_of IS NOT NULL
""".strip().splitlines()
FINISH = """
    ALTER COLUMN state SET DEFAULT 'waiting'::text,
    ALTER COLUMN created_at SET DEFAULT now(),
    ADD CONSTRAINT fk_reminders_snooze_of FOREIGN KEY (snooze_of) REFERENCES reminders (id) ON DELETE SET NULL
"""

# What the predecessor's rows were made of, and what decides whether a kept schedule still belongs to its row.
OLD = ["time", "call_time", "days", "event_time", "timezone"]
# A row of 002 that the bot has not looked at since, and that nobody has touched: upgrading makes the same of it again.
UNTOUCHED = f"created_at = {LONG_AGO} AND num_nonnulls(starts_at, local_start) = 0 AND state <> 'paused'"
KEPT = f"SELECT id, {', '.join([*OLD, *COLUMNS])} FROM reminders WHERE NOT ({UNTOUCHED})"


def upgrade() -> None:
    op.execute("LOCK TABLE reminders IN ACCESS EXCLUSIVE MODE")
    op.execute("ALTER TABLE reminders " + ", ".join(f"ADD COLUMN {name} {kind}" for name, kind in COLUMNS.items()))
    op.execute("""
        UPDATE reminders SET
            state = CASE WHEN fires THEN 'waiting' ELSE 'attention' END,
            wake_at = CASE WHEN fires THEN now() END,
            problem = CASE WHEN NOT fires
                THEN 'The former bot had no days or no time for it and never sent it. Say when it shall come.' END,
            problem_at = CASE WHEN NOT fires THEN now() END
        FROM (SELECT id AS row_id, (CASE WHEN event_time IS NULL THEN cardinality(days) > 0 AND time IS NOT NULL
            ELSE isfinite(event_time) AND event_time > now() - interval '1 day' END) IS TRUE AS fires
            FROM reminders) AS looked_at
        WHERE id = row_id AND (fires OR event_time IS NULL)
    """)
    bring_back()
    checks = ", ".join(f"ADD CONSTRAINT ck_reminders_{name} CHECK ({rule})" for name, rule in CHECKS.items())
    op.execute(f"ALTER TABLE reminders {checks}, {FINISH}")
    for index in INDEXES:
        op.execute(f"CREATE INDEX {index}")


def downgrade() -> None:
    op.execute("LOCK TABLE reminders IN ACCESS EXCLUSIVE MODE")
    put_aside()
    for index in INDEXES:
        op.execute(f"DROP INDEX {index.split()[0]}")
    checks = ", ".join(f"DROP CONSTRAINT ck_reminders_{name}" for name in CHECKS)
    op.execute(f"ALTER TABLE reminders {checks}, DROP CONSTRAINT fk_reminders_snooze_of")
    op.execute("ALTER TABLE reminders " + ", ".join(f"DROP COLUMN {name}" for name in COLUMNS))


def put_aside() -> None:
    op.execute(f"""
        DO $$ BEGIN IF EXISTS ({KEPT}) THEN
            IF NOT has_database_privilege(current_database(), 'CREATE') THEN
                RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE =
                    'Revision 002 cannot hold the schedules of the reminders, and this role may not create the '
                    'schema concierge_kept_003 to keep them in. GRANT CREATE ON DATABASE to it and try again.';
            END IF;
            CREATE SCHEMA concierge_kept_003;
            CREATE TABLE concierge_kept_003.kept AS {KEPT};
        END IF; END $$
    """)


def bring_back() -> None:
    same = " AND ".join(f"reminders.{name} IS NOT DISTINCT FROM kept.{name}" for name in OLD)
    values = [f"{name} = kept.{name}" for name in COLUMNS if name != "snooze_of"]
    values.append("snooze_of = (SELECT other.id FROM reminders AS other WHERE other.id = kept.snooze_of)")
    op.execute(f"""
        DO $$ BEGIN IF to_regclass('concierge_kept_003.kept') IS NOT NULL THEN
            UPDATE reminders SET {", ".join(values)} FROM concierge_kept_003.kept
            WHERE kept.id = reminders.id AND {same};
            DROP SCHEMA concierge_kept_003 CASCADE;
        END IF; END $$
    """)
