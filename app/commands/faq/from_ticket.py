"""Making an entry of a ticket that was closed."""

import discord

from app.commands.faq.request import FaqCog
from app.services.tickets.access import Which
from app.ui.faq import forms
from app.ui.faq.entry_ids import Target
from app.ui.kit.forms import FilledIn
from app.ui.kit.routes import responds_to
from app.ui.tickets.ids import MakeEntryId


class FromTicket(FaqCog, discord.Cog):
    """The button above a transcript."""

    @responds_to(MakeEntryId)
    async def write(self, interaction: discord.Interaction, pressed: MakeEntryId) -> None:
        # The form has to be the first response.
        context = await self._staff(interaction)
        async with self._bot.uow() as work:
            lesson = await work.tickets.lessons.lesson(context.actor, Which(row_id=pressed.ticket_id))
        given = FilledIn.of({forms.TITLE: lesson.question, forms.ANSWER: lesson.answer})
        await interaction.response.send_modal(forms.entry_form(Target(), given))
