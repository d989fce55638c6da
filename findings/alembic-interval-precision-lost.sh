#!/bin/sh
# A generated Alembic revision loses the precision of an interval: repr() of SQLAlchemy's generic Interval leaves it out.
#
# Versions: SQLAlchemy 2.0.58, Alembic 1.20.1, Python 3.11.
# Input: a column of sa.Interval(second_precision=3), which PostgreSQL gets as INTERVAL (3), rendered by Alembic's own
# autogenerate for a new table.
# Expected: the revision holds the type as the model has it, as it does for sa.String(30) or sa.Numeric(10, 2).
# Behaviour: the constructor's arguments have other names than the attributes that repr() looks at, so the revision says
# sa.Interval(), and the column is made without the precision.
# Output seen:
#   model:    INTERVAL (3)
#   revision: sa.Interval()
#   made:     INTERVAL
# What follows for us: revisions write intervals by what the catalogue says, and a row of the table of changes holds one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sqlalchemy==2.0.58 alembic==1.20.1
cd "$work"
cat > look.py <<'PYTHON'
import re

import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.operations import ops
from sqlalchemy.dialects import postgresql

dialect = postgresql.dialect()
kind = sa.Interval(second_precision=3)
code = render_python_code(ops.UpgradeOps([ops.AddColumnOp("shifts", sa.Column("length", kind))]))
written = re.search(r"sa\.Interval\(.*?\)", code)[0]
print("model:   ", kind.compile(dialect=dialect))
print("revision:", written)
print("made:    ", eval(written).compile(dialect=dialect))
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
model:    INTERVAL (3)
revision: sa.Interval()
made:     INTERVAL
TEXT
diff expected seen
