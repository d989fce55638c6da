"""Who may run the bot itself: apply migrations, see its inside."""

from collections.abc import Iterable

from app.core.errors import NotAllowed


class NotAnOperator(NotAllowed):
    """This person does not run the bot."""

    def __init__(self) -> None:
        super().__init__(
            "Only the people who run this bot may do that. Being an administrator of a server is not enough."
        )


class Operators:
    """The application's owner or team, the ids in BOT_ADMIN_IDS, and the administrators of the home server."""

    def __init__(self, admin_ids: Iterable[int], home_guild_id: int | None) -> None:
        self._ids = frozenset(admin_ids)
        self._home_guild_id = home_guild_id
        self._owners: frozenset[int] = frozenset()

    def learn_owners(self, ids: Iterable[int]) -> None:
        """Remember whom Discord names as owner or team of the application."""
        self._owners = frozenset(ids)

    def include(self, *, user_id: int, guild_id: int | None, is_administrator: bool) -> bool:
        """Tell whether this person runs the bot; `is_administrator` is about the server of `guild_id`."""
        at_home = guild_id is not None and guild_id == self._home_guild_id
        return user_id in self._ids or user_id in self._owners or (at_home and is_administrator)
