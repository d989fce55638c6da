"""Which database migrations are for, when nobody hands one over."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.db import DatabaseUrl

if TYPE_CHECKING:
    from app.config import Settings


@contextmanager
def configured_database(settings: "Settings | None" = None) -> Generator[tuple[DatabaseUrl, Path]]:
    """Yield where migrations go according to the settings, and the directory for backups.

    Reads the settings unless they are given. The embedded server, if it is the one, runs for as long as the block.
    """
    from app.config import database_of, load_settings

    settings = load_settings() if settings is None else settings
    with database_of(settings) as (_, database):
        yield database, settings.data_dir / "backups"
