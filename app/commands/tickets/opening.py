"""Opening a ticket: by command, panel, or a message's menu; for oneself, or as staff for a member."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any

import discord

from app.bot import Bot
from app.commands.tickets import groups, uploads
from app.commands.tickets.request import RequestContext, TicketCog
from app.core.errors import InvalidInput, NotAllowed, Unavailable
from app.core.messages import t
from app.core.tickets.errors import ChangedMeanwhile, TypeNotFound
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import TicketType
from app.effects.tickets import expecting, opening
from app.services.tickets.access import Which
from app.services.tickets.opening import Request
from app.ui.kit.autocomplete import Suggestion, meant, offered, suggesting
from app.ui.kit.context import present
from app.ui.kit.forms import FilledIn, FormRefused
from app.ui.kit.limits import MAX_CHOICE
from app.ui.kit.patience import answering
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import offered_as
from app.ui.tickets import offers
from app.ui.tickets import replies as ui
from app.ui.tickets.expecting import expectation
from app.ui.tickets.ids import OpenAboutId, OpenFormId, OpenId, OpenOneOfId
from app.ui.tickets.intake import FormChanged, description_of, intake_form, read_answers

log = logging.getLogger(__name__)

LAST_SECONDS = 2.0
"""How long a stop waits for headers that are being posted."""


def _suggested(types: Sequence[TicketType]) -> list[Suggestion]:
    return [Suggestion(kind.name, kind.key, kind.description) for kind in types]


@suggesting
async def suggest_types(ctx: discord.AutocompleteContext) -> list[discord.OptionChoice]:
    """Suggest the kinds of tickets that can be opened."""
    bot: Any = ctx.bot
    policy = TicketPolicy.of(await bot.settings.get(present(ctx.interaction.guild_id)))
    wanted = str(ctx.value or "").strip().casefold()
    return offered(one for one in _suggested(policy.offered) if wanted in one.label.casefold())


async def _logging(heading: Coroutine[Any, Any, None]) -> None:
    try:
        await heading
    except Exception:
        # Whoever asked has been answered, and the ticket is open.
        log.exception("a ticket has no header yet")


class OpensTickets(TicketCog):
    """Shows the form that a ticket begins with."""

    async def _show_form(self, interaction: discord.Interaction, key: str, about: OpenAboutId | None = None) -> None:
        # The form has to be the first response, within three seconds: one query and nothing else.
        for_user = about.for_user_id if about is not None else None
        async with self._work(interaction) as (context, work):
            kind = await work.tickets.opening.check(context.actor, context.policy, key, for_user_id=for_user)
        to = OpenFormId(
            type_key=kind.key,
            for_user_id=for_user,
            channel_id=about.channel_id if about is not None else None,
            message_id=about.message_id if about is not None else None,
        )
        await interaction.response.send_modal(intake_form(kind, to))
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


class TicketOpening(OpensTickets, discord.Cog):
    """Panels, selects and forms that open tickets, and the menu of a message."""

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        self._headings: set[asyncio.Task[None]] = set()
        bot.before_stop.append(self.stop)

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

    @responds_to(OpenFormId)
    async def opened(self, interaction: discord.Interaction, sent: OpenFormId) -> None:
        async with answering(interaction):
            context = await self._context(interaction)
            kind, typed = context.policy.types.get(sent.type_key), FilledIn.read(interaction)
            if kind is None or not kind.enabled:
                await ui.given_back(TypeNotFound(), typed).send(interaction)
                return
            try:
                reply = await self._opened(interaction, sent, kind, typed, context)
            except FormRefused as refused:
                if not isinstance(refused.__cause__, FormChanged):
                    raise
                # What was typed under other questions is in no form any more.
                reply = ui.given_back(refused, typed, refused.items)
            await reply.send(interaction)

    async def _opened(
        self,
        interaction: discord.Interaction,
        sent: OpenFormId,
        kind: TicketType,
        typed: FilledIn,
        context: RequestContext,
    ) -> Reply:
        # Also what Discord refuses, which takes the ticket back: nobody has to write it a second time.
        with self._bot.kept_forms.keeping(interaction, lambda: intake_form(kind, sent, typed)):
            request, files = await self._request(interaction, sent, kind)
            async with self._bot.uow() as work:
                ticket = await work.tickets.opening.begin(context.actor, context.policy, request)
            try:
                ticket = await opening.give_channel(self._bot, ticket, context.snapshot)
            except Unavailable:
                return ui.being_opened(ticket)
            except ChangedMeanwhile:
                # The job was faster.
                async with self._bot.uow() as work:
                    ticket = await work.tickets.work.get(context.actor, Which(row_id=ticket.id))
            else:
                heading = self._begin_heading(opening.give_header(self._bot, ticket, context.snapshot, files=files))
                if ticket.is_thread:
                    # Its header is what lets them in: without it, they could not go where the answer sends them.
                    await asyncio.wait({heading})
            wait = await expecting.usual_wait(self._bot, ticket.guild_id, ticket.type)
            expected = expectation(ticket, context.policy, wait, self._bot.clock())
            return ui.opened(ticket, opener_id=context.actor.user_id, expected=expected)

    def _begin_heading(self, heading: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Post a header while its member is being answered. If this process ends before, the job does it again."""
        task = asyncio.create_task(_logging(heading), name="header of a ticket")
        self._headings.add(task)
        task.add_done_callback(self._headings.discard)
        return task

    async def drain(self) -> None:
        """Return once every header that was begun is there."""
        while self._headings:
            await asyncio.wait(list(self._headings))

    async def stop(self) -> None:
        """Do the same, for as long as a stop can wait."""
        if self._headings:
            await asyncio.wait(list(self._headings), timeout=LAST_SECONDS)

    async def _request(
        self, interaction: discord.Interaction, sent: OpenFormId, kind: TicketType
    ) -> tuple[Request, list[Attachment]]:
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
        request = Request(
            type=kind.routed(chosen),
            description=description_of(answers),
            answers=tuple(answers),
            for_user_id=opener,
            username=name,
            source=source,
        )
        return request, files

    async def _name_of(self, user_id: int) -> str | None:
        try:
            return (await self._bot.fetch_user(user_id)).display_name
        except discord.HTTPException:
            return None
