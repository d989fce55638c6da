"""A new version of the rules: its post is brought in step, members are asked again, and some lose a role.

Everything follows from what is stored, so that it goes on after a restart: the version that the post shows, the run
among the settings, and the rows of members, of which each says what it was asked and until when.
"""

import logging
from datetime import datetime, timedelta

from app.bot import Bot
from app.core.errors import BotError, UserError
from app.core.onboarding.grants import Tell
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.runs import Run
from app.core.one_task import OneTask
from app.effects.onboarding.asking import reach
from app.effects.onboarding.rules import show_rules
from app.effects.sending import ERRORS
from app.models import Onboarding
from app.ui.onboarding.rules_run import please_accept

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)
"""How often is looked whether something was left half done. What this process hears of is done at once."""
NO_ROOM = timedelta(hours=1)
"""When to try again to write to somebody, after the server has written to as many as it may."""


class NewVersions:
    """Brings posts in step and asks members, in the servers of this process."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._looked_at: datetime | None = None
        self._task = OneTask()

    def listen(self) -> None:
        """Notice at once what managers do."""
        self._bot.add_listener(self._on_rules_published, "on_rules_published")

    def look(self) -> datetime:
        """Begin with what is to be done, unless that was done just now; return when to come again."""
        now = self._bot.clock()
        is_early = self._looked_at is not None and now < self._looked_at + EVERY
        if self._looked_at is None or not is_early:
            if self._task.is_busy:
                return now + timedelta(seconds=1)
            self._looked_at = now
            self._task.begin(self._do_all(), "onboarding:versions")
        return self._looked_at + EVERY

    async def drain(self) -> None:
        """Return once it is done."""
        await self._task.drain()

    async def stop(self) -> None:
        """Leave the rest to the next start."""
        await self._task.stop()

    async def _on_rules_published(self) -> None:
        self._looked_at = None
        self._bot.jobs.wake("onboarding")

    async def _do_all(self) -> None:
        try:
            async with self._bot.uow() as work:
                stale = await work.onboarding.versions.out_of_step()
                runs = await work.onboarding.runs.asking()
        except BotError as error:
            log.warning("versions of rules are not looked after", extra={"error": str(error)})
            return
        for guild_id in stale:
            if self._bot.get_guild(guild_id) is not None and not self._task.stopping:
                await self._show(guild_id)
        for guild_id, run in runs:
            if self._bot.get_guild(guild_id) is not None:
                await self._ask(guild_id, run)

    async def _show(self, guild_id: int) -> None:
        try:
            await show_rules(self._bot, guild_id)
        except (*ERRORS, UserError) as error:
            log.warning("a post of rules is not in step", extra={"guild": guild_id, "error": str(error)})

    async def _ask(self, guild_id: int, run: Run) -> None:
        after: int | None = 0
        try:
            while after is not None and not self._task.stopping:
                policy = OnboardingPolicy.of(await self._bot.settings.get(guild_id))
                if policy.run != run:
                    # It was stopped, or another version is there.
                    return
                async with self._bot.uow() as work:
                    after = await work.onboarding.runs.ask_some(
                        guild_id, run, after=after, directly=policy.where == "direct"
                    )
        except BotError as error:
            log.warning("members are not asked yet", extra={"guild": guild_id, "error": str(error)})


async def look_after(bot: Bot, row: Onboarding, policy: OnboardingPolicy) -> datetime | None:
    """Do what a new version means for a member who is done; return when to look again because of it."""
    if row.asked_version is None:
        return None
    again = await _tell(bot, row, policy)
    async with bot.uow() as work:
        expires = await work.onboarding.runs.expire(row, policy)
    moments = [at for at in (again, expires) if at is not None]
    return min(moments) if moments else None


async def _tell(bot: Bot, row: Onboarding, policy: OnboardingPolicy) -> datetime | None:
    """Write to a member directly that there is something to accept, once; return when to try again."""
    guild, run, now = bot.get_guild(row.guild_id), policy.run, bot.clock()
    if Tell.RULES.value not in row.to_tell or guild is None or run is None or not run.is_asking(now):
        return None
    message = please_accept(run, policy, guild_id=guild.id, server=guild.name)
    await reach(bot, row, policy, message, once=f"rules{run.version}", directly=True)
    async with bot.uow() as work:
        is_told = await work.onboarding.runs.told(row, since=now)
    return None if is_told else now + NO_ROOM
