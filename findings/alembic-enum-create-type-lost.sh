#!/bin/sh
# A generated Alembic revision creates an enum type that its model says exists: repr() leaves out create_type=False.
#
# Versions: SQLAlchemy 2.0.58, Alembic 1.20.1, Python 3.11.
# Input: postgresql.ENUM("low", "high", name="urgency", create_type=False) on a column, the documented way to use a type
# that somebody else creates, rendered by Alembic's own autogenerate.
# Expected: the revision keeps create_type=False.
# Behaviour: it writes postgresql.ENUM('low', 'high', name='urgency'). In op.create_table that begins with CREATE TYPE,
# which fails where the type exists.
# Output seen:
#   model creates the type:    False
#   revision: postgresql.ENUM('low', 'high', name='urgency')
#   revision creates the type: True
# What follows for us: types have operations of their own in revisions, and columns name them without creating them.
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

kind = postgresql.ENUM("low", "high", name="urgency", create_type=False)
code = render_python_code(ops.UpgradeOps([ops.AddColumnOp("calls", sa.Column("urgency", kind))]))
written = re.search(r"postgresql\.ENUM\(.*?\)", code)[0]
print("model creates the type:   ", kind.create_type)
print("revision:", written)
print("revision creates the type:", eval(written).create_type)
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
model creates the type:    False
revision: postgresql.ENUM('low', 'high', name='urgency')
revision creates the type: True
TEXT
diff expected seen
