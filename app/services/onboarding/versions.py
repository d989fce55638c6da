"""Versions of the rules: publishing what managers worked on, and reading what was published."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, cast, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.actor import Actor
from app.core.clock import Clock
from app.core.errors import Conflict, InvalidInput
from app.core.onboarding.errors import VersionNotFound
from app.core.onboarding.posts import POSTS, RULES
from app.core.onboarding.rules import Version, shown, text_hash
from app.core.records import record
from app.models import BotSetting, GuildRule, Onboarding
from app.services.onboarding.managing import require_manager
from app.services.onboarding.queries import RULES_OF_VERSION
from app.services.onboarding.rows import rules_of
from app.services.onboarding.rules import wait_for_editors


class DraftsChanged(Conflict):
    """What would be published is something else than what the manager has seen."""

    def __init__(self) -> None:
        super().__init__("The rules were changed meanwhile. Look at what is new with `/rules publish` again.")


R = GuildRule
Other = aliased(GuildRule)
IN_GUILD = bindparam("in_guild", type_=R.guild_id.type)
LAST = select(func.max(Other.version)).where(Other.guild_id == IN_GUILD).scalar_subquery()
NEWEST = select(R).where(R.guild_id == IN_GUILD, R.version == LAST).order_by(R.rule_order)


@record
class PublishedVersion:
    """One line of the history: a version, how many rules it has, and how many members accepted it last."""

    number: int
    published_at: datetime
    published_by: int | None
    rules: int
    accepted: int


class RuleVersionService:
    """Makes versions, which nobody changes afterwards."""

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def newest(self, guild_id: int) -> Version | None:
        """Return the rules that hold; None before any were published."""
        return _version((await self._session.scalars(NEWEST, {"in_guild": guild_id})).all())

    async def get(self, guild_id: int, number: int) -> Version:
        """Return one version. Raises VersionNotFound."""
        values = {"guild": guild_id, "version": number}
        found = _version((await self._session.scalars(RULES_OF_VERSION, values)).all())
        if found is None:
            raise VersionNotFound
        return found

    async def publish(self, actor: Actor, *, confirmed: str) -> Version:
        """Make what managers work on the next version: those rules that are enabled, as they are now.

        `confirmed` is the beginning of the hash of what the manager has seen. Raises ManagersOnly, DraftsChanged when
        it is something else by now, InvalidInput when there is nothing to publish, Conflict when that holds already.
        """
        require_manager(actor)
        await wait_for_editors(self._session, actor.guild_id)
        drafts = select(R).where(R.guild_id == actor.guild_id, R.version.is_(None)).order_by(R.rule_order)
        rules = shown(rules_of((await self._session.scalars(drafts)).all()))
        if not rules:
            raise InvalidInput("There is no rule to publish. Add one with `/rules add`.")
        seen = text_hash(rules)
        if not confirmed or not seen.startswith(confirmed):
            raise DraftsChanged
        newest = await self.newest(actor.guild_id)
        if newest is not None and newest.hash == seen:
            raise Conflict(
                "These are the rules that hold already: nothing has changed since version {number}.",
                number=newest.number,
            )
        copied = (R.title, R.description, R.thumbnail_url, R.image_url, R.enabled)
        place = func.row_number().over(order_by=R.rule_order)
        number = 1 if newest is None else newest.number + 1
        now = self._clock()
        made = select(
            R.guild_id, place, *copied, literal(number), literal(now), literal(actor.user_id, R.published_by.type)
        ).where(R.guild_id == actor.guild_id, R.version.is_(None), R.enabled)
        columns = [R.guild_id, R.rule_order, *copied, R.version, R.published_at, R.published_by]
        await self._session.execute(
            insert(R).from_select([one.key for one in columns], made),
            execution_options={"dml_strategy": "orm", "synchronize_session": False},
        )
        return Version(number, now, actor.user_id, tuple(rules))

    async def out_of_step(self) -> Sequence[int]:
        """Return the servers, of whatever process, whose post of the rules shows another version than the newest."""
        newest = select(func.max(R.version)).where(R.guild_id == BotSetting.guild_id).scalar_subquery()
        shown_one = cast(BotSetting.value["version"].astext, Integer)
        posts = (BotSetting.scope == POSTS, BotSetting.key == RULES, shown_one.is_distinct_from(newest))
        return (await self._session.scalars(select(BotSetting.guild_id).where(*posts, newest.is_not(None)))).all()

    async def history(self, actor: Actor, *, page: int, page_size: int) -> tuple[Sequence[PublishedVersion], int]:
        """Return versions, the newest first, and how many there are. A page beyond the last is empty."""
        mine = R.guild_id == actor.guild_id
        total = await self._session.scalar(select(func.count(R.version.distinct())).where(mine))
        accepted = (
            select(func.count())
            .where(Onboarding.guild_id == actor.guild_id, Onboarding.rules_version == R.version)
            .scalar_subquery()
        )
        listed = (
            select(R.version, func.min(R.published_at), func.min(R.published_by), func.count(), accepted)
            .where(mine, R.version.is_not(None))
            .group_by(R.version)
            .order_by(R.version.desc())
            .limit(page_size)
            .offset(page * page_size)
        )
        rows = await self._session.execute(listed)
        return [_published(*row) for row in rows], total or 0


def _published(*row: Any) -> PublishedVersion:
    return PublishedVersion(*row)


def _version(rows: Sequence[GuildRule]) -> Version | None:
    if not rows or rows[0].version is None or rows[0].published_at is None:
        return None
    return Version(rows[0].version, rows[0].published_at, rows[0].published_by, rules_of(rows))
