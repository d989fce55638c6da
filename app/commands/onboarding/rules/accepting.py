"""The buttons under the post of the rules, and /rules accepted: what every member does with them."""

import discord

from app.commands.onboarding.request import OnboardingCog
from app.commands.onboarding.rules import groups
from app.core.onboarding.acceptances import read_acceptances
from app.core.onboarding.progress import At
from app.ui.kit.links import link_to
from app.ui.kit.mentions import readable
from app.ui.kit.patience import answering
from app.ui.kit.routes import responds_to
from app.ui.onboarding import rules as ui
from app.ui.onboarding.rules_ids import AcceptId, WhatChangedId


class AcceptingCommands(OnboardingCog):
    """What members see of their own acceptance."""

    @groups.rules.command(name="accepted", description="See which rules you accepted, and when")
    async def accepted_rules(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            context = await self._context(ctx.interaction)
            async with self._bot.uow() as work:
                mine = await work.onboarding.flow.mine(context.actor)
                newest = await work.onboarding.versions.newest(context.actor.guild_id)
            post = context.policy.rules_post
            link = ""
            if post is not None and post.message_id is not None:
                link = link_to(context.actor.guild_id, post.channel_id, post.message_id)
            accepted = read_acceptances(mine.row.acceptances) if mine is not None else []
            await ui.own_acceptances(accepted, newest, link, context.snapshot).send(ctx.interaction)


class AcceptingButtons(OnboardingCog, discord.Cog):
    """The buttons under the post, which work for everybody, whatever they have begun."""

    @responds_to(AcceptId)
    async def accept(self, interaction: discord.Interaction, pressed: AcceptId) -> None:
        async with answering(interaction):
            context = await self._context(interaction)
            async with self._bot.uow() as work:
                actor, policy = context.actor, context.policy
                before = await work.onboarding.flow.mine(actor)
                locale = interaction.locale or ""
                progress = await work.onboarding.flow.accept(actor, policy, pressed.version, locale=locale)
            has_accepted = before is not None and before.row.rules_version == pressed.version
            at = before.row.rules_accepted_at if before is not None and has_accepted else None
            reply = ui.accepted(
                pressed.version,
                at or self._bot.clock(),
                is_new=not has_accepted,
                has_more=policy.is_on and progress.at is not At.DONE,
                mention=readable(self._bot.application_commands),
            )
            await reply.send(interaction)

    @responds_to(WhatChangedId)
    async def what_changed(self, interaction: discord.Interaction, pressed: WhatChangedId) -> None:
        async with answering(interaction):
            context = await self._context(interaction)
            async with self._bot.uow() as work:
                guild_id = context.actor.guild_id
                version = await work.onboarding.versions.get(guild_id, pressed.version)
                mine = await work.onboarding.flow.mine(context.actor)
                known = mine.row.rules_version if mine is not None else None
                since = pressed.version - 1 if known is None else known
                earlier = await work.onboarding.versions.get(guild_id, since) if 0 < since < pressed.version else None
            await ui.what_is_new(version, earlier, context.snapshot).send(interaction)
