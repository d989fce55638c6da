"""/settings check: what is not right with what settings name, with the buttons of /health check."""

import discord

from app.commands.settings import groups
from app.commands.settings.request import SettingsCog
from app.effects.checking import check_settings
from app.services.settings import require_manager
from app.ui.health import check as ui
from app.ui.kit.context import actor_of, present
from app.ui.kit.patience import answering


class CheckCommands(SettingsCog):
    """Checking the settings alone."""

    @groups.settings.command(
        name="check", description="See whether the channels and roles of the settings work, and mend them"
    )
    async def check(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            actor = actor_of(ctx.interaction)
            require_manager(actor)
            guild = present(ctx.guild)
            found = await check_settings(self._bot, guild)
            asker = ui.Asker(
                guild.id,
                present(self._bot.application_id),
                guild.me.guild_permissions,
                is_manager=actor.is_manager,
                is_operator=self._bot.is_operator(ctx.interaction),
                of_settings=True,
            )
            await ui.report(found, asker, page=0, at=self._bot.clock()).send(ctx.interaction)
