"""Who is asking."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in a guild, with what Discord says they may do there.

    Services take one wherever a row is fetched or changed on somebody's behalf, so that neither the guild
    nor the person can be forgotten.
    """

    guild_id: int
    user_id: int
    is_manager: bool = False
    """May change how the bot behaves in this guild (Discord's Manage Server, or administrator)."""
    is_staff: bool = False
    """May act on what belongs to others (Discord's Manage Messages, or a manager)."""
    role_ids: frozenset[int] = frozenset()
    """The roles that Discord sent along; none in a direct message."""
    is_operator: bool = False
    """Runs the bot itself (app.core.operators)."""
