#!/bin/sh
# Writing an Alembic operation down changes the model: its table has the same check once more each time.
#
# Versions: SQLAlchemy 2.0.58, Alembic 1.20.1, Python 3.11.
# Input: AddConstraintOp.from_constraint for a check made of a column (calls.c.size > 0), rendered twice as a revision
# would have it, as a Rewriter or a comparison of one's own does.
# Expected: rendering reads the constraint.
# Behaviour: it makes a copy to read from, and as the columns of the check belong to the model's table, the copy attaches
# itself there. A CREATE TABLE made afterwards names the check several times, which servers refuse.
# Output seen:
#   before: the model has 1
#   rendered once: the model has 2
#   rendered twice: the model has 3
# What follows for us: checks that are added to tables are made of text.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sqlalchemy==2.0.58 alembic==1.20.1
cd "$work"
cat > look.py <<'PYTHON'
import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.operations import ops

calls = sa.Table("calls", sa.MetaData(), sa.Column("size", sa.Integer))
check = sa.CheckConstraint(calls.c.size > 0, name="size_is_positive")


def count() -> str:
    return f"the model has {str(sa.schema.CreateTable(calls)).count('CHECK')}"


print("before:", count())
for time in ("once", "twice"):
    render_python_code(ops.UpgradeOps([ops.AddConstraintOp.from_constraint(check)]))
    print(f"rendered {time}:", count())
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
before: the model has 1
rendered once: the model has 2
rendered twice: the model has 3
TEXT
diff expected seen
