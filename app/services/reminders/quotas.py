"""How many reminders somebody may have waiting, counted so that two at the same time cannot both be the last."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.errors import LimitReached
from app.core.messages import Message, msgn
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
    is_other: bool = False,
) -> None:
    """Check that a member may have so many more, and the server so many more in all. Raises LimitReached.

    `is_other` says that the refusal is told to somebody else than that member.
    """
    # Whoever makes reminders in one server does so one after the other, so that a quota is exact.
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("reminders", actor.guild_id))))
    counts = select(func.count().filter(Reminder.created_by == actor.user_id), func.count()).where(
        of_server(actor.guild_id), Reminder.is_unfinished
    )
    theirs, all_of_them = (await session.execute(counts)).one()
    if theirs + more > max(policy.per_member, theirs):
        raise LimitReached(_of_others(theirs, policy.per_member) if is_other else _own(theirs, policy.per_member))
    if all_of_them + in_all > max(policy.per_guild, all_of_them):
        raise LimitReached(
            msgn(
                "This server has {count} reminder waiting, and it allows {most}. Delete one first.",
                "This server has {count} reminders waiting, and it allows {most}. Delete one first.",
                all_of_them,
                most=policy.per_guild,
            )
        )


def _own(count: int, most: int) -> Message:
    return msgn(
        "You have {count} reminder waiting, and this server allows {most}. Delete one first.",
        "You have {count} reminders waiting, and this server allows {most}. Delete one first.",
        count,
        most=most,
    )


def _of_others(count: int, most: int) -> Message:
    return msgn(
        "That member has {count} reminder waiting, and this server allows {most}.",
        "That member has {count} reminders waiting, and this server allows {most}.",
        count,
        most=most,
    )
