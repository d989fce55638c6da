<%! from app.migrate.revisions.files import in_docstring %>\
"""${message | in_docstring}

Revision ${up_revision}, on top of ${comma(down_revision) if down_revision else "nothing"}.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}

# safe: nobody waits. locks: users wait for a moment. major: rewrites much, backed up before. destructive: deletes
# data, backed up before.
risk = "safe"
# expand: the release before this one can work with the result. contract: it cannot, so no process may still run it.
phase = "expand"


def upgrade() -> None:
    ${upgrades if upgrades and "op." in upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades and "op." in downgrades else "pass"}
