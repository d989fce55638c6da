#!/bin/sh
# The rows of a query of two columns cannot be made into a dictionary with dict(result): a result passes for a mapping.
#
# Versions: SQLAlchemy 2.0.58 with Python's sqlite3, Python 3.11. It is the same with asyncpg and PostgreSQL.
# Input: dict() of the result of a query of two columns, whose rows are pairs; a comprehension over the same rows; and
# dict() of the list that all() returns. Linters suggest the first in the place of the second.
# Expected: all three give the same dictionary.
# Behaviour: a result has a method keys(), which names its columns. dict() takes it for a mapping and asks for
# result["name"], which fails with TypeError, about subscripts.
# Output seen:
#   dict(result): TypeError 'CursorResult' object is not subscriptable
#   comprehension: {'a': 1, 'b': 2}
#   dict(result.all()): {'a': 1, 'b': 2}
# What follows for us: pairs are read with a comprehension.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sqlalchemy==2.0.58
cd "$work"
cat > look.py <<'PYTHON'
import sqlalchemy as sa

query = sa.text("SELECT 'a' AS name, 1 AS number UNION ALL SELECT 'b', 2")
with sa.create_engine("sqlite://").connect() as connection:
    try:
        print("dict(result):", dict(connection.execute(query)))
    except TypeError as error:
        print("dict(result): TypeError", error)
    print("comprehension:", {name: number for name, number in connection.execute(query)})
    print("dict(result.all()):", dict(connection.execute(query).all()))
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
dict(result): TypeError 'CursorResult' object is not subscriptable
comprehension: {'a': 1, 'b': 2}
dict(result.all()): {'a': 1, 'b': 2}
TEXT
diff expected seen
