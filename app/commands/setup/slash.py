"""The /setup command."""

import discord

from app.commands.setup.request import SetupCog, step_from
from app.core.setup import Step
from app.ui.kit.patience import answering
from app.ui.setup.pages import checklist, step_page

STEPS = [discord.OptionChoice(step.value, step.value) for step in Step]


class Setup(SetupCog, discord.Cog):
    """Beginning, and going on where somebody left it."""

    @discord.slash_command(
        name="setup",
        description="Set this server up step by step; you can stop and go on at any time",
        default_member_permissions=discord.Permissions(manage_guild=True),
    )
    @discord.option("step", str, description="Only this step", required=False, choices=STEPS)
    async def setup_server(self, ctx: discord.ApplicationContext, step: str | None = None) -> None:
        async with answering(ctx.interaction):
            scene = await self._scene(await self._manager(ctx.interaction))
            chosen = step_from(step)
            reply = checklist(scene) if chosen is None else step_page(scene, chosen)
            await reply.send(ctx.interaction)
