"""What managers set up: types, panels and blocked members. All of it goes through the settings, which know its history.

Whoever adds or changes something waits for others who do, so that no key is given twice and no limit is overrun.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound
from app.core.storable import is_storable
from app.core.tickets import limits
from app.core.tickets.errors import NoSuchPanel, NoSuchType
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.setup_rules import checked_panel, checked_type
from app.core.tickets.types import BLOCKED, PANELS, TYPES, Blocked, Panel, Structure, TicketType, to_json
from app.models import SettingsHistory
from app.models.support_ticket import SupportTicket
from app.services.structures import Settings, next_key, require_change, structure, wait_for_others
from app.services.tickets.access import UNFINISHED
from app.services.tickets.managing import require_manager

MAX_REASON = 300


class TicketSetupService:
    """Adds, changes and removes what a server has set up for its tickets."""

    def __init__(self, session: AsyncSession, clock: Clock, settings: Settings) -> None:
        self._session = session
        self._clock = clock
        self._settings = settings

    # Types

    async def add_type(self, actor: Actor, kind: TicketType) -> SettingsHistory:
        """Add a type, with a key that no other ever had. Raises ManagersOnly, InvalidInput, LimitReached."""
        policy = await self._locked(actor)
        if len(policy.types) >= limits.MAX_TYPES:
            raise LimitReached("A server has at most {count} ticket types. Remove one first.", count=limits.MAX_TYPES)
        checked = _checked(kind, policy)
        offered = [key for panel in policy.panels.values() for key in panel.type_keys]
        key = await next_key(self._session, actor.guild_id, TYPES, offered)
        return await self._write(actor, TYPES, key, checked)

    async def change_type(self, actor: Actor, key: str, change: Callable[[TicketType], TicketType]) -> SettingsHistory:
        """Change a type as it is now. Raises ManagersOnly, NoSuchType, InvalidInput, Conflict."""
        policy = await self._locked(actor)
        found = policy.types.get(key)
        if found is None:
            raise NoSuchType
        return await self._write(actor, TYPES, key, _checked(change(found), policy), old=found)

    async def remove_type(self, actor: Actor, key: str) -> tuple[TicketType, SettingsHistory, int]:
        """Remove a type; return also how many tickets of it are open, which stay. Raises ManagersOnly, NoSuchType."""
        policy = await self._locked(actor)
        found = policy.types.get(key)
        if found is None:
            raise NoSuchType
        open_ones = await self._session.scalar(
            select(func.count()).where(SupportTicket.guild_id == actor.guild_id, SupportTicket.type == key, UNFINISHED)
        )
        return found, await self._settings.reset(actor, structure(TYPES, key)), open_ones or 0

    # Panels

    async def add_panel(self, actor: Actor, panel: Panel) -> tuple[Panel, SettingsHistory]:
        """Write a panel whose message is to be posted. Raises ManagersOnly, InvalidInput, LimitReached."""
        policy = await self._locked(actor)
        if len(policy.panels) >= limits.MAX_PANELS:
            raise LimitReached("A server has at most {count} panels. Remove one first.", count=limits.MAX_PANELS)
        key = await next_key(self._session, actor.guild_id, PANELS)
        made = replace(_checked_panel(panel, policy), key=key, message_id=None)
        return made, await self._write(actor, PANELS, key, made)

    async def change_panel(
        self, actor: Actor, key: str, change: Callable[[Panel], Panel]
    ) -> tuple[Panel, SettingsHistory]:
        """Change a panel as it is now. Raises ManagersOnly, NoSuchPanel, InvalidInput, Conflict."""
        policy = await self._locked(actor)
        found = policy.panels.get(key)
        if found is None:
            raise NoSuchPanel
        made = _checked_panel(change(found), policy)
        return made, await self._write(actor, PANELS, key, made, old=found)

    async def posted(self, panel: Panel, change: SettingsHistory, message_id: int) -> Panel:
        """Write down the message of a panel, as a part of the change for which it was posted. Raises ChangedSince."""
        made = replace(panel, message_id=message_id)
        await self._settings.complete(change, to_json(made))
        return made

    async def remove_panel(self, actor: Actor, key: str) -> tuple[Panel, SettingsHistory]:
        """Remove a panel. Raises ManagersOnly, NoSuchPanel."""
        policy = await self._locked(actor)
        found = policy.panels.get(key)
        if found is None:
            raise NoSuchPanel
        return found, await self._settings.reset(actor, structure(PANELS, key))

    # Blocked members

    async def block(
        self, actor: Actor, user_id: int, *, reason: str = "", until: datetime | None = None
    ) -> SettingsHistory:
        """Let a member open no tickets, also after leaving and coming back. Raises NotAllowed, InvalidInput."""
        policy = await self._locked(actor, by_staff=True)
        reason = reason.strip()
        if len(reason) > MAX_REASON or not is_storable(reason):
            raise InvalidInput("A reason may have at most {maximum} characters.", maximum=MAX_REASON)
        now, key = self._clock(), str(user_id)
        if until is not None and until <= now:
            raise InvalidInput("`until` takes a time in the future, such as `3d` or `monday 9am`.")
        holding = [one for one in policy.blocked.values() if one.holds(now)]
        if key not in policy.blocked and len(holding) >= limits.MAX_BLOCKED:
            raise LimitReached(
                "{count} members are blocked, which is as many as can be. Unblock some first.", count=limits.MAX_BLOCKED
            )
        return await self._write(actor, BLOCKED, key, Blocked(key, reason, until), old=policy.blocked.get(key))

    async def unblock(self, actor: Actor, user_id: int) -> SettingsHistory:
        """Let a member open tickets again. Raises NotAllowed, NotFound."""
        policy = await self._locked(actor, by_staff=True)
        if str(user_id) not in policy.blocked:
            raise NotFound("<@{person}> is not blocked.", person=user_id)
        return await self._settings.reset(actor, structure(BLOCKED, str(user_id)))

    async def _locked(self, actor: Actor, *, by_staff: bool = False) -> TicketPolicy:
        if by_staff:
            require_staff(actor)
        else:
            require_manager(actor)
        await wait_for_others(self._session, actor.guild_id)
        return TicketPolicy.of(await self._settings.get_snapshot(actor.guild_id))

    async def _write(
        self, actor: Actor, scope: str, key: str, made: Structure, *, old: Structure | None = None
    ) -> SettingsHistory:
        require_change(made, old)
        return await self._settings.change(actor, structure(scope, key), to_json(made))


def require_staff(actor: Actor) -> None:
    """Raise NotAllowed unless this person may block members."""
    if not actor.is_staff:
        raise NotAllowed("Only staff may block members from opening tickets.")


def _checked(kind: TicketType, policy: TicketPolicy) -> TicketType:
    made = checked_type(kind)
    same = (one for key, one in policy.types.items() if key != kind.key and one.name.casefold() == made.name.casefold())
    if next(same, None) is not None:
        raise Conflict("There is a ticket type “{name}” already.", name=made.name)
    return made


def _checked_panel(panel: Panel, policy: TicketPolicy) -> Panel:
    made = checked_panel(panel)
    known = tuple(key for key in policy.types if key in panel.type_keys)
    if not known:
        raise InvalidInput("Choose at least one ticket type that there is. `/tickets type list` shows them.")
    return replace(made, type_keys=known)
