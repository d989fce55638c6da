"""What the operator configures: environment variables and `.env`, read once when the process starts."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Any

from app.config.values import ConfigurationError, MigrationsOnBoot, Settings
from app.db import DatabaseUrl, normalize

__all__ = ["ConfigurationError", "MigrationsOnBoot", "Settings", "database_of", "load_settings"]


def load_settings(**values: Any) -> Settings:
    """Read the environment and `.env`; keyword arguments win over both.

    Raises ConfigurationError with a line per mistake. No line repeats a value: it could be a secret.
    """
    # Imported only here: it brings pydantic, which `app.config.apart` keeps out of the bot.
    from app.config.variables import read

    return read(**values)


@contextmanager
def database_of(settings: Settings) -> Generator[tuple[DatabaseUrl, DatabaseUrl]]:
    """Yield the address for the bot and the one for migrations; serve the embedded database if none is set.

    The embedded server stays up for as long as any process is inside this block. Raises ConfigurationError
    for a directory that cannot be written, and DatabaseUnreachable when the server cannot be started.
    """
    if settings.database_url is not None:
        database = normalize(settings.database_url)
        direct = settings.migration_database_url
        yield database, (normalize(direct) if direct is not None else database)
        return
    from app.local_postgres import DirectoryUnusable, serve

    with ExitStack() as stack:
        try:
            address = stack.enter_context(serve(settings.data_dir))
        except DirectoryUnusable as error:
            raise ConfigurationError([f"DATA_DIR: {error}"]) from error
        database = normalize(address)
        yield database, database
