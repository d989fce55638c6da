"""Removing members who did not get done in time, though they were warned."""

import logging
from datetime import datetime, timedelta

import discord

from app.bot import Bot
from app.core.errors import UserError
from app.core.messages import Message, t
from app.core.onboarding.deadlines import Step
from app.core.onboarding.policy import OnboardingPolicy
from app.effects.onboarding.granting import UNKNOWN_MEMBER
from app.effects.onboarding.staff import tell_staff
from app.effects.restraint import restraint_of
from app.effects.sending import ERRORS
from app.models import Onboarding
from app.services.onboarding.timing import plan_of
from app.ui.kit.failures import MISSING_PERMISSIONS, Refused, in_one_sentence
from app.ui.onboarding import trouble

log = logging.getLogger(__name__)

AGAIN = timedelta(days=1)
TRUSTED = discord.Permissions(
    administrator=True,
    manage_guild=True,
    manage_roles=True,
    manage_channels=True,
    manage_messages=True,
    kick_members=True,
    ban_members=True,
    moderate_members=True,
)
"""Whoever may do one of these in the server is never removed by the bot."""


async def remove_late(bot: Bot, row: Onboarding, policy: OnboardingPolicy, role_ids: frozenset[int]) -> datetime | None:
    """Remove somebody who was warned and is still not done; return when to look again if they are still there.

    Staff are told of it, and once of what Discord does not let the bot do.
    """
    now = bot.clock()
    due = plan_of(row, policy, now).moments.get(Step.KICK, now)
    async with bot.uow() as work:
        # They may have finished while Discord was asked about their roles.
        still = await work.onboarding.timing.take(row, Step.KICK, policy)
    if still is None:
        return now
    try:
        await remove(bot, row, role_ids, reason=t("Onboarding: not done in time"))
    except Refused as error:
        log.warning("not removed", extra={"guild": row.guild_id, "user": row.user_id, "error": str(error)})
        if now < due + AGAIN:
            told = trouble.not_removed(row.user_id, str(error))
            await tell_staff(bot, row.guild_id, policy, told, once=("kick", row.guild_id, row.user_id, due))
        return now + AGAIN
    told = trouble.removed(row.user_id)
    await tell_staff(bot, row.guild_id, policy, told, once=("kicked", row.guild_id, row.user_id, row.joined_at))
    return None


async def remove(bot: Bot, row: Onboarding, role_ids: frozenset[int], *, reason: str) -> None:
    """Remove somebody from the server, and write down that they left. Raises UserError with what speaks against it."""
    guild, now, restraint = bot.get_guild(row.guild_id), bot.clock(), restraint_of(bot)
    if guild is None or restraint.holds_back(row.guild_id, now) is not None:
        raise Refused(trouble.NOT_NOW)
    if (why := _obstacle(guild, row.user_id, role_ids)) is not None:
        raise Refused(why)
    try:
        await bot.http.kick(row.user_id, row.guild_id, reason=reason)
    except ERRORS as error:
        is_gone = isinstance(error, discord.HTTPException) and error.code in UNKNOWN_MEMBER
        if isinstance(error, discord.HTTPException) and error.status == 403:
            restraint.refused(row.guild_id, now)
        if not is_gone:
            told: UserError = in_one_sentence(error, {MISSING_PERMISSIONS: trouble.NO_KICK})
            raise told from error
    async with bot.uow() as work:
        await work.onboarding.joins.leave([(row.guild_id, row.user_id)])


def _obstacle(guild: discord.Guild, user_id: int, role_ids: frozenset[int]) -> Message | None:
    if guild.owner_id == user_id:
        return trouble.OWNER
    roles = [role for role in guild.roles if role.id in role_ids]
    if any(role.permissions.value & TRUSTED.value for role in roles):
        return trouble.IS_STAFF
    me = guild.me
    if me is None:
        return None
    if not me.guild_permissions.kick_members:
        return trouble.NO_KICK
    if roles and max(roles) >= me.top_role:
        return trouble.HIGHER
    return None
