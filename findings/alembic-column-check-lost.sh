#!/bin/sh
# A generated Alembic revision leaves out a check of a new table, if the check stands in its column.
#
# Versions: SQLAlchemy 2.0.58, Alembic 1.20.1, Python 3.11.
# Input: a model of a new table with one CheckConstraint in the table and one in a column, as SQLAlchemy's documentation
# writes both; Alembic's own comparison with an empty database.
# Expected: both checks are in the revision, as both are in the CREATE TABLE that SQLAlchemy makes of the model.
# Behaviour: only the check of the table is. There is no warning, and comparing again finds nothing.
# Output seen:
#   length_is_positive: in CREATE TABLE True, in the revision True
#   size_is_positive: in CREATE TABLE True, in the revision False
# What follows for us: checks of columns are written beside the table.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sqlalchemy==2.0.58 alembic==1.20.1
cd "$work"
cat > look.py <<'PYTHON'
import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext

metadata = sa.MetaData()
calls = sa.Table(
    "calls",
    metadata,
    sa.Column("size", sa.Integer, sa.CheckConstraint("size > 0", name="size_is_positive")),
    sa.Column("length", sa.Integer),
    sa.CheckConstraint("length > 0", name="length_is_positive"),
)
with sa.create_engine("sqlite://").connect() as connection:
    revision = render_python_code(produce_migrations(MigrationContext.configure(connection), metadata).upgrade_ops)
created = str(sa.schema.CreateTable(calls))
for name in ("length_is_positive", "size_is_positive"):
    print(f"{name}: in CREATE TABLE {name in created}, in the revision {name in revision}")
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
length_is_positive: in CREATE TABLE True, in the revision True
size_is_positive: in CREATE TABLE True, in the revision False
TEXT
diff expected seen
