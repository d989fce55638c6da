"""/faq privacy: what is kept of what a member searched for, for the member themselves."""

import discord

from app.commands.faq import groups
from app.commands.faq.request import FaqCog
from app.ui.faq import privacy as ui
from app.ui.faq.privacy_ids import ForgetMineId, KeepMineId, OwnSearchesId, SuggestId
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to


class PrivacyCog(FaqCog):
    """What the command and its buttons share."""

    async def _mine(self, interaction: discord.Interaction, page: int = 0, note: str = "") -> Reply:
        async with self._work(interaction) as (context, work):
            found = await work.faq.privacy.page(context.actor, page)
            is_private = await work.member_privacy.find(context.actor.user_id)
            is_quiet = await work.member_quiet.find(context.actor.user_id)
        return ui.mine(found, context.snapshot, is_private=is_private, is_quiet=is_quiet, note=note)


class PrivacyCommands(PrivacyCog):
    """Seeing what is kept."""

    @groups.faq.command(name="privacy", description="See, delete or stop what is kept of your searches")
    async def privacy(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            await (await self._mine(ctx.interaction)).send(ctx.interaction)


class PrivacyButtons(PrivacyCog, discord.Cog):
    """What members decide about it."""

    @responds_to(OwnSearchesId)
    async def turn(self, interaction: discord.Interaction, pressed: OwnSearchesId) -> None:
        async with answering(interaction, update=True):
            await (await self._mine(interaction, pressed.page)).replace(interaction)

    @responds_to(KeepMineId)
    async def choose(self, interaction: discord.Interaction, pressed: KeepMineId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                await work.member_privacy.set(context.actor, private=not pressed.keep)
            reply = await self._mine(interaction, note=ui.chosen(keep=pressed.keep))
            await reply.replace(interaction)

    @responds_to(SuggestId)
    async def suggest(self, interaction: discord.Interaction, pressed: SuggestId) -> None:
        async with answering(interaction, update=True):
            async with self._work(interaction) as (context, work):
                await work.member_quiet.wish(context.actor, wanted=not pressed.suggest)
            reply = await self._mine(interaction, note=ui.suggesting(suggest=pressed.suggest))
            await reply.replace(interaction)

    @responds_to(ForgetMineId)
    async def forget(self, interaction: discord.Interaction, pressed: ForgetMineId) -> None:
        async with answering(interaction, update=True):
            if not pressed.is_sure:
                async with self._work(interaction) as (context, work):
                    found = await work.faq.privacy.page(context.actor, 0)
                await ui.really(found.total).replace(interaction)
                return
            async with self._work(interaction) as (context, work):
                count = await work.faq.privacy.forget(context.actor)
            reply = await self._mine(interaction, note=ui.forgotten(count))
            await reply.replace(interaction)
