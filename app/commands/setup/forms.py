"""The forms of the steps that ask for settings: opening one, and choosing what it was filled in with."""

from dataclasses import replace
from typing import Any

import discord

from app.commands.setup.request import RequestContext, SetupCog
from app.core.checks import ANSWERING, Place
from app.core.faq.automatic import AUTOMATIC, Automatic
from app.core.faq.policy import FaqPolicy
from app.core.messages import msg
from app.core.settings.kinds import Setting, Value
from app.core.setup import Mark, Step
from app.models import SettingsHistory
from app.services.settings import ChangedSince
from app.ui.kit.forms import FilledIn
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.setup import forms
from app.ui.setup.ids import ChooseFormId, ChooseId
from app.ui.setup.pages import saved, step_page
from app.ui.setup.picking import check_places, places_of
from app.uow import UnitOfWork

BY_FORM = frozenset({Step.GENERAL, Step.REMINDERS, Step.LOGS})
"""The steps that are done with their form. Of the others it asks only for details."""


class FormChanged(ChangedSince):
    """What a form asks for was changed by somebody else while it was open."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody changed these settings while your form was open, so nothing was saved. Look at what holds now, "
            "and send yours again if it is still right."
        )


class SetupForms(SetupCog, discord.Cog):
    """Choosing in forms."""

    @responds_to(ChooseId)
    async def choose(self, interaction: discord.Interaction, pressed: ChooseId) -> None:
        context = await self._manager(interaction)
        given = forms.as_it_is(pressed.step, context.snapshot, context.guild)
        await interaction.response.send_modal(forms.choose_form(pressed.step, context.snapshot, context.guild, given))

    @responds_to(ChooseFormId)
    async def chosen(self, interaction: discord.Interaction, form: ChooseFormId) -> None:
        given, step = FilledIn.read(interaction), form.step
        changes: list[SettingsHistory] = []
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            snapshot, guild = context.snapshot, context.guild

            def again() -> discord.ui.DesignerModal:
                # By what is so then: whoever sends it again has seen that somebody else changed something.
                now = self._bot.settings.peek(guild.id) or snapshot
                return forms.choose_form(step, now, guild, given)

            with self._keeping(interaction, again):
                wanted = forms.wanted_of(step, given, snapshot, guild)
                more, fewer = _suggesting(step, given, context)
                if (wanted or more or fewer) and form.seen != forms.seen_as(step, snapshot, guild):
                    raise FormChanged
                check_places(interaction, [*places_of(wanted, snapshot), *map(_place, more)])

                async def do(work: UnitOfWork) -> None:
                    changes.extend(await _apply(work, context, wanted, more, fewer))
                    if step in BY_FORM:
                        # It was looked at, whatever was chosen.
                        await work.setup.mark(context.actor, step, Mark.KEPT)
                    else:
                        await work.setup.unmark(context.actor, step)

                scene = await self._scene(context, do)
            note = saved(changes, sees_members=self._bot.sees_members)
            await step_page(scene, step, note=note, changes=_undoable(changes)).replace(interaction)
        if changes:
            self._bot.dispatch("settings_changed", changes)


def _suggesting(step: Step, given: FilledIn, context: RequestContext) -> tuple[set[int], set[int]]:
    if step is not Step.FAQ:
        return set(), set()
    return forms.suggesting_wanted(given, context.snapshot, context.guild)


def _place(channel_id: int) -> Place:
    return Place(f"{AUTOMATIC}.{channel_id}", msg("Suggested answers"), channel_id, ANSWERING)


async def _apply(
    work: UnitOfWork,
    context: RequestContext,
    wanted: list[tuple[Setting[Any], Value]],
    more: set[int],
    fewer: set[int],
) -> list[SettingsHistory]:
    """Choose all of it or nothing."""
    actor, snapshot = context.actor, context.snapshot
    shown = {setting.name: snapshot.chosen.get(setting.name) for setting, _ in wanted}
    changes = await work.settings.several.change(actor, wanted, shown=shown)
    policy = FaqPolicy.of(snapshot)
    places = dict(policy.automatic)
    for channel_id in sorted(fewer):
        changes.append(await work.faq.automatic.remove(actor, replace(policy, automatic=places), channel_id))
        del places[channel_id]
    for channel_id in sorted(more):
        made = Automatic(channel_id)
        changes.append(await work.faq.automatic.put(actor, replace(policy, automatic=places), made))
        places[channel_id] = made
    return changes


def _undoable(changes: list[SettingsHistory]) -> list[SettingsHistory]:
    """Return what one button takes back: the settings that were chosen together."""
    return [one for one in changes if one.scope != AUTOMATIC] or changes[:1]
