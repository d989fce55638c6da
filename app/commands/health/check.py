"""/health check: what is not right with what a server set up, with buttons that mend it."""

from collections.abc import Sequence
from dataclasses import replace

import discord

from app.commands.health import groups
from app.commands.health.request import HealthCog
from app.core import registry
from app.core.checks import Place, Severity, Step
from app.core.errors import Conflict, InvalidInput
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.places import exchanged
from app.core.tickets.types import BOARDS, TYPES
from app.effects.checking import Checked, check_server, check_settings
from app.effects.looking import look
from app.models import SettingsHistory
from app.services.settings import SettingsNotAllowed
from app.ui.health import check as ui
from app.ui.health.ids import CheckPageId, ChooseId, ChosenFormId, ClearId
from app.ui.kit.components import Item
from app.ui.kit.context import actor_of, chooser_of, present
from app.ui.kit.forms import FilledIn
from app.ui.kit.judging import judge_place
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff
from app.ui.settings import replies as settings_ui
from app.ui.settings.input import require_rank
from app.uow import UnitOfWork

WAKES = {BOARDS: "tickets", "analytics_pinned": "analytics"}
"""The jobs that take away the message of a structure that was removed, by its scope."""


class ChangedMeanwhile(Conflict):
    """A button of a check that is older than the setting."""

    def __init__(self) -> None:
        super().__init__("That has been changed since. Press **Look again** to see how it is now.")


class CheckCommands(HealthCog):
    """Checking a server, for its staff; those who run the bot see the database too. Managers can mend what is wrong."""

    @for_staff
    @groups.health.command(name="check", description="See what is wrong with what was set up here, and mend it")
    async def check(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            await (await self._report(ctx.interaction, 0)).send(ctx.interaction)

    @responds_to(CheckPageId)
    async def check_again(self, interaction: discord.Interaction, pressed: CheckPageId) -> None:
        async with answering(interaction, update=True):
            await (await self._report(interaction, pressed.page, of_settings=pressed.of_settings)).replace(interaction)

    @responds_to(ClearId)
    async def clear(self, interaction: discord.Interaction, pressed: ClearId) -> None:
        async with answering(interaction, update=True):
            place = await self._place(interaction, pressed, Step.CLEAR)
            setting = registry.find(place.setting)
            assert setting is not None, "a place of a setting"
            async with self._bot.uow() as work:
                change = await work.settings.reset(actor_of(interaction), setting)
                _require_named(change, pressed.one_id)
                work.after_commit(lambda: self._bot.settings.invalidate(change.guild_id))
            await self._changed(interaction, change, pressed)

    @responds_to(ChooseId)
    async def choose(self, interaction: discord.Interaction, pressed: ChooseId) -> None:
        place = await self._place(interaction, pressed, Step.CHOOSE)
        await interaction.response.send_modal(ui.chooser(place, pressed.page, of_settings=pressed.of_settings))

    @responds_to(ChosenFormId)
    async def chosen(self, interaction: discord.Interaction, form: ChosenFormId) -> None:
        one_id = FilledIn.read(interaction).id_in(ui.FIELD)
        async with answering(interaction, update=True):
            if one_id is None:
                raise InvalidInput("Choose one from the list.")
            place = await self._place(interaction, form, Step.CHOOSE)
            await self._require_right(interaction, replace(place, id=one_id))
            async with self._bot.uow() as work:
                change = await self._exchange(work, interaction, place, one_id)
                _require_named(change, form.one_id)
                work.after_commit(lambda: self._bot.settings.invalidate(change.guild_id))
            await self._changed(interaction, change, form)

    async def _exchange(
        self, work: UnitOfWork, interaction: discord.Interaction, place: Place, one_id: int
    ) -> SettingsHistory:
        actor, (scope, _, key) = actor_of(interaction), place.setting.partition(".")
        if scope == TYPES:
            return await work.tickets.setup.change_type(actor, key, lambda kind: exchanged(kind, place.id, one_id))
        return await work.settings.change(actor, registry.BY_NAME[place.setting], one_id)

    async def _require_right(self, interaction: discord.Interaction, place: Place) -> None:
        """Raise InvalidInput for what would not work either, and for a role that they could not give."""
        server = await look(present(interaction.guild), [place])
        for finding in judge_place(server, place):
            if finding.severity is Severity.BROKEN:
                raise InvalidInput("That would not work either. {finding}", finding=finding)
        setting = registry.BY_NAME.get(place.setting)
        if setting is not None:
            require_rank(setting, place.id, present(interaction.guild), chooser_of(interaction))

    async def _changed(
        self, interaction: discord.Interaction, change: SettingsHistory, pressed: ClearId | ChosenFormId
    ) -> None:
        self._bot.dispatch("setting_changed", change)
        if (job := WAKES.get(change.scope)) is not None:
            self._bot.jobs.wake(job)
        done = settings_ui.changed(change, sees_members=self._bot.sees_members)
        reply = await self._report(
            interaction, pressed.page, of_settings=pressed.of_settings, said=done.content or "", more=done.items
        )
        await reply.replace(interaction)

    async def _place(
        self, interaction: discord.Interaction, pressed: ClearId | ChooseId | ChosenFormId, step: Step
    ) -> Place:
        """Return the place that a button is about. Raises SettingsNotAllowed, and ChangedMeanwhile if it is another."""
        actor = actor_of(interaction)
        if not actor.is_manager:
            raise SettingsNotAllowed
        snapshot = await self._bot.settings.get(actor.guild_id)
        for place in registry.places(snapshot):
            if (place.setting, place.id) == (pressed.setting, pressed.one_id) and step in place.steps:
                return place
        raise ChangedMeanwhile

    async def _report(
        self,
        interaction: discord.Interaction,
        page: int,
        *,
        of_settings: bool = False,
        said: str = "",
        more: Sequence[Item] = (),
    ) -> Reply:
        is_operator = await self._is_operator(interaction)
        guild = present(interaction.guild)
        if of_settings:
            checked = Checked(await check_settings(self._bot, guild))
        else:
            checked = await check_server(self._bot, guild, for_operator=is_operator)
        asker = ui.Asker(
            guild.id,
            present(self._bot.application_id),
            guild.me.guild_permissions,
            is_manager=actor_of(interaction).is_manager,
            is_operator=is_operator,
            of_settings=of_settings,
        )
        whole = None
        if checked.database is not None and page == 0:
            sees, reads = self._bot.sees_members, self._bot.reads_content
            whole = ui.Whole(checked.database, await self._schema(), reads_content=reads, sees_members=sees)
        now = self._bot.clock()
        return ui.report(checked.findings, asker, page=page, at=now, whole=whole, said=said, more=more)


def _require_named(change: SettingsHistory, one_id: int) -> None:
    """Raise ChangedMeanwhile, so that nothing is changed, if somebody else has chosen another one a moment before."""
    name = f"{change.scope}.{change.key}"
    # Of a structure, it may be one of several that it named.
    before = SettingsSnapshot(change.guild_id, {name: change.old_value} if change.old_value is not None else {})
    if not any((place.setting, place.id) == (name, one_id) for place in registry.places(before)):
        raise ChangedMeanwhile
