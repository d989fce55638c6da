"""Members who are not done: what they get on joining, how they are asked, and what happens if nothing follows.

A message goes out first, under a nonce that follows from the step and the join, and is written down after: whoever is
killed between the two sends it again, and Discord drops the second.
"""

import logging
from datetime import datetime, timedelta

from app.bot import Bot
from app.core.onboarding.deadlines import Step
from app.core.onboarding.policy import OnboardingPolicy
from app.effects.onboarding import asking, granting, removing
from app.models import Onboarding
from app.models.onboarding import OnboardingState
from app.services.onboarding.grants import next_try
from app.services.onboarding.timing import LOOK_AGAIN, plan_of
from app.ui.onboarding import timed as ui

log = logging.getLogger(__name__)

NOT_ASKED = timedelta(hours=1)
"""When to look again whether somebody can see how to begin."""
NOT_REACHED = timedelta(days=1)


async def handle(bot: Bot, row: Onboarding, policy: OnboardingPolicy) -> datetime | None:
    """Do what is due about somebody who is not done."""
    now = bot.clock()
    if not policy.is_on:
        return now + LOOK_AGAIN
    carried = await granting.carry_out(bot, row, policy)
    if carried.row is None:
        return await _gone(bot, row)
    row = carried.row
    if row.asked_at is None and row.state is OnboardingState.ASKED:
        role_ids = carried.role_ids
        if role_ids is None:
            member = await granting.find_member(bot, row.guild_id, row.user_id)
            if member is None:
                return await _gone(bot, row)
            role_ids = frozenset(int(one) for one in member["roles"])
        asked = await asking.ask(bot, row, policy, role_ids)
        if asked is None:
            # They went on meanwhile: their row is looked at as it is now.
            return now
        row = asked
    planned = plan_of(row, policy, now)
    moments = [next_try(row, now), planned.next_at, now + LOOK_AGAIN]
    if row.asked_at is None:
        moments.append(now + NOT_ASKED)
    if planned.due is not None:
        moments.append(await _take(bot, row, planned.due, policy))
    return min(at for at in moments if at is not None)


async def _take(bot: Bot, row: Onboarding, step: Step, policy: OnboardingPolicy) -> datetime | None:
    """Take a step; return when to look again because of it."""
    now = bot.clock()
    member = await granting.find_member(bot, row.guild_id, row.user_id)
    if member is None:
        await _gone(bot, row)
        return None
    role_ids = frozenset(int(one) for one in member["roles"])
    if policy.completion_role_id in role_ids:
        # Somebody of the staff gave it to them by hand: they are not stuck.
        return now + LOOK_AGAIN
    if step is Step.KICK:
        return await removing.remove_late(bot, row, policy, role_ids)
    is_reached = await _remind(bot, row, step, policy, role_ids)
    if step is Step.WARN and not is_reached:
        # Nobody is removed who was not told before.
        return now + NOT_REACHED
    async with bot.uow() as work:
        taken = await work.onboarding.timing.take(row, step, policy)
    return plan_of(taken, policy, now).next_at if taken is not None else now


async def _remind(bot: Bot, row: Onboarding, step: Step, policy: OnboardingPolicy, role_ids: frozenset[int]) -> bool:
    guild = bot.get_guild(row.guild_id)
    if guild is None:
        return False
    kick_at = bot.clock() + policy.kick_after if policy.kick_after else None
    return await asking.remind(
        bot,
        row,
        policy,
        lambda server: ui.reminder(row, server=server, is_warning=step is Step.WARN, kick_at=kick_at),
        role_ids,
        once=step.value,
    )


async def _gone(bot: Bot, row: Onboarding) -> None:
    async with bot.uow() as work:
        await work.onboarding.joins.leave([(row.guild_id, row.user_id)])
