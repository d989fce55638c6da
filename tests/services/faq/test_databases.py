"""That the search of the FAQ needs no extension of a database, no character type and not the newest PostgreSQL."""

from collections.abc import Generator
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import DatabaseUrl, create_engine
from app.models.base import Base
from tests.fixtures.faq.found import everything_is_found, fill
from tests.fixtures.installed_postgres import DIRECTORY, installed
from tests.fixtures.postgres import execute


@pytest.fixture(scope="module")
def postgresql_15() -> Generator[DatabaseUrl]:
    if not DIRECTORY.exists():
        pytest.skip("PostgreSQL 15 is not installed (Debian's package is postgresql-15)")
    with installed(DIRECTORY) as address:
        yield address


async def found_in(server: DatabaseUrl, locale: str) -> None:
    name = f"test_{uuid4().hex}"
    await execute(
        server, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE '{locale}'"
    )
    engine = create_engine(server.with_database(name))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with AsyncSession(engine) as session:
            await fill(session)
            await everything_is_found(session)
            for extension in ("pg_trgm", "unaccent"):
                await session.execute(text(f"CREATE EXTENSION {extension}"))
            await everything_is_found(session)
    finally:
        await engine.dispose()
        await execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
async def test_everything_is_found_on_this_server(server: DatabaseUrl, locale: str) -> None:
    await found_in(server, locale)


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
async def test_everything_is_found_on_postgresql_15(postgresql_15: DatabaseUrl, locale: str) -> None:
    await found_in(postgresql_15, locale)
