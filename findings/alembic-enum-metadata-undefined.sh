#!/bin/sh
# A generated Alembic revision does not run if an enum of the model says with which tables it is created.
#
# Versions: SQLAlchemy 2.0.58, Alembic 1.20.1, Python 3.11.
# Input: sa.Enum("low", "high", name="urgency", metadata=metadata) on a column, the documented way to create a type that
# several tables share only once; rendered by Alembic's own autogenerate.
# Expected: the revision has a type that can be made, with or without its metadata.
# Behaviour: it has metadata=MetaData(), and neither defines nor imports that name.
# Output seen:
#   revision: sa.Enum('low', 'high', name='urgency', metadata=MetaData())
#   running it: name 'MetaData' is not defined
# What follows for us: types have operations of their own in revisions, and columns name them without their metadata.
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

kind = sa.Enum("low", "high", name="urgency", metadata=sa.MetaData())
code = render_python_code(ops.UpgradeOps([ops.AddColumnOp("calls", sa.Column("urgency", kind))]))
written = re.search(r"sa\.Enum\(.*?\)\)", code)[0]
print("revision:", written)
try:
    eval(written)
except NameError as error:
    print("running it:", error)
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
revision: sa.Enum('low', 'high', name='urgency', metadata=MetaData())
running it: name 'MetaData' is not defined
TEXT
diff expected seen
