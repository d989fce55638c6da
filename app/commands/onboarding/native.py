"""Questions from Discord's own onboarding, and into it."""

from collections.abc import Sequence
from typing import Any

import discord

from app.bot import Bot
from app.commands.onboarding.questions import QuestionCog
from app.core.errors import InvalidInput, NotAllowed
from app.core.messages import t
from app.core.onboarding import exchange, native
from app.core.onboarding.native import LeftOut
from app.core.onboarding.path import check_order
from app.core.onboarding.questions import Question
from app.core.settings.snapshot import SettingsSnapshot
from app.effects.onboarding.native_questions import prompts_of, write_prompts
from app.services.onboarding.questions import QuestionsChanged
from app.ui.kit.context import NotInServer, present
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.onboarding import exchange as ui
from app.ui.onboarding import question_list
from app.ui.onboarding.places import check_channels, check_roles
from app.ui.onboarding.question_ids import GivePromptsId, TakePromptsId


async def taking(
    bot: Bot, interaction: discord.Interaction, there: Sequence[Question], snapshot: SettingsSnapshot
) -> Reply:
    """Show what would change with the prompts of Discord. Raises UserError."""
    prompts = await prompts_of(bot, present(interaction.guild).id)
    wanted, left_out = _taken(interaction, prompts, there)
    to = TakePromptsId(shown=exchange.fingerprint(there), prompts=native.fingerprint(prompts))
    return ui.preview(there, wanted, snapshot, to, remarks=ui.left_out_lines(left_out))


async def giving(
    bot: Bot, interaction: discord.Interaction, questions: Sequence[Question], snapshot: SettingsSnapshot
) -> Reply:
    """Show what Discord would ask with these questions. Raises UserError."""
    _require_permissions(interaction)
    prompts = await prompts_of(bot, present(interaction.guild).id)
    made, left_out = _given(interaction, prompts, questions)
    out = {one.text for one in left_out}
    coming = [one for one in questions if one.short not in out]
    if not coming:
        raise InvalidInput(
            "None of these questions can be asked by Discord. {why}", why=" ".join(ui.left_out_lines(left_out)[:5])
        )
    to = GivePromptsId(shown=exchange.fingerprint(questions), prompts=native.fingerprint(prompts))
    titles = {one.text.casefold() for one in coming}
    others = sum(prompt["title"].casefold() not in titles for prompt in made)
    return ui.prompts_preview(coming, left_out, others, snapshot, to)


class NativeButtons(QuestionCog, discord.Cog):
    """Doing what was shown."""

    @responds_to(TakePromptsId)
    async def take(self, interaction: discord.Interaction, pressed: TakePromptsId) -> None:
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            prompts = await prompts_of(self._bot, context.actor.guild_id)
            there = await self._all(context.actor.guild_id)
            if (exchange.fingerprint(there), native.fingerprint(prompts)) != (pressed.shown, pressed.prompts):
                raise QuestionsChanged
            wanted, _ = _taken(interaction, prompts, there)
            async with self._bot.uow() as work:
                made = await work.onboarding.questions.replace_all(context.actor, wanted, shown=there)
            said = t("The questions of Discord's own onboarding are here now. Discord asks them as before.")
            await question_list.question_list(made, context.snapshot, note=said).replace(interaction)

    @responds_to(GivePromptsId)
    async def give(self, interaction: discord.Interaction, pressed: GivePromptsId) -> None:
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            _require_permissions(interaction)
            prompts = await prompts_of(self._bot, context.actor.guild_id)
            questions = await self._all(context.actor.guild_id)
            if (exchange.fingerprint(questions), native.fingerprint(prompts)) != (pressed.shown, pressed.prompts):
                raise QuestionsChanged
            made, _ = _given(interaction, prompts, questions)
            await write_prompts(
                self._bot, context.actor.guild_id, made, reason=t("Written with `/onboarding questions export`")
            )
            await Reply(t("Discord's own onboarding has these questions now.")).replace(interaction)


def _taken(
    interaction: discord.Interaction, prompts: Sequence[object], there: Sequence[Question]
) -> tuple[list[Question], list[LeftOut]]:
    guild, chooser = present(interaction.guild), interaction.user
    if not isinstance(chooser, discord.Member):
        raise NotInServer
    if not prompts:
        raise InvalidInput("Discord's own onboarding asks nothing in this server.")
    roles, channels = {one.id for one in guild.roles}, {one.id for one in guild.channels}
    wanted, left_out = native.taken(prompts, there, roles, channels)
    check_order(exchange.in_places(wanted))
    new_roles, new_channels = exchange.newly_given(there, wanted)
    check_roles(guild, chooser, new_roles)
    check_channels(guild, chooser, new_channels)
    return exchange.in_places(wanted), left_out


def _given(
    interaction: discord.Interaction, prompts: Sequence[object], questions: Sequence[Question]
) -> tuple[list[dict[str, Any]], list[LeftOut]]:
    guild = present(interaction.guild)
    roles = {one.id for one in guild.roles}
    public = {one.id for one in guild.channels if one.permissions_for(guild.default_role).view_channel}
    # Ids of this very moment, so that no prompt has them already.
    return native.given(questions, prompts, interaction.id, roles, public)


def _require_permissions(interaction: discord.Interaction) -> None:
    """Raise unless both the bot and this person may change Discord's own onboarding."""
    mine, chooser = present(interaction.guild).me.guild_permissions, interaction.user
    if not (mine.manage_guild and mine.manage_roles):
        raise InvalidInput(
            "To write Discord's own onboarding I need the permissions Manage Server and Manage Roles. Give me both "
            "first."
        )
    if not isinstance(chooser, discord.Member) or not chooser.guild_permissions.manage_roles:
        raise NotAllowed("Discord's own onboarding gives roles, so only those who may manage roles can write it.")
