"""/faq export and import."""

import asyncio

import discord

from app.commands.faq import groups
from app.commands.faq.request import FaqCog
from app.core.errors import InvalidInput
from app.core.faq import exchange
from app.core.faq.entries import Draft
from app.core.faq.exchange_reading import File, read, without_roles
from app.core.faq.written_in import usual
from app.ui.faq import exchange as ui
from app.ui.faq.exchange_ids import ImportId, NoImportId
from app.ui.kit.context import present
from app.ui.kit.files import content_of
from app.ui.kit.patience import answering
from app.ui.kit.reply import Attachment
from app.ui.kit.routes import responds_to

CSV, JSON = "csv", "json"
FORMATS = [discord.OptionChoice(JSON, JSON), discord.OptionChoice(CSV, CSV)]
SKIP, UPDATE = "skip", "update"
EXISTING = [discord.OptionChoice(SKIP, SKIP), discord.OptionChoice(UPDATE, UPDATE)]


class ExchangeCommands(FaqCog):
    """Entries as files."""

    @groups.faq.command(name="export", description="Get all entries of the FAQ as a file (staff only)")
    @discord.option("format", str, description="For programs, or for spreadsheets", choices=FORMATS, required=False)
    async def export(
        self,
        ctx: discord.ApplicationContext,
        format: str | None = None,  # noqa: A002 -- the name of the option
    ) -> None:
        async with answering(ctx.interaction):
            context = await self._staff(ctx.interaction)
            found: list[Draft] = []
            after = 0
            while True:
                # A transaction for each page: one that lasts for all of them would hold up vacuum.
                async with self._bot.uow() as work:
                    page, after = await work.faq.importing.export_page(context.actor, after)
                if not page:
                    break
                found += page
            if not found:
                raise InvalidInput("There are no entries yet. Write the first one with `/faq add`.")
            limit = min(ctx.interaction.attachment_size_limit or exchange.MAX_BYTES, exchange.MAX_BYTES)
            files = await asyncio.to_thread(_written, format or JSON, context.actor.guild_id, found, limit)
            for number, file in enumerate(files, 1):
                await ui.exported(file, number, len(files), len(found)).send(ctx.interaction)

    @groups.faq.command(
        name="import", description="Take entries from a file; you see first what that would do (staff only)"
    )
    @discord.option("file", discord.Attachment, description="A file of /faq export, or a table with title and answer")
    @discord.option(
        "existing",
        str,
        description="What becomes of titles that are there; they stay as they are unless you say so",
        choices=EXISTING,
        required=False,
    )
    async def take(
        self, ctx: discord.ApplicationContext, file: discord.Attachment, existing: str | None = None
    ) -> None:
        async with answering(ctx.interaction):
            context = await self._staff(ctx.interaction)
            content = await content_of(file, exchange.MAX_BYTES)
            found, foreign = await _read(content, ctx.interaction)
            update = existing == UPDATE
            async with self._bot.uow() as work:
                plan = await work.faq.importing.plan(context.actor, found, update_known=update)
            reply = await asyncio.to_thread(
                ui.proposal,
                plan,
                found,
                Attachment(_name_of(file), content),
                context.snapshot,
                update_known=update,
                foreign_owners=foreign,
            )
            await reply.send(ctx.interaction)


class FaqImportButtons(FaqCog, discord.Cog):
    """Taking what was shown, or leaving it."""

    @responds_to(ImportId)
    async def take(self, interaction: discord.Interaction, pressed: ImportId) -> None:
        async with answering(interaction, update=True):
            context = await self._staff(interaction)
            files = interaction.message.attachments if interaction.message is not None else []
            if not files:
                raise InvalidInput("The file is gone. Give it to `/faq import` again.")
            found, _ = await _read(await content_of(files[0], exchange.MAX_BYTES), interaction)
            async with self._bot.uow() as work:
                done = await work.faq.importing.take(
                    context.actor,
                    found,
                    update_known=pressed.update,
                    shown=pressed.shown,
                    language=usual(interaction.guild_locale),
                )
            await ui.imported(done).replace(interaction)

    @responds_to(NoImportId)
    async def leave(self, interaction: discord.Interaction, _: NoImportId) -> None:
        async with answering(interaction, update=True):
            await self._staff(interaction)
            await ui.left().replace(interaction)


async def _read(content: bytes, interaction: discord.Interaction) -> tuple[File, int]:
    """Read a file; return also how many owners in it are roles of other servers."""
    roles = frozenset(one.id for one in present(interaction.guild).roles)
    # In a thread: a large file takes a while.
    found = await asyncio.to_thread(read, content)
    return without_roles(found, roles)


def _written(kind: str, guild_id: int, found: list[Draft], limit: int) -> list[Attachment]:
    parts = list(exchange.as_csv(found, limit) if kind == CSV else exchange.as_json(guild_id, found, limit))
    if len(parts) == 1:
        return [Attachment(f"faq.{kind}", parts[0])]
    return [Attachment(f"faq-{number}.{kind}", part) for number, part in enumerate(parts, 1)]


def _name_of(file: discord.Attachment) -> str:
    return "faq.json" if file.filename.casefold().endswith(".json") else "faq.csv"
