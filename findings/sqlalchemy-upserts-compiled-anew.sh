#!/bin/sh
# SQLAlchemy compiles an insert of a dialect again each time it is executed, with or without ON CONFLICT.
#
# Versions: SQLAlchemy 2.0.58, Python 3.11.
# Input: one hundred inserts of one number each, written with sqlalchemy.insert and with the insert of the dialect, which is
# the one that has on_conflict_do_nothing; and one such statement that is made once and executed with other parameters.
# Expected: one compilation for a hundred, since only a value differs: the cache of statements is there for that.
# Behaviour: every one is compiled, also where the same object is executed. Those of SQLite, PostgreSQL and MySQL have no key
# for the cache. Nothing warns of it; the log says "generated in" instead of "cached since".
# Output seen:
#   sqlalchemy.insert: 1 of 100 compiled
#   insert of the dialect: 100 of 100 compiled
#   insert of the dialect, on conflict: 100 of 100 compiled
#   the same object, on conflict: 100 of 100 compiled
#   key for the cache: sqlite False, postgresql False, mysql False
# What follows for us: where it counts, a plain insert is made from a select that ends in ON CONFLICT, which is cached.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sqlalchemy==2.0.58
cd "$work"
cat > look.py <<'PYTHON'
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite

numbers = sa.Table("numbers", sa.MetaData(), sa.Column("number", sa.Integer, primary_key=True))
engine = sa.create_engine("sqlite://")
numbers.create(engine)
compilations = []


class Counting(engine.dialect.statement_compiler):
    def __init__(self, *arguments, **named):
        compilations.append(1)
        super().__init__(*arguments, **named)


engine.dialect.statement_compiler = Counting


def count(name, execute):
    compilations.clear()
    with engine.begin() as connection:
        for number in range(100):
            execute(connection, number)
    print(f"{name}: {len(compilations)} of 100 compiled")


once = sqlite.insert(numbers).on_conflict_do_nothing()
count("sqlalchemy.insert", lambda to, n: to.execute(sa.insert(numbers).values(number=n)))
count("insert of the dialect", lambda to, n: to.execute(sqlite.insert(numbers).values(number=n + 1000)))
count(
    "insert of the dialect, on conflict",
    lambda to, n: to.execute(sqlite.insert(numbers).values(number=n).on_conflict_do_nothing()),
)
count("the same object, on conflict", lambda to, n: to.execute(once, {"number": n}))
dialects = {"sqlite": sqlite, "postgresql": postgresql, "mysql": mysql}
keys = (f"{name} {one.insert(numbers)._generate_cache_key() is not None}" for name, one in dialects.items())
print("key for the cache:", ", ".join(keys))
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
sqlalchemy.insert: 1 of 100 compiled
insert of the dialect: 100 of 100 compiled
insert of the dialect, on conflict: 100 of 100 compiled
the same object, on conflict: 100 of 100 compiled
key for the cache: sqlite False, postgresql False, mysql False
TEXT
diff expected seen
