"""/onboarding mine: what is stored about the person who asks."""

import discord

from app.commands.onboarding import groups
from app.commands.onboarding.flow import WalksThrough, answered, in_place, whose
from app.core.messages import t
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.onboarding import mine as ui
from app.ui.onboarding.ids import ForgetId, ForgetNowId, MineId


class MineCommands(WalksThrough):
    """What members see of themselves."""

    @groups.onboarding.command(name="mine", description="See, change or delete what is stored about you here")
    async def mine(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            context = await self._context(ctx.interaction)
            await (await self._mine(context)).send(ctx.interaction)


class MineButtons(WalksThrough, discord.Cog):
    """The buttons under it."""

    @responds_to(MineId)
    async def show(self, interaction: discord.Interaction, pressed: MineId) -> None:
        async with answering(interaction, update=in_place(interaction)):
            context = await self._owner(interaction, pressed.guild_id, pressed.user_id)
            await answered(interaction, await self._mine(context))

    @responds_to(ForgetId)
    async def ask(self, interaction: discord.Interaction, pressed: ForgetId) -> None:
        async with answering(interaction, update=in_place(interaction)):
            context = await self._owner(interaction, pressed.guild_id, pressed.user_id)
            await answered(interaction, ui.really(whose(context)))

    @responds_to(ForgetNowId)
    async def forget(self, interaction: discord.Interaction, pressed: ForgetNowId) -> None:
        async with answering(interaction, update=in_place(interaction)):
            context = await self._owner(interaction, pressed.guild_id, pressed.user_id)
            async with self._bot.uow() as work:
                had_some = await work.onboarding.flow.forget(context.actor, context.policy)
            note = t("Your answers are deleted.") if had_some else t("There were no answers.")
            await answered(interaction, await self._mine(context, note))
