"""Opening a ticket: by command, panel, or a message's menu; for oneself, or as staff for a member."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord

from app.commands.tickets import groups, uploads
from app.commands.tickets.deflecting import DeflectsTickets, Draft
from app.commands.tickets.request import RequestContext, TicketCog
from app.core.errors import InvalidInput, NotAllowed
from app.core.messages import t
from app.core.tickets.errors import TypeNotFound
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import TicketType
from app.effects.tickets import expecting
from app.ui.faq.finding_ids import AskStaffId
from app.ui.kit.autocomplete import Suggestion, meant, offered, suggesting
from app.ui.kit.context import present
from app.ui.kit.forms import FilledIn, FormRefused
from app.ui.kit.ids import FormId
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.patience import answering
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import offered_as
from app.ui.tickets import offers
from app.ui.tickets import replies as ui
from app.ui.tickets.ids import AfterSearchFormId, AfterSearchId, OpenAboutId, OpenFormId, OpenId, OpenOneOfId
from app.ui.tickets.intake import FormChanged, asked_about, intake_form, read_answers


def _suggested(types: Sequence[TicketType]) -> list[Suggestion]:
    return [Suggestion(kind.name, kind.key, kind.description) for kind in types]


@suggesting
async def suggest_types(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest the kinds of tickets that can be opened."""
    bot: Any = ctx.bot
    policy = TicketPolicy.of(await bot.settings.get(present(ctx.interaction.guild_id)))
    wanted = str(ctx.value or "").strip().casefold()
    return offered(one for one in _suggested(policy.offered) if wanted in one.label.casefold())


class OpensTickets(TicketCog):
    """Shows the form that a ticket begins with."""

    async def _show_form(
        self,
        interaction: discord.Interaction,
        key: str,
        about: OpenAboutId | None = None,
        *,
        log_id: int | None = None,
    ) -> None:
        """Show the form of a type; after a search in vain, `log_id`, with what was searched for filled in."""
        # The form has to be the first response, within three seconds: a query or two and nothing else.
        for_user, asked = about.for_user_id if about is not None else None, None
        context = await self._context(interaction)
        async with self._bot.uow.reading() as work:
            kind = await work.tickets.opening.check(context.actor, context.policy, key, for_user_id=for_user)
            if log_id is not None:
                asked = await work.faq.log.words(context.actor, log_id)
        to: OpenFormId | AfterSearchFormId = OpenFormId(
            type_key=kind.key,
            for_user_id=for_user,
            channel_id=about.channel_id if about is not None else None,
            message_id=about.message_id if about is not None else None,
        )
        if log_id is not None:
            to = AfterSearchFormId(type_key=kind.key, log_id=log_id)
        await interaction.response.send_modal(intake_form(kind, to, asked_about(kind, asked or "")))
        # Asked while the form is filled in, so that nobody waits for it who has sent it.
        await expecting.usual_wait(self._bot, context.actor.guild_id, kind.key)

    async def _begin(self, interaction: discord.Interaction, typed: str | None, about: OpenAboutId) -> None:
        """Show the form of the type that was typed or is the only one, else ask which it is to be."""
        context = await self._context(interaction)
        types = context.policy.offered
        if typed is not None:
            key = meant(typed, lambda: _suggested(types))
        elif len(types) == 1:
            key = types[0].key
        else:
            if not context.policy.enabled:
                raise NotAllowed("Tickets are switched off in this server.")
            reply = ui.choose_type(types, about) if types else ui.no_types(is_manager=context.actor.is_manager)
            await reply.send(interaction)
            return
        await self._show_form(interaction, key, about)


class OpeningCommands(OpensTickets):
    """What begins a ticket."""

    @groups.ticket.command(name="open", description="Ask the staff for help")
    @discord.option(
        "kind",
        str,
        description="What it is about",
        required=False,
        autocomplete=suggest_types,
        max_length=MAX_CHOICE,
    )
    @discord.option("member", discord.User, description="For whom (staff only; default: you)", required=False)
    async def open(
        self, ctx: discord.ApplicationContext, kind: str | None = None, member: discord.User | None = None
    ) -> None:
        if member is not None and member.bot:
            raise InvalidInput("Bots need no tickets. Choose a member.")
        for_user = member.id if member is not None else None
        await self._begin(ctx.interaction, kind, OpenAboutId(for_user_id=for_user, channel_id=None, message_id=None))


