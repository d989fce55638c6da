#!/bin/sh
# A copied table gets another default: SQLAlchemy takes a word after a colon in a default that it read for a parameter.
#
# Versions: SQLAlchemy 2.0.58 with Python's sqlite3, Python 3.11. It is the same with asyncpg and PostgreSQL.
# Input: a table with DEFAULT 'at :noon', read with autoload_with and created in another database with create_all, the
# documented way to copy a schema.
# Expected: the copy has the default that was read, or an error.
# Behaviour: the copy has DEFAULT 'at NULL', without an error or a warning. 'at 12:30' stays, as 30 is no name.
# Output seen:
#   original: [(1, 'at :noon', 'at 12:30')]
#   copy:     [(1, 'at NULL', 'at 12:30')]
# What follows for us: colons in whatever is read from a database are marked before SQLAlchemy or Alembic see them.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sqlalchemy==2.0.58
cd "$work"
cat > look.py <<'PYTHON'
import sqlalchemy as sa

original, copy = sa.create_engine("sqlite:///original.db"), sa.create_engine("sqlite:///copy.db")
with original.begin() as connection:
    connection.exec_driver_sql("CREATE TABLE calls (id integer, lunch text DEFAULT 'at :noon', tea text DEFAULT 'at 12:30')")
    metadata = sa.MetaData()
    sa.Table("calls", metadata, autoload_with=connection)
metadata.create_all(copy)
for name, engine in {"original:": original, "copy:    ": copy}.items():
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO calls (id) VALUES (1)")
        print(name, connection.exec_driver_sql("SELECT * FROM calls").all())
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
original: [(1, 'at :noon', 'at 12:30')]
copy:     [(1, 'at NULL', 'at 12:30')]
TEXT
diff expected seen
