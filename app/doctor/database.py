"""The database: whether it answers, what it is, how large, and whether its schema is the right one."""

from collections.abc import AsyncGenerator, Iterator

from sqlalchemy.ext.asyncio import AsyncSession

from app import boot
from app.config import MigrationsOnBoot, Settings
from app.core.errors import BotError, DatabaseUnreachable
from app.core.health.database import DatabaseFacts
from app.db import DatabaseUrl, create_engine, pooling_of
from app.doctor import choices
from app.doctor.choices import Choices
from app.doctor.line import Line
from app.migrate.connection import letters
from app.migrate.migrator import Migrator
from app.migrate.status import NO_PLACE, State
from app.pooler import Pooling
from app.services.health.database import HealthDatabaseService
from app.ui.health.check import size

PATIENCE_SECONDS = 5.0
MAX_TABLES = 4
"""The largest, which are named."""


async def lines(
    settings: Settings, database: DatabaseUrl, migrations: DatabaseUrl, found: Choices
) -> AsyncGenerator[Line]:
    """Look at the database; `found` gets what servers chose, if its schema is the one that this release knows."""
    origin = "embedded" if settings.database_url is None else str(database)
    addresses = {"database": database} | (
        {"direct connection for migrations": migrations} if migrations != database else {}
    )
    for name, address in addresses.items():
        try:
            await boot.await_database(address, patience_seconds=PATIENCE_SECONDS)
        except DatabaseUnreachable as error:
            yield Line(name, str(error), "Check the address, the server and its firewall.")
            return
    pooling = await pooling_of(database)
    pooled = f", through {pooling.value}" if pooling is not Pooling.NONE else ""
    yield Line("database", f"{origin} answers{pooled}")
    if await pooling_of(migrations) is Pooling.TRANSACTION:
        fix = "Set MIGRATION_DATABASE_URL to a direct connection, or to a pool in session mode."
        yield Line("schema", "cannot be checked or migrated through the pooler", fix)
        return
    try:
        status = await Migrator(migrations, backups=settings.data_dir / "backups").status()
    except (BotError, ValueError) as error:
        yield Line("schema", str(error), "Check the files in migrations/versions.")
        return
    is_there = status.state not in NO_PLACE
    engine = create_engine(database, pool_size=1, application_name="concierge doctor", pooling=pooling)
    try:
        if is_there:
            async with AsyncSession(engine) as session:
                facts = await HealthDatabaseService(session).facts()
            for line in _facts(facts):
                yield line
        if settings.boot_mode is MigrationsOnBoot.AUTO and status.state in {State.EMPTY, State.BEHIND}:
            yield Line("schema", f"{status.sentence} `run` brings it to {status.head}.")
        else:
            yield Line("schema", str(status.sentence), status.fix)
        if is_there:
            known = await letters.fetch(migrations)
            yield Line("letters", known.told, known.fix)
        if status.state is State.AT_HEAD:
            await choices.read(found, engine)
            for line in choices.lines(found):
                yield line
    finally:
        await engine.dispose()


def _facts(facts: DatabaseFacts) -> Iterator[Line]:
    extensions = ", ".join(facts.extensions) or "none"
    letters_ = f"encoding {facts.encoding}, character type {facts.character_type}, provider {facts.provider}"
    yield Line("PostgreSQL", f"{facts.version}; {letters_}; extensions: {extensions}")
    since = f"{facts.since:%Y-%m-%d}" if facts.since is not None else "the server began to count"
    named = [
        f"{one.name} {size(one.size)} with about {one.rows:,} rows ({one.added:+,})"
        for one in facts.tables[:MAX_TABLES]
    ]
    largest = f"; the largest are {', '.join(named)}, where + is what was added since {since}" if named else ""
    yield Line("size", f"{size(facts.size)} in all{largest}")
