"""Every change of models in the table becomes a revision that does it, that ends in peace, and that can be undone."""

import asyncio
from collections.abc import Generator

import pytest

from app.db import DatabaseUrl
from tests.fixtures.installed_postgres import DIRECTORY, installed
from tests.fixtures.postgres import fetchval
from tests.migrations.changes import cycle
from tests.migrations.changes.row import Change
from tests.migrations.changes.table import CHANGES

# Alembic about computed defaults and the like: what the revision then does is what counts.
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.long]


@pytest.fixture(scope="module")
def postgresql_15() -> Generator[DatabaseUrl]:
    if not DIRECTORY.exists():
        pytest.skip("PostgreSQL 15 is not installed (Debian's package is postgresql-15)")
    with installed(DIRECTORY) as address:
        yield address


def test_every_row_has_a_name_of_its_own():
    assert len({change.name for change in CHANGES}) == len({change.key for change in CHANGES}) == len(CHANGES)


@pytest.mark.long
def test_every_change_holds_on_this_server(server: DatabaseUrl, subtests: pytest.Subtests):
    _hold(server, subtests)


@pytest.mark.long
def test_every_change_holds_on_postgresql_15(postgresql_15: DatabaseUrl, subtests: pytest.Subtests):
    _hold(postgresql_15, subtests)


def _hold(server: DatabaseUrl, subtests: pytest.Subtests) -> None:
    version = _version(server)
    possible = [change for change in CHANGES if change.since <= version]
    outcomes = cycle.run(server, [change for change in possible if not change.refused])
    for change in possible:
        with subtests.test(change.name):
            if change.refused:
                _is_refused(server, change)
            else:
                told = cycle.faults(change, outcomes[change.name])
                assert not told, "\n".join(told)


def _is_refused(server: DatabaseUrl, change: Change) -> None:
    outcome = cycle.run(server, [change])[change.name]
    assert isinstance(outcome, Exception)
    assert change.refused in str(outcome)


def _version(server: DatabaseUrl) -> int:
    return int(asyncio.run(fetchval(server, "SELECT current_setting('server_version_num')"))) // 10000
