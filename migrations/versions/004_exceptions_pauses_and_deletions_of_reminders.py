"""Exceptions, pauses with an end and deletions of reminders.

A reminder gets days on which it does not come, a pause that ends by itself, and its own limit of lateness.

A deleted row keeps its place for a day, so that it can be brought back; nothing but that finds it any more.

Going back drops the new columns, and the rows that were deleted: their owners wanted them gone. What else 003 has no
column for is kept meanwhile in the schema `concierge_kept_004`, made only if there is anything to keep, and comes back
with the next upgrade for every row that is still there and whose times nobody has changed. A pause that would have
ended by itself does not end while the database is at 003.

Locks: ACCESS EXCLUSIVE on reminders for one ALTER TABLE, which reads its rows once for the checks, and for two small
indexes: of what is not over, by server, and of what is deleted, which is nothing yet.
"""

from alembic import op

revision = "004"
down_revision = "003"
branch_labels = None
depends_on = None

risk = "locks"
phase = "expand"
downgrade_keeps_data = True

COLUMNS = {
    "except_dates": "date[]",
    "catch_up_seconds": "integer",
    "resume_at": "timestamptz",
    "deleted_at": "timestamptz",
    "deleted_by": "bigint",
    "channel_paused": "boolean NOT NULL DEFAULT false",
    "acknowledged_for": "timestamptz",
}
WAKES = "only_waiting_wakes"
OLD_WAKES = "state = 'waiting' OR wake_at IS NULL"
CHECKS = {
    WAKES: (
        "wake_at IS NULL OR (deleted_at IS NULL AND (state = 'waiting' OR "
        "(state = 'paused' AND resume_at IS NOT NULL)))"
    ),
    "resume": "(resume_at IS NULL AND NOT channel_paused) OR state = 'paused'",
    "except_dates": "cardinality(except_dates) BETWEEN 1 AND 100",
    "catch_up": "catch_up_seconds >= 60",
    "deleted": "num_nonnulls(deleted_at, deleted_by) IN (0, 2)",
}
INDEXES = """
ix_reminders_guild_id_unfinished ON reminders (guild_id, next_at) WHERE state <> 'done' AND deleted_at IS NULL
ix_reminders_deleted_at ON reminders (deleted_at) WHERE deleted_at IS NOT NULL
""".strip().splitlines()

# What decides whether what was kept still belongs to its row.
SCHEDULE = ["timezone", "starts_at", "local_start", "rrule", "interval_seconds"]
KEPT = f"""
    SELECT id, {", ".join([*SCHEDULE, *COLUMNS])} FROM reminders
    WHERE channel_paused OR num_nonnulls(except_dates, catch_up_seconds, resume_at) > 0
"""


def upgrade() -> None:
    added = ", ".join(f"ADD COLUMN {name} {kind}" for name, kind in COLUMNS.items())
    op.execute(f"ALTER TABLE reminders {added}, DROP CONSTRAINT ck_reminders_{WAKES}")
    bring_back()
    checks = ", ".join(f"ADD CONSTRAINT ck_reminders_{name} CHECK ({rule})" for name, rule in CHECKS.items())
    op.execute(f"ALTER TABLE reminders {checks}")
    for index in INDEXES:
        op.execute(f"CREATE INDEX {index}")


def downgrade() -> None:
    op.execute("LOCK TABLE reminders IN ACCESS EXCLUSIVE MODE")
    op.execute("DELETE FROM reminders WHERE deleted_at IS NOT NULL")
    put_aside()
    op.execute("UPDATE reminders SET wake_at = NULL WHERE state = 'paused' AND wake_at IS NOT NULL")
    for index in INDEXES:
        op.execute(f"DROP INDEX {index.split()[0]}")
    checks = ", ".join(f"DROP CONSTRAINT ck_reminders_{name}" for name in CHECKS)
    op.execute(f"ALTER TABLE reminders {checks}")
    op.execute("ALTER TABLE reminders " + ", ".join(f"DROP COLUMN {name}" for name in COLUMNS))
    op.execute(f"ALTER TABLE reminders ADD CONSTRAINT ck_reminders_{WAKES} CHECK ({OLD_WAKES})")


def put_aside() -> None:
    op.execute(f"""
        DO $$ BEGIN IF EXISTS ({KEPT}) THEN
            IF NOT has_database_privilege(current_database(), 'CREATE') THEN
                RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE =
                    'Revision 003 cannot hold the exceptions and pauses of the reminders, and this role may not create '
                    'the schema concierge_kept_004 to keep them in. GRANT CREATE ON DATABASE to it and try again.';
            END IF;
            CREATE SCHEMA concierge_kept_004;
            CREATE TABLE concierge_kept_004.kept AS {KEPT};
        END IF; END $$
    """)


def bring_back() -> None:
    same = " AND ".join(f"reminders.{name} IS NOT DISTINCT FROM kept.{name}" for name in SCHEDULE)
    pauses = "reminders.state = 'paused' AND kept.resume_at IS NOT NULL"
    channel = "reminders.state = 'paused' AND kept.channel_paused"
    op.execute(f"""
        DO $$ BEGIN IF to_regclass('concierge_kept_004.kept') IS NOT NULL THEN
            UPDATE reminders SET except_dates = kept.except_dates, catch_up_seconds = kept.catch_up_seconds,
                channel_paused = {channel}, resume_at = CASE WHEN {pauses} THEN kept.resume_at END,
                wake_at = CASE WHEN {pauses} THEN kept.resume_at ELSE reminders.wake_at END
            FROM concierge_kept_004.kept WHERE kept.id = reminders.id AND {same};
            DROP SCHEMA concierge_kept_004 CASCADE;
        END IF; END $$
    """)
