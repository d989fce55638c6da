"""What staff write about a ticket, and into it."""

from typing import Any

import discord

from app.commands.tickets import groups
from app.commands.tickets.people import numbered
from app.commands.tickets.request import TicketCog, which
from app.core.messages import speaking
from app.core.tickets.limits import MAX_NOTE
from app.effects.tickets import sending
from app.services.tickets.access import Which
from app.services.tickets.replies import AnswerNotFound
from app.ui.kit.autocomplete import choice, suggesting
from app.ui.kit.context import actor_of
from app.ui.kit.forms import FilledIn
from app.ui.kit.language import language_of_server, languages_of
from app.ui.kit.limits import MAX_CHOICES
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.tickets import work as ui
from app.ui.tickets.work_ids import NoteFormId

ENOUGH = 5
"""Answers of which the title has what was typed; where there are fewer, the search adds its own."""


@suggesting
async def suggest_answers(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest answers of the FAQ, to the staff of the ticket."""
    bot: Any = ctx.bot
    snapshot = await bot.settings.get(actor_of(ctx.interaction).guild_id)
    actor = actor_of(ctx.interaction, snapshot)
    typed, languages = str(ctx.value or ""), languages_of(ctx.interaction)
    async with bot.uow.reading() as work:
        if not await work.tickets.replies.may_answer(actor, which(ctx.interaction)):
            return []
        found = {one.id: one.title for one in await work.faq.search.suggest(actor.guild_id, typed, languages)}
        if len(found) < ENOUGH:
            # Staff type what the member asked, which need not be how a title begins.
            hits = await work.faq.search.search(actor.guild_id, typed, languages)
            found |= {hit.id: hit.title for hit in hits}
    return [choice(title, str(entry_id)) for entry_id, title in list(found.items())[:MAX_CHOICES]]


class NoteCommands(TicketCog):
    """What staff write about a ticket, and into it."""

    @groups.ticket.command(name="note", description="Write down something about this ticket for its staff (staff only)")
    @discord.option(
        "text", str, description="What only staff see (default: a form for it)", required=False, max_length=MAX_NOTE
    )
    @numbered
    async def note(self, ctx: discord.ApplicationContext, text: str | None = None, number: str | None = None) -> None:
        if text is None:
            async with self._looking(ctx.interaction) as (context, work):
                ticket = await work.tickets.work.get_as_staff(context.actor, which(ctx.interaction, number))
            await ctx.interaction.response.send_modal(ui.note_form(ticket))
            return
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                ticket = await work.tickets.work.note(context.actor, which(ctx.interaction, number), text)
            await ui.noted(ticket).send(ctx.interaction)

    @groups.ticket.command(name="reply", description="Answer in this ticket with an answer of the FAQ (staff only)")
    @discord.option(
        "answer", str, description="Which answer, by its title", max_length=100, autocomplete=suggest_answers
    )
    async def reply(self, ctx: discord.ApplicationContext, answer: str) -> None:
        async with answering(ctx.interaction):
            if not (answer.isascii() and answer.isdigit() and len(answer) < 10):
                raise AnswerNotFound
            async with self._work(ctx.interaction) as (context, work):
                ticket, entry = await work.tickets.replies.answer(
                    context.actor, context.policy, which(ctx.interaction), int(answer)
                )
            problem = None
            if ticket.channel_id is not None:
                with speaking(language_of_server(self._bot, ticket.guild_id)):
                    text = ui.canned(entry, context.actor.user_id)
                sent = sending.say(self._bot, ticket.channel_id, text, nonce=str(ctx.interaction.id))
                problem = await self._tried(sent)
            await ui.answered(entry, problem).send(ctx.interaction)


class NoteForms(TicketCog, discord.Cog):
    """The form for a note."""

    @responds_to(NoteFormId)
    async def noted(self, interaction: discord.Interaction, form: NoteFormId) -> None:
        async with answering(interaction):
            text = FilledIn.read(interaction).typed(ui.NOTE)
            async with self._work(interaction) as (context, work):
                ticket = await work.tickets.work.note(context.actor, Which(row_id=form.ticket_id), text)
            await ui.noted(ticket).send(interaction)
