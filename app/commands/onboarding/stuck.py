"""/onboarding stuck: who is not done, what will happen to them by itself, and what staff do about one."""

from datetime import timedelta
from typing import cast

import discord

from app.commands.onboarding import groups
from app.commands.onboarding.request import OnboardingCog, RequestContext
from app.core.errors import InvalidInput
from app.core.messages import t
from app.core.onboarding.deadlines import Times
from app.core.onboarding.policy import OnboardingPolicy
from app.core.onboarding.settings import KICK_AFTER, WARN_AFTER
from app.effects.onboarding import asking, granting, removing
from app.models import Onboarding
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff
from app.ui.onboarding import stuck as ui
from app.ui.onboarding import timed
from app.ui.onboarding.stuck_ids import LetInId, RemindId, RemoveId, StuckPageId, StuckTrialId, StuckWhoId

MAX_TYPED = 30
"""Characters of a length of time."""


def _times(policy: OnboardingPolicy, warn_after: str | None, remove_after: str | None) -> Times | None:
    """Return the times to try out, those of the server where none were given; None to try out nothing.

    Raises InvalidInput.
    """
    if warn_after is None and remove_after is None:
        return None
    warn, kick = (
        old if typed is None else timedelta(seconds=cast("int", setting.read(typed)))
        for setting, typed, old in (
            (WARN_AFTER, warn_after, policy.warn_after),
            (KICK_AFTER, remove_after, policy.kick_after),
        )
    )
    return Times(policy.nudge_after, warn, kick)


class ListsStuck(OnboardingCog):
    """Shows who is not done."""

    async def _listed(self, context: RequestContext, page: int, times: Times | None = None) -> Reply:
        async with self._bot.uow() as work:
            found = await work.onboarding.stuck.page(context.actor, page)
            trial = None if times is None else await work.onboarding.stuck.trial(context.actor, times)
        return ui.listed(found, context.policy, trial)


class StuckCommands(ListsStuck):
    """Seeing who is not done."""

    @for_staff
    @groups.onboarding.command(name="stuck", description="See who is not done, and what will happen to them when")
    @discord.option(
        "warn_after",
        str,
        description="Try out another time until the warning, such as 3d; 0s for never",
        required=False,
        max_length=MAX_TYPED,
    )
    @discord.option(
        "remove_after",
        str,
        description="Try out another time from the warning to the removal, such as 2d; 0s for never",
        required=False,
        max_length=MAX_TYPED,
    )
    async def stuck(
        self, ctx: discord.ApplicationContext, warn_after: str | None = None, remove_after: str | None = None
    ) -> None:
        async with answering(ctx.interaction):
            context = await self._context(ctx.interaction)
            times = _times(context.policy, warn_after, remove_after)
            await (await self._listed(context, 0, times)).send(ctx.interaction)


class StuckButtons(ListsStuck, discord.Cog):
    """What staff do about somebody who is not done."""

    @responds_to(StuckPageId)
    async def turn(self, interaction: discord.Interaction, pressed: StuckPageId) -> None:
        async with answering(interaction, update=True):
            await (await self._listed(await self._context(interaction), pressed.page)).replace(interaction)

    @responds_to(StuckTrialId)
    async def turn_trial(self, interaction: discord.Interaction, pressed: StuckTrialId) -> None:
        async with answering(interaction, update=True):
            context = await self._context(interaction)
            warn, kick = (timedelta(seconds=one) for one in (pressed.warn_after, pressed.kick_after))
            times = Times(context.policy.nudge_after, warn, kick)
            await (await self._listed(context, pressed.page, times)).replace(interaction)

    @responds_to(StuckWhoId)
    async def choose(self, interaction: discord.Interaction, pressed: StuckWhoId, user_id: int) -> None:
        del pressed
        async with answering(interaction, update=True):
            context, row = await self._one(interaction, user_id)
            await ui.one(row, context.policy).replace(interaction)

    @responds_to(RemindId)
    async def remind(self, interaction: discord.Interaction, pressed: RemindId) -> None:
        async with answering(interaction, update=True):
            context, row = await self._one(interaction, pressed.user_id)
            role_ids = await self._roles(row)
            is_sent = await asking.remind(
                self._bot,
                row,
                context.policy,
                lambda server: timed.reminder(row, server=server, is_warning=False, kick_at=None),
                role_ids,
                once=f"now{interaction.id}",
            )
            if not is_sent:
                raise InvalidInput(
                    "I could not reach them. Post a panel where they see it, or set `onboarding.channel`."
                )
            async with self._bot.uow() as work:
                await work.onboarding.stuck.reminded(context.actor, row.user_id)
            await ui.one(row, context.policy, t("Reminded.")).replace(interaction)

    @responds_to(LetInId)
    async def let_in(self, interaction: discord.Interaction, pressed: LetInId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                row = await work.onboarding.stuck.let_in(context.actor, context.policy, pressed.user_id)
            text = t("<@{member}> is let in. Their roles are on their way.", member=row.user_id)
            await ui.closed(text).replace(interaction)

    @responds_to(RemoveId)
    async def remove(self, interaction: discord.Interaction, pressed: RemoveId) -> None:
        async with answering(interaction, update=True):
            context, row = await self._one(interaction, pressed.user_id)
            if not interaction.permissions.kick_members and not interaction.permissions.administrator:
                raise InvalidInput("For that you need **Kick Members** yourself.")
            if not pressed.is_sure:
                await ui.confirm(row).replace(interaction)
                return
            reason = t("Onboarding: removed by {person}", person=context.actor.user_id)
            await removing.remove(self._bot, row, await self._roles(row), reason=reason)
            await ui.closed(t("<@{member}> was removed.", member=row.user_id)).replace(interaction)

    async def _one(self, interaction: discord.Interaction, user_id: int) -> tuple[RequestContext, Onboarding]:
        async with self._work(interaction) as (context, work):
            return context, await work.onboarding.stuck.one(context.actor, user_id)

    async def _roles(self, row: Onboarding) -> frozenset[int]:
        member = await granting.find_member(self._bot, row.guild_id, row.user_id)
        return frozenset(int(one) for one in member["roles"]) if member is not None else frozenset()
