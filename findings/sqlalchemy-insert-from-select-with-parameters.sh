#!/bin/sh
# An ORM insert from a select that returns its entity works without parameters, and fails with an internal error with one.
#
# Versions: SQLAlchemy 2.0.58 with Python's sqlite3, Python 3.11. It is the same with asyncpg and PostgreSQL.
# Input: insert(Thing).from_select(["name"], select(bindparam("called"))).returning(Thing), run by a Session with
# {"called": ...}; and the same with the value in the statement.
# Expected: both return the object that was inserted, or a message that says what is not supported.
# Behaviour: a dictionary of parameters makes the ORM take the statement for a bulk insert of rows, whose columns the
# names of the parameters would be. It fails with AttributeError inside SQLAlchemy. The execution option
# dml_strategy="raw" runs it, and returns the key instead of the object; dml_strategy="orm" does both.
# Output seen:
#   value in the statement: Thing
#   as a parameter: AttributeError 'str' object has no attribute 'table'
#   as a parameter, raw: int
#   as a parameter, orm: Thing
# What follows for us: statements that are kept and get their values later say dml_strategy="orm".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check sqlalchemy==2.0.58
cd "$work"
cat > look.py <<'PYTHON'
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "things"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


def inserting(value):
    return sa.insert(Thing).from_select(["name"], sa.select(value)).returning(Thing)


engine = sa.create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    print("value in the statement:", type(session.scalar(inserting(sa.literal("a")))).__name__)
    statement = inserting(sa.bindparam("called", type_=sa.String))
    for said, options in {"": {}, ", raw": {"dml_strategy": "raw"}, ", orm": {"dml_strategy": "orm"}}.items():
        try:
            found = type(session.scalar(statement, {"called": "a"}, execution_options=options)).__name__
        except AttributeError as error:
            found = f"AttributeError {error}"
        print(f"as a parameter{said}:", found)
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
value in the statement: Thing
as a parameter: AttributeError 'str' object has no attribute 'table'
as a parameter, raw: int
as a parameter, orm: Thing
TEXT
diff expected seen
