"""What is asked of a run of migrations, and by whom."""

import getpass
import socket
from dataclasses import field
from pathlib import Path

from app.core.records import record
from app.migrate.connection.options import Options
from app.migrate.run import progress

KEPT_BACKUPS = 5


@record
class Author:
    """Who asked for a run: a member of a server, or somebody at a terminal (both ids 0)."""

    name: str
    user_id: int = 0
    guild_id: int = 0

    @classmethod
    def at_the_terminal(cls) -> "Author":
        """Name the user of this system."""
        try:
            user = getpass.getuser()
        except (KeyError, OSError):  # a container may run under a number that has no name
            user = "unknown"
        return cls(f"{user}@{socket.gethostname()}")


@record
class Order:
    """What env.py needs to know beyond the command itself."""

    command: str
    author: Author
    options: Options = field(default_factory=Options)
    report: progress.Report = progress.to_log
    digest: str | None = None
    """Of the plan that was confirmed; None when nobody confirmed one."""
    unattended: bool = False
    """Whether nobody has looked at the plan; then nothing is deleted."""
    backups: Path | None = None
    keep: int = KEPT_BACKUPS
