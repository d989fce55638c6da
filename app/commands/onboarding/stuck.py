"""/onboarding stuck: who is not done, what will happen to them by itself, and what staff do about one."""

import discord

from app.commands.onboarding import groups
from app.commands.onboarding.request import OnboardingCog, RequestContext
from app.core.errors import InvalidInput
from app.core.messages import t
from app.effects.onboarding import asking, granting, removing
from app.models import Onboarding
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff
from app.ui.onboarding import stuck as ui
from app.ui.onboarding import timed
from app.ui.onboarding.stuck_ids import LetInId, RemindId, RemoveId, StuckPageId, StuckWhoId


class StuckCommands(OnboardingCog):
    """Seeing who is not done."""

    @for_staff
    @groups.onboarding.command(name="stuck", description="See who is not done, and what will happen to them when")
    async def stuck(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                found = await work.onboarding.stuck.page(context.actor, 0)
            await ui.listed(found, context.policy).send(ctx.interaction)


class StuckButtons(OnboardingCog, discord.Cog):
    """What staff do about somebody who is not done."""

    @responds_to(StuckPageId)
    async def turn(self, interaction: discord.Interaction, pressed: StuckPageId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                found = await work.onboarding.stuck.page(context.actor, pressed.page)
            await ui.listed(found, context.policy).replace(interaction)

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
