"""Clock rules of reminders: by which rules of its time zone each was planned.

A reminder gets what clocks are to show when it comes next, and a fingerprint of the rules of its zone, so that it can
be planned anew when a government changes them. Rows from before have neither; the bot looks at each of them once.

Going back drops both columns and loses nothing: they are made anew from the schedule.

Locks: ACCESS EXCLUSIVE on reminders for a moment, to add two columns without a default, and SHARE, which lets nobody
write, while an index is built of what is not over: about a second for a million rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None

risk = "locks"
phase = "expand"
downgrade_keeps_data = True

INDEX = "ix_reminders_planned_by_clock"
BY_CLOCK = "local_start IS NOT NULL AND state <> 'done' AND deleted_at IS NULL"


def upgrade() -> None:
    op.add_column("reminders", sa.Column("planned_local", sa.DateTime(), nullable=True))
    op.add_column("reminders", sa.Column("zone_rules", sa.Text(), nullable=True))
    op.create_index(INDEX, "reminders", ["timezone", "zone_rules"], postgresql_where=sa.text(BY_CLOCK))


def downgrade() -> None:
    op.drop_index(INDEX, table_name="reminders")
    op.drop_column("reminders", "zone_rules")
    op.drop_column("reminders", "planned_local")
