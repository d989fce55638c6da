"""Rules as managers work on them, before they are published: adding, editing, moving and removing.

Whoever changes or publishes rules waits for others who do, so that no place is given twice.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import BigInteger, Integer, bindparam, cast, column, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, InvalidInput, LimitReached
from app.core.onboarding import limits
from app.core.onboarding.errors import RuleNotFound
from app.core.onboarding.removed import Removed, Thing
from app.core.onboarding.rules import Rule, checked
from app.models import GuildRule
from app.services.onboarding.managing import require_manager
from app.services.onboarding.removing import Removals
from app.services.onboarding.rows import rules_of
from app.services.structures import Settings

RULES_LOCK = 0x72756C65
OUT_OF_THE_WAY = 100_000
"""More than any place: rules stand there while they change places, as no two may have the same at any moment."""


class RuleService:
    """Sole writer of rules that are not published."""

    def __init__(self, session: AsyncSession, clock: Clock, settings: Settings) -> None:
        self._session = session
        self._clock = clock
        self._removals = Removals(session, clock, settings)

    async def drafts(self, actor: Actor) -> tuple[Rule, ...]:
        """Return the rules that managers work on, in their order. Raises ManagersOnly."""
        require_manager(actor)
        return rules_of(await self._rows(actor))

    async def get(self, actor: Actor, rule_id: int) -> Rule:
        """Return one of them. Raises ManagersOnly, RuleNotFound."""
        return _find(await self.drafts(actor), rule_id)

    async def add(self, actor: Actor, rule: Rule, *, place: int | None = None) -> Rule:
        """Add a rule at a place, by default the last. Raises ManagersOnly, InvalidInput, LimitReached."""
        made = checked(rule)
        rows = await self._locked(actor)
        if len(rows) >= limits.MAX_RULES:
            raise _full()
        at = _place(place, len(rows) + 1)
        row = GuildRule(
            guild_id=actor.guild_id,
            rule_order=max((one.rule_order for one in rows), default=0) + 1,
            **_columns(made),
        )
        self._session.add(row)
        await self._session.flush()
        if at <= len(rows):
            ids = [one.id for one in rows]
            await self._order(actor.guild_id, [*ids[: at - 1], row.id, *ids[at - 1 :]])
        return replace(made, id=row.id, place=at)

    async def edit(self, actor: Actor, was: Rule, rule: Rule) -> Rule:
        """Change a rule that is still as it was seen. Raises ManagersOnly, InvalidInput, RuleNotFound, Conflict."""
        made = checked(rule)
        rows = await self._locked(actor)
        found = _find(rules_of(rows), was.id)
        if (found.said, found.enabled) != (was.said, was.enabled):
            raise Conflict("Somebody else has just changed that rule. Look at it again before you change it.")
        if (found.said, found.enabled) == (made.said, made.enabled):
            raise Conflict("That would change nothing: it is so already.")
        await self._session.execute(
            update(GuildRule)
            .where(GuildRule.id == found.id)
            .values(**_columns(made), updated_at=self._clock())
            .execution_options(synchronize_session=False)
        )
        return replace(made, id=found.id, place=found.place)

    async def move(self, actor: Actor, rule_id: int, place: int) -> tuple[Rule, int]:
        """Give a rule another place, and return it with the place that it had. Raises as `edit`."""
        rows = await self._locked(actor)
        found = _find(rules_of(rows), rule_id)
        at = _place(place, len(rows))
        if at == found.place:
            raise Conflict("That would change nothing: it is so already.")
        ids = [one.id for one in rows if one.id != rule_id]
        await self._order(actor.guild_id, [*ids[: at - 1], rule_id, *ids[at - 1 :]])
        return replace(found, place=at), found.place

    async def remove(self, actor: Actor, rule_id: int) -> Rule:
        """Remove a rule, which can be put back for a while, and return it; versions that have it stay.

        Raises ManagersOnly, RuleNotFound.
        """
        rows = await self._locked(actor)
        found = _find(rules_of(rows), rule_id)
        columns = _columns(found)
        await self._removals.keep(actor, Removed(Thing.RULE, found.id, found.place, self._clock(), columns))
        await self._session.delete(next(one for one in rows if one.id == rule_id))
        await self._session.flush()
        return found

    async def put_back(self, actor: Actor, rule_id: int) -> Rule:
        """Put a rule back that was removed, where it was, and return it.

        Raises ManagersOnly, LimitReached, NothingToPutBack, and Conflict when that is too long ago.
        """
        rows = await self._locked(actor)
        removed = await self._removals.take(actor, Thing.RULE, rule_id)
        if len(rows) >= limits.MAX_RULES:
            raise _full()
        last = max((one.rule_order for one in rows), default=0) + 1
        row = GuildRule(id=removed.id, guild_id=actor.guild_id, rule_order=last, **removed.columns)
        self._session.add(row)
        await self._session.flush()
        ids, at = [one.id for one in rows], min(removed.place - 1, len(rows))
        await self._order(actor.guild_id, [*ids[:at], row.id, *ids[at:]])
        return replace(rules_of([row])[0], place=at + 1)

    async def _rows(self, actor: Actor) -> Sequence[GuildRule]:
        mine = select(GuildRule).where(GuildRule.guild_id == actor.guild_id, GuildRule.version.is_(None))
        return (await self._session.scalars(mine.order_by(GuildRule.rule_order))).all()

    async def _locked(self, actor: Actor) -> Sequence[GuildRule]:
        require_manager(actor)
        await wait_for_editors(self._session, actor.guild_id)
        return await self._rows(actor)

    async def _order(self, guild_id: int, ids: Sequence[int]) -> None:
        drafts = (GuildRule.guild_id == guild_id, GuildRule.version.is_(None))
        quietly = {"synchronize_session": False}
        away = update(GuildRule).where(*drafts).values(rule_order=GuildRule.rule_order + OUT_OF_THE_WAY)
        await self._session.execute(away, execution_options=quietly)
        wanted = (
            func.unnest(bindparam("ids", list(ids), type_=ARRAY(BigInteger)))
            .table_valued(column("id", BigInteger), with_ordinality="place")
            .render_derived(name="wanted")
        )
        placed = update(GuildRule).where(*drafts, GuildRule.id == wanted.c.id)
        await self._session.execute(placed.values(rule_order=cast(wanted.c.place, Integer)), execution_options=quietly)


async def wait_for_editors(session: AsyncSession, guild_id: int) -> None:
    """Wait for everybody who changes or publishes the rules of a server, and let them wait until this is done."""
    await session.execute(select(func.pg_advisory_xact_lock(RULES_LOCK, func.hashint8(guild_id))))


def _find(rules: Sequence[Rule], rule_id: int) -> Rule:
    found = next((one for one in rules if one.id == rule_id), None)
    if found is None:
        raise RuleNotFound
    return found


def _place(place: int | None, last: int) -> int:
    if place is not None and not 1 <= place <= last:
        raise InvalidInput("Choose a place from 1 to {last}.", last=last)
    return last if place is None else place


def _columns(rule: Rule) -> dict[str, object]:
    return {
        "title": rule.title,
        "description": rule.text,
        "thumbnail_url": rule.thumbnail_url or None,
        "image_url": rule.image_url or None,
        "enabled": rule.enabled,
    }


def _full() -> LimitReached:
    return LimitReached("A server has at most {count} rules. Remove one first.", count=limits.MAX_RULES)
