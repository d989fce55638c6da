"""/onboarding questions: the usual ones, and files."""

import asyncio
from collections.abc import Sequence

import discord

from app.commands.onboarding import groups, native
from app.commands.onboarding.questions import QuestionCog
from app.core.errors import InvalidInput
from app.core.messages import speaking, t, tn
from app.core.onboarding import defaults, exchange
from app.core.onboarding.path import check_order
from app.core.onboarding.questions import Question
from app.services.onboarding.questions import QuestionsChanged
from app.ui.kit.context import NotInServer, present
from app.ui.kit.files import content_of
from app.ui.kit.language import language_of_server
from app.ui.kit.patience import answering
from app.ui.kit.reply import Attachment, Reply
from app.ui.kit.routes import responds_to
from app.ui.onboarding import exchange as ui
from app.ui.onboarding import question_list
from app.ui.onboarding.places import check_channels, check_roles
from app.ui.onboarding.question_ids import ImportId, NoImportId

FILE, DISCORD = "file", "discord"
PLACES = [discord.OptionChoice(FILE, FILE), discord.OptionChoice(DISCORD, DISCORD)]
SOURCES = PLACES[1:]


class ExchangeCommands(QuestionCog):
    """Beginning with the usual questions; taking questions from a file, and giving them as one."""

    @groups.questions.command(name="defaults", description="Begin with the usual questions, in the server's language")
    async def defaults(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            context = await self._manager(ctx.interaction)
            with speaking(language_of_server(self._bot, context.actor.guild_id)):
                usual = defaults.usual()
            async with self._bot.uow() as work:
                questions = await work.onboarding.questions.add_usual(context.actor, usual)
            said = tn("Added {count} question.", "Added {count} questions. Change them as you like.", len(usual))
            page = question_list.page_of(len(questions))
            await question_list.question_list(questions, context.snapshot, page=page, note=said).send(ctx.interaction)

    @groups.questions.command(
        name="export", description="Give the questions away: as a file, or to Discord's own onboarding"
    )
    @discord.option("to", str, description="Where to; a file unless you say so", choices=PLACES, required=False)
    async def export(self, ctx: discord.ApplicationContext, to: str | None = None) -> None:
        async with answering(ctx.interaction):
            context = await self._manager(ctx.interaction)
            questions = await self._all(context.actor.guild_id)
            if not questions:
                raise InvalidInput("There are no questions yet. Add one with `/onboarding questions add`.")
            if to == DISCORD:
                reply = await native.giving(self._bot, ctx.interaction, questions, context.snapshot)
            else:
                reply = ui.exported(context.actor.guild_id, questions)
            await reply.send(ctx.interaction)

    @groups.questions.command(
        name="import", description="Take questions from a file or from Discord; you see first what changes"
    )
    @discord.option("file", discord.Attachment, description="A file of /onboarding questions export", required=False)
    @discord.option("source", str, description="From where, if not from a file", choices=SOURCES, required=False)
    async def take(
        self, ctx: discord.ApplicationContext, file: discord.Attachment | None = None, source: str | None = None
    ) -> None:
        async with answering(ctx.interaction):
            context = await self._manager(ctx.interaction)
            if (file is None) == (source is None):
                raise InvalidInput("Give either a file, or Discord's own onboarding as `source`.")
            there = await self._all(context.actor.guild_id)
            if file is None:
                reply = await native.taking(self._bot, ctx.interaction, there, context.snapshot)
            else:
                content = await content_of(file, exchange.MAX_BYTES)
                wanted, left_out = await _read(content, ctx.interaction, there)
                reply = ui.preview(
                    there,
                    wanted,
                    context.snapshot,
                    ui.import_button(there),
                    files=[Attachment(ui.FILE, content)],
                    remarks=_remarks(left_out),
                )
            await reply.send(ctx.interaction)


class ImportButtons(QuestionCog, discord.Cog):
    """Taking what was shown, or leaving it."""

    @responds_to(ImportId)
    async def take(self, interaction: discord.Interaction, pressed: ImportId) -> None:
        async with answering(interaction, update=True):
            context = await self._manager(interaction)
            files = interaction.message.attachments if interaction.message is not None else []
            if len(files) != 1:
                raise InvalidInput("The file is gone. Give it to `/onboarding questions import` again.")
            there = await self._all(context.actor.guild_id)
            if exchange.fingerprint(there) != pressed.shown:
                raise QuestionsChanged
            wanted, _ = await _read(await content_of(files[0], exchange.MAX_BYTES), interaction, there)
            async with self._bot.uow() as work:
                questions = await work.onboarding.questions.replace_all(context.actor, wanted, shown=there)
            reply = question_list.question_list(
                questions, context.snapshot, note=t("The questions are those of the file now.")
            )
            await reply.replace(interaction)

    @responds_to(NoImportId)
    async def leave(self, interaction: discord.Interaction, _: NoImportId) -> None:
        async with answering(interaction, update=True):
            await self._manager(interaction)
            await Reply(t("The questions stay as they are.")).replace(interaction)


def _remarks(left_out: int) -> list[str]:
    if not left_out:
        return []
    said = tn(
        "⚠️ {count} role or channel is not in this server, and is left out.",
        "⚠️ {count} roles and channels are not in this server, and are left out.",
        left_out,
    )
    return [said]


async def _read(
    content: bytes, interaction: discord.Interaction, there: Sequence[Question]
) -> tuple[list[Question], int]:
    """Read a file for whoever gave it; return also how many roles and channels are not in this server."""
    guild, chooser = present(interaction.guild), interaction.user
    if not isinstance(chooser, discord.Member):
        raise NotInServer
    # In a thread: a large file takes a while.
    read = await asyncio.to_thread(exchange.read, content, guild.id, {one.id for one in there})
    roles, channels = exchange.given(read)
    gone = {one for one in roles if guild.get_role(one) is None}
    hidden = {one for one in channels if guild.get_channel(one) is None}
    wanted = exchange.without(read, gone, hidden)
    check_order(wanted)
    new_roles, new_channels = exchange.newly_given(there, wanted)
    check_roles(guild, chooser, new_roles)
    check_channels(guild, chooser, new_channels)
    return wanted, len(gone) + len(hidden)
