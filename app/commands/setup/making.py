"""What is made while a server is set up: a first kind of ticket with its panel, panels, and the usual questions."""

from collections.abc import Awaitable, Callable

import discord

from app.commands.setup.request import RequestContext, SetupCog
from app.core.checks import PANEL, TEAM, TICKET_CATEGORY, Place
from app.core.errors import Conflict, UserError
from app.core.messages import Message, msg, speaking, t, tn
from app.core.onboarding import defaults
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.posts import POSTS, Post
from app.core.settings import general
from app.core.setup import Step
from app.core.tickets.policy import TicketPolicy
from app.core.tickets.types import PANELS, TYPES, Panel, TicketType
from app.effects.onboarding import panels as beginnings
from app.effects.tickets import panels
from app.models import SettingsHistory
from app.ui.kit.forms import FilledIn
from app.ui.kit.language import language_of_server
from app.ui.kit.links import link_to
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.onboarding import panel as beginning_ui
from app.ui.setup import forms
from app.ui.setup.ids import (
    BeginningFormId,
    BeginningId,
    FirstTypeFormId,
    FirstTypeId,
    TicketPanelFormId,
    TicketPanelId,
    UsualId,
)
from app.ui.setup.pages import step_page
from app.ui.setup.picking import check_places

Posting = Callable[[RequestContext, int], Awaitable[tuple[str, SettingsHistory]]]


