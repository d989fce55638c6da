#!/bin/sh
# A generated Alembic revision has another default than its model, if the text begins or ends with an apostrophe.
#
# Versions: SQLAlchemy 2.0.58, Alembic 1.20.1, Python 3.11.
# Input: server_default="rock 'n'", a plain string, which SQLAlchemy itself makes DEFAULT 'rock ''n'''; rendered by
# Alembic's own autogenerate.
# Expected: the revision has the string of the model.
# Behaviour: it takes one apostrophe from the beginning and one from the end, whether they are a pair or not.
# Output seen:
#   model: "rock 'n'"   revision: "rock 'n"
#   model: "'tis late"  revision: 'tis late'
#   model: "it's"       revision: "it's"
# What follows for us: defaults are compared and written by the catalogue of the server that has the models' own.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sqlalchemy==2.0.58 alembic==1.20.1
cd "$work"
cat > look.py <<'PYTHON'
import ast

import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.operations import ops

for model in ("rock 'n'", "'tis late", "it's"):
    column = sa.Column("said", sa.Text, server_default=model)
    code = render_python_code(ops.UpgradeOps([ops.AddColumnOp("calls", column)]))
    written = [one.value.value for one in ast.walk(ast.parse(f"if True:\n    {code.strip()}")) if isinstance(one, ast.keyword) and one.arg == "server_default"]
    print("model:", repr(model).ljust(11), "revision:", *map(repr, written))
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
model: "rock 'n'"  revision: "rock 'n"
model: "'tis late" revision: 'tis late'
model: "it's"      revision: "it's"
TEXT
diff expected seen
