"""The buttons under the question whether an entry is still true."""

import discord

from app.commands.faq.request import FaqCog
from app.ui.faq import verifying as ui
from app.ui.faq.verifying_ids import StillTrueId
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to


class VerifyingButtons(FaqCog, discord.Cog):
    """For who owns the entry, and for staff."""

    @responds_to(StillTrueId)
    async def still_true(self, interaction: discord.Interaction, pressed: StillTrueId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                entry = await work.faq.verifying.still_true(context.actor, pressed.entry_id, pressed.verify_by)
            await ui.checked(entry, context.actor.user_id).replace(interaction)
