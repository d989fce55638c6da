"""A database that goes from revision to revision, and what is in it meanwhile."""

from collections.abc import AsyncGenerator
from functools import partial

import asyncpg
import pytest

from app.db import DatabaseUrl
from tests.migrations import running


class Live:
    """The database of a test with a connection that stays while revisions come and go."""

    def __init__(self, database: DatabaseUrl, connection: asyncpg.Connection) -> None:
        self.database, self.set_type_codec = database, connection.set_type_codec
        self.execute, self.fetch = connection.execute, connection.fetch
        self.fetchval, self.fetchrow = connection.fetchval, connection.fetchrow
        self.upgrade, self.downgrade = partial(running.upgrade, database), partial(running.downgrade, database)
        self.contents, self.catalogue = partial(running.contents, database), partial(running.catalogue, database)
        self.filled = partial(running.filled, database)


@pytest.fixture
async def live(empty_database: DatabaseUrl) -> AsyncGenerator[Live]:
    async with running.connected(empty_database) as connection:
        yield Live(empty_database, connection)