class TicketOpening(DeflectsTickets, OpensTickets, discord.Cog):
    """Panels, selects and forms that open tickets, and the menu of a message."""

    @discord.message_command(name="Open a ticket about this")
    @offered_as(offers.to_open)
    async def about_message(self, ctx: discord.ApplicationContext, message: discord.Message) -> None:
        about = OpenAboutId(for_user_id=None, channel_id=message.channel.id, message_id=message.id)
        await self._begin(ctx.interaction, None, about)

    @responds_to(OpenId)
    async def open_type(self, interaction: discord.Interaction, pressed: OpenId) -> None:
        await self._show_form(interaction, pressed.type_key)

    @responds_to(OpenOneOfId)
    async def open_one_of(self, interaction: discord.Interaction, pressed: OpenOneOfId, key: str) -> None:
        del pressed
        await self._show_form(interaction, key)

    @responds_to(OpenAboutId)
    async def open_about(self, interaction: discord.Interaction, pressed: OpenAboutId, key: str) -> None:
        await self._show_form(interaction, key, pressed)

    @responds_to(AskStaffId)
    async def ask_staff(self, interaction: discord.Interaction, pressed: AskStaffId) -> None:
        types = (await self._context(interaction)).policy.offered
        if len(types) > 1:
            await ui.choose_type(types, AfterSearchId(log_id=pressed.log_id)).send(interaction)
            return
        await self._show_form(interaction, types[0].key if types else "", log_id=pressed.log_id)

    @responds_to(AfterSearchId)
    async def open_after_search(self, interaction: discord.Interaction, pressed: AfterSearchId, key: str) -> None:
        await self._show_form(interaction, key, log_id=pressed.log_id)

    @responds_to(OpenFormId)
    async def opened(self, interaction: discord.Interaction, sent: OpenFormId) -> None:
        await self._answer(interaction, sent, sent)

    @responds_to(AfterSearchFormId)
    async def opened_after_search(self, interaction: discord.Interaction, sent: AfterSearchFormId) -> None:
        form = OpenFormId(type_key=sent.type_key, for_user_id=None, channel_id=None, message_id=None)
        await self._answer(interaction, sent, form, log_id=sent.log_id)

    async def _answer(
        self, interaction: discord.Interaction, sent: FormId, about: OpenFormId, *, log_id: int | None = None
    ) -> None:
        async with answering(interaction):
            context = await self._context(interaction)
            kind, typed = context.policy.types.get(about.type_key), FilledIn.read(interaction)
            if kind is None or not kind.enabled:
                await ui.given_back(TypeNotFound(), typed).send(interaction)
                return
            try:
                # Also what Discord refuses, which takes the ticket back: nobody has to write it a second time.
                with self._bot.kept_forms.keeping(interaction, lambda: intake_form(kind, sent, typed)):
                    await self._opened(interaction, about, kind, typed, context, log_id)
            except FormRefused as refused:
                if not isinstance(refused.__cause__, FormChanged):
                    raise
                # What was typed under other questions is in no form any more.
                await ui.given_back(refused, typed, refused.items).send(interaction)

    async def _opened(
        self,
        interaction: discord.Interaction,
        sent: OpenFormId,
        kind: TicketType,
        typed: FilledIn,
        context: RequestContext,
        log_id: int | None,
    ) -> None:
        """Open a ticket, or show what may spare it; not to staff, nor to who comes from a search."""
        written, files = await self._written(interaction, sent, kind, typed)
        request = replace(written.request(context), for_user_id=sent.for_user_id)
        reads_first = log_id is None and sent.for_user_id in {None, context.actor.user_id}
        ticket, found = await self._begun_without_faq(interaction, context, written) if reads_first else (None, None)
        if ticket is None:
            found = await self._answers_before(interaction, context, written) if reads_first else None
            if isinstance(found, Reply):
                await found.send(interaction)
                return
            ticket = await self._bot.uow.at_once(
                lambda work: work.tickets.opening.begin(context.actor, context.policy, request)
            )
        await self._carried(
            context, ticket, lambda reply: reply.send(interaction), files=files, log_id=log_id, in_vain=found
        )

    async def _written(
        self, interaction: discord.Interaction, sent: OpenFormId, kind: TicketType, typed: FilledIn
    ) -> tuple[Draft, list[Attachment]]:
        """Read what was filled in, with its files, whose links die."""
        answers, chosen, sent_files = read_answers(kind, interaction)
        files = await uploads.read(sent_files, interaction)
        source: dict[str, Any] = {}
        if sent.message_id is not None and sent.channel_id is not None:
            link = f"https://discord.com/channels/{interaction.guild_id}/{sent.channel_id}/{sent.message_id}"
            answers.append({"label": t("About this message"), "kind": "message", "value": link})
            source = {"message": link}
        opener = sent.for_user_id
        user = present(interaction.user)
        name = user.display_name if opener in {None, user.id} else await self._name_of(present(opener))
        return Draft(kind.key, dict(typed.without_files().values), chosen, answers, name, source), files

    async def _name_of(self, user_id: int) -> str | None:
        try:
            return (await self._bot.fetch_user(user_id)).display_name
        except discord.HTTPException:
            return None
