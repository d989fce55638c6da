"""The database of the settings, for migrations."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.db import DatabaseUrl

if TYPE_CHECKING:
    from app.config import Settings


@contextmanager
def configured_database(settings: "Settings | None" = None) -> Generator[tuple[DatabaseUrl, Path]]:
    """Yield the database for migrations according to the settings, and the directory for backups.

    Reads the settings unless they are given. The embedded server, if it is used, runs as long as the block.
    """
    from app.config import database_of, load_settings

    settings = load_settings() if settings is None else settings
    with database_of(settings) as (_, database):
        yield database, settings.data_dir / "backups"
