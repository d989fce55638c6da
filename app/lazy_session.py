"""Sessions that are made when they are needed: making one takes as long as carrying out a statement past it."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

MADE_LATER = frozenset({"bind", "binds", "sync_session", "_proxied"})
"""What SQLAlchemy's session sets when it is made, and looks for in all that it does."""


class LazySession(AsyncSession):
    """A session of which only the `info` is there until it is used for anything else."""

    def __init__(self, bind: Any = None, *, info: dict[Any, Any] | None = None, **options: Any) -> None:
        self._own_info: dict[Any, Any] = {} if info is None else info
        self._options = options | {"bind": bind}

    def __getattr__(self, name: str) -> Any:
        if name not in MADE_LATER:
            raise AttributeError(name)
        super().__init__(**self._options)
        # The same one, not a copy: whoever has it already goes on noting there what is done.
        vars(self.sync_session)["info"] = self._own_info
        return vars(self).get(name)

    @property
    def is_made(self) -> bool:
        """Whether there is a whole session: it may hold a connection, and something to write."""
        return "sync_session" in vars(self)

    @property
    def info(self) -> dict[Any, Any]:
        """What is known of the session, which it keeps when it is made."""
        return self._own_info

    def in_transaction(self) -> bool:
        """Tell whether it has begun something."""
        return self.is_made and super().in_transaction()

    async def close(self) -> None:
        """Give back what it holds."""
        if self.is_made:
            await super().close()
