"""Ends and pauses of reminders by the clock: what clocks are to show when a series, or a pause, ends.

They were instants only, which do not follow when a government changes its clocks. Rows from before stay instants; the
end of a whole day is recognised when a series comes next.

Going back drops the columns: every end and every pause stays at its moment, and no longer follows the clocks.

Locks: ACCESS EXCLUSIVE on reminders for a moment, to add four columns without a default and two checks, for which its
rows are read, and SHARE, which lets nobody write, for two indexes of rows that there are none of yet.
"""

import sqlalchemy as sa
from alembic import op

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None

risk = "locks"
phase = "expand"


def upgrade() -> None:
    op.add_column("reminders", sa.Column("local_until", sa.DateTime(), nullable=True))
    op.add_column("reminders", sa.Column("resume_local", sa.DateTime(), nullable=True))
    op.add_column("reminders", sa.Column("resume_zone", sa.Text(), nullable=True))
    op.add_column("reminders", sa.Column("resume_rules", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_reminders_resume_by_clock"),
        "reminders",
        "num_nonnulls(resume_local, resume_zone, resume_rules) IN (0, 3)",
    )
    op.create_check_constraint(
        op.f("ck_reminders_resume_zone_length"), "reminders", "char_length(resume_zone) BETWEEN 1 AND 64"
    )
    op.create_index(
        "ix_reminders_ended_by_clock",
        "reminders",
        ["timezone", "zone_rules"],
        unique=False,
        postgresql_where=sa.text(
            "local_start IS NULL AND local_until IS NOT NULL AND state <> 'done' AND deleted_at IS NULL"
        ),
    )
    op.create_index(
        "ix_reminders_resumed_by_clock",
        "reminders",
        ["resume_zone", "resume_rules"],
        unique=False,
        postgresql_where=sa.text("resume_local IS NOT NULL AND state = 'paused' AND deleted_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_reminders_resumed_by_clock",
        table_name="reminders",
        postgresql_where=sa.text("resume_local IS NOT NULL AND state = 'paused' AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_reminders_ended_by_clock",
        table_name="reminders",
        postgresql_where=sa.text(
            "local_start IS NULL AND local_until IS NOT NULL AND state <> 'done' AND deleted_at IS NULL"
        ),
    )
    op.drop_constraint(op.f("ck_reminders_resume_zone_length"), "reminders", type_="check")
    op.drop_constraint(op.f("ck_reminders_resume_by_clock"), "reminders", type_="check")
    op.drop_column("reminders", "resume_rules")
    op.drop_column("reminders", "resume_zone")
    op.drop_column("reminders", "resume_local")
    op.drop_column("reminders", "local_until")
