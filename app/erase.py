"""`concierge erase ID`: erasing somebody from the terminal, for requests that reach whoever runs the bot."""

import asyncio
import sys
from collections.abc import Callable
from datetime import timedelta

from app.boot import await_database
from app.config import Settings, database_of
from app.core.clock import utc_now
from app.core.errors import BotError
from app.core.privacy.declared import TABLES
from app.core.privacy.tombstones import EVERYWHERE, Tombstone
from app.core.settings.kinds import MAX_ID
from app.db import DatabaseUrl, create_engine, session_factory
from app.erasures import ErasureFile
from app.uow import UnitOfWorkFactory

OK, NOT_DONE = 0, 1
PATIENCE_SECONDS = 5.0


def run(settings: Settings, user_id: str, *, is_sure: bool, ask: Callable[[str], str] = input) -> int:
    """Erase somebody everywhere and print what was done; return the exit status: 0, or 1 if nothing was done."""
    if not (user_id.isascii() and user_id.isdigit() and 0 < int(user_id) <= MAX_ID):
        print("The id of a person is needed: digits alone, as Discord writes it.", file=sys.stderr)
        return NOT_DONE
    try:
        with database_of(settings) as (database, _):
            return asyncio.run(_erase(settings, database, int(user_id), None if is_sure else ask))
    except (BotError, OSError) as error:
        print(error, file=sys.stderr)
        return NOT_DONE


async def _erase(settings: Settings, database: DatabaseUrl, user_id: int, ask: Callable[[str], str] | None) -> int:
    await await_database(database, patience_seconds=PATIENCE_SECONDS)
    engine = create_engine(database, application_name="concierge erase")
    uow = UnitOfWorkFactory(session_factory(engine))
    known = ErasureFile(settings.data_dir, keep=timedelta(days=settings.keep_erasures_days))
    try:
        async with uow.reading() as work:
            places = await work.personal_data.places(EVERYWHERE)
            found = await work.personal_data.export(user_id, places)
        rows = {name: sum(len(tables.get(name, ())) for tables in found.values()) for name in TABLES}
        if not any(rows.values()):
            print(f"Nothing is stored about {user_id}.")
            return OK
        for name, count in rows.items():
            if count:
                print(f"{name}: {count} rows. {TABLES[name].erased.english}")
        if ask is not None and ask(f"Erase {user_id} in all servers? This cannot be undone. [y/N] ").lower() != "y":
            print("Nothing was erased.")
            return NOT_DONE
        # First, so that a restored backup is cleared even if this ends in between.
        tombstone = Tombstone.new(user_id, EVERYWHERE, utc_now(), is_complete=True)
        known.add(tombstone)
        async with uow() as work:
            erasure = await work.personal_data.erase(tombstone, by_operator=True)
    finally:
        await engine.dispose()
    for name, one in erasure.tables.items():
        print(f"{name}: {one.deleted} deleted, {one.changed} without them now.")
        if (stays := TABLES[name].stays) is not None:
            print(f"  Stays: {stays.english}")
    if erasure.open_tickets:
        print(f"Tickets that are still open, and are erased when they are closed: {erasure.open_tickets}")
    return OK
