"""What follows when a member is done, after it was written down: nothing here can take it back."""

from app.bot import Bot
from app.core.actor import Actor
from app.core.onboarding.grants import Grant, read_grants


async def finish(bot: Bot, actor: Actor) -> list[Grant]:
    """Carry out what a member gets, and return what became of it. What cannot be done now is done by the job."""
    async with bot.uow() as work:
        mine = await work.onboarding.flow.mine(actor)
    return read_grants(mine.row.grants) if mine is not None else []
