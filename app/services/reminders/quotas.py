"""How many reminders somebody may have waiting, counted so that two at the same time cannot both be the last."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.errors import LimitReached
from app.core.reminders.policy import ReminderPolicy
from app.models.reminder import Reminder
from app.services.reminders.access import of_server


async def check_quotas(
    session: AsyncSession,
    actor: Actor,
    policy: ReminderPolicy,
    *,
    more: int = 1,
    in_all: int = 1,
    whose: str = "You have",
) -> None:
    """Check that a member may have so many more, and the server so many more in all. Raises LimitReached."""
    # Whoever makes reminders in one server does so one after the other, so that a quota is exact.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("reminders", actor.guild_id))))
    counts = select(func.count().filter(Reminder.created_by == actor.user_id), func.count()).where(
        of_server(actor.guild_id), Reminder.is_unfinished
    )
    theirs, all_of_them = (await session.execute(counts)).one()
    if theirs + more > max(policy.per_member, theirs):
        raise LimitReached(
            f"{whose} {theirs} reminders waiting, and this server allows {policy.per_member}. Delete one first."
        )
    if all_of_them + in_all > max(policy.per_guild, all_of_them):
        raise LimitReached(
            f"This server has {all_of_them} reminders waiting, and it allows {policy.per_guild}. Delete one first."
        )