class SetupMaking(SetupCog, discord.Cog):
    """Making what has to be there first. The commands of its feature change it later, and remove it."""

    @responds_to(FirstTypeId)
    async def ask_first_type(self, interaction: discord.Interaction, _: FirstTypeId) -> None:
        context = await self._manager(interaction)
        role_id = context.snapshot[general.STAFF_ROLE]
        known = role_id if role_id is not None and context.guild.get_role(role_id) is not None else None
        # Members read it, so it is in their language.
        with speaking(language_of_server(self._bot, context.guild.id)):
            given = forms.usual_type(known)
        await interaction.response.send_modal(forms.first_type_form(given))

    @responds_to(FirstTypeFormId)
    async def make_first_type(self, interaction: discord.Interaction, _: FirstTypeFormId) -> None:
        given = FilledIn.read(interaction)
        changes: list[SettingsHistory] = []
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            with self._keeping(interaction, lambda: forms.first_type_form(given)):
                channel_id, category_id = forms.place_of(given), given.id_in(forms.CATEGORY)
                kind = TicketType(
                    "",
                    given.typed(forms.NAME),
                    description=given.typed(forms.PURPOSE),
                    team_role_ids=forms.team_of(given),
                    parent_id=category_id,
                )
                check_places(interaction, _places(kind, channel_id))
                note = await self._make(context, kind, channel_id, changes)
            scene = await self._scene(await self._manager(interaction))
            await step_page(scene, Step.TICKETS, note=note, changes=changes[-1:]).replace(interaction)
        for change in changes:
            self._bot.dispatch("setting_followed", change)

    async def _make(
        self, context: RequestContext, kind: TicketType, channel_id: int, changes: list[SettingsHistory]
    ) -> str:
        """Make a kind of ticket and its panel in one transaction, post the panel, and say so."""
        actor = context.actor
        with speaking(language_of_server(self._bot, actor.guild_id)):
            title = t("Support")
        async with self._bot.uow() as work:
            made = await work.tickets.setup.add_type(actor, kind)
            wanted = Panel("", channel_id, None, title, "", (made.key,))
            panel, done = await work.tickets.setup.add_panel(actor, wanted)
            work.after_commit(lambda: self._bot.settings.invalidate(actor.guild_id))
        changes.append(made)
        try:
            panel = await panels.post_first(self._bot, actor, panel, done)
        except UserError as error:
            said = t("The kind of ticket is made, but its panel could not be posted: {problem}", problem=error)
            return f"⚠️ {said}"
        changes.append(done)
        link = link_to(actor.guild_id, panel.channel_id, panel.message_id or 0)
        return "✅ " + t("Members can open tickets now, from the panel: {link}", link=link)

    @responds_to(TicketPanelId)
    async def ask_ticket_panel(self, interaction: discord.Interaction, _: TicketPanelId) -> None:
        await self._manager(interaction)
        await interaction.response.send_modal(forms.panel_form(TicketPanelFormId(), FilledIn.of({})))

    @responds_to(TicketPanelFormId)
    async def post_ticket_panel(self, interaction: discord.Interaction, form: TicketPanelFormId) -> None:
        await self._post(interaction, form, Step.TICKETS, (PANELS, msg("Ticket panel")), self._ticket_panel)

    async def _ticket_panel(self, context: RequestContext, channel_id: int) -> tuple[str, SettingsHistory]:
        actor, policy = context.actor, TicketPolicy.of(context.snapshot)
        if any(one.channel_id == channel_id and one.message_id is not None for one in policy.panels.values()):
            raise Conflict("There is a panel in {channel} already.", channel=f"<#{channel_id}>")
        with speaking(language_of_server(self._bot, actor.guild_id)):
            title = t("Support")
        wanted = Panel("", channel_id, None, title, "", tuple(kind.key for kind in policy.offered))
        panel, done = await panels.add(self._bot, actor, wanted)
        return link_to(actor.guild_id, panel.channel_id, panel.message_id or 0), done

    @responds_to(BeginningId)
    async def ask_beginning(self, interaction: discord.Interaction, _: BeginningId) -> None:
        await self._manager(interaction)
        await interaction.response.send_modal(forms.panel_form(BeginningFormId(), FilledIn.of({})))

    @responds_to(BeginningFormId)
    async def post_beginning(self, interaction: discord.Interaction, form: BeginningFormId) -> None:
        await self._post(interaction, form, Step.ONBOARDING, (POSTS, msg("Onboarding panel")), self._beginning)

    async def _beginning(self, context: RequestContext, channel_id: int) -> tuple[str, SettingsHistory]:
        actor, policy = context.actor, OnboardingPolicy.of(context.snapshot)
        if any(one.channel_id == channel_id and one.message_id is not None for one in policy.panels.values()):
            raise Conflict("There is a panel in {channel} already.", channel=f"<#{channel_id}>")
        with speaking(language_of_server(self._bot, actor.guild_id)):
            given = beginning_ui.new_panel()
        title, text = given.typed(beginning_ui.TITLE), given.typed(beginning_ui.TEXT)
        panel, done = await beginnings.add(self._bot, actor, Post("", channel_id, title=title, text=text))
        return link_to(actor.guild_id, panel.channel_id, panel.message_id or 0), done

    async def _post(
        self,
        interaction: discord.Interaction,
        form: TicketPanelFormId | BeginningFormId,
        step: Step,
        what: tuple[str, Message],
        post: Posting,
    ) -> None:
        """Post a panel in the channel that was chosen, and show the step again."""
        given = FilledIn.read(interaction)
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            with self._keeping(interaction, lambda: forms.panel_form(form, given)):
                channel_id = forms.place_of(given)
                check_places(interaction, [Place(what[0], what[1], channel_id, PANEL)])
                link, done = await post(context, channel_id)
            note = "✅ " + t("The panel is in {channel}: {link}", channel=f"<#{channel_id}>", link=link)
            scene = await self._scene(await self._manager(interaction))
            await step_page(scene, step, note=note, changes=[done]).replace(interaction)
        self._bot.dispatch("setting_followed", done)

    @responds_to(UsualId)
    async def add_usual(self, interaction: discord.Interaction, _: UsualId) -> None:
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            with speaking(language_of_server(self._bot, context.guild.id)):
                usual = defaults.usual()
            async with self._bot.uow() as work:
                await work.onboarding.questions.add_usual(context.actor, usual)
            note = "✅ " + tn(
                "Added {count} question.", "Added {count} questions. Change them as you like.", len(usual)
            )
            scene = await self._scene(context)
            await step_page(scene, Step.ONBOARDING, note=note).replace(interaction)


def _places(kind: TicketType, channel_id: int) -> list[Place]:
    """Return the channels and roles that a kind of ticket and its panel name."""
    label = msg("Ticket type")
    found = [Place(TYPES, label, role_id, TEAM, title=kind.name) for role_id in kind.team_role_ids]
    if kind.parent_id is not None:
        found.append(Place(TYPES, label, kind.parent_id, TICKET_CATEGORY, title=kind.name))
    return [*found, Place(PANELS, msg("Ticket panel"), channel_id, PANEL)]
