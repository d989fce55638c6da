"""The /migrate commands: what `concierge migrate` does in a terminal, for the people who run the bot."""

import asyncio
import logging
import time

import discord

from app.bot import Bot
from app.core.errors import Conflict, UserError
from app.core.messages import t
from app.migrate.run.order import Author
from app.migrate.run.progress import Progress
from app.ui import migrate as ui
from app.ui.kit.command_tree import walk
from app.ui.kit.context import present
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_operators

log = logging.getLogger(__name__)

# Discord allows five edits of a message in five seconds; two seconds are calm enough to read.
BETWEEN_UPDATES_SECONDS = 2.0
HISTORY_LINES = 15
# The process stops within five seconds; a run gets three of them to roll back and say so.
STOP_SECONDS = 3.0
# An interaction's token lives 15 minutes; later news is a direct message.
TOKEN_SECONDS = 14 * 60


class Migrate(discord.Cog):
    """Every method first requires that the person runs the bot."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._run: asyncio.Task[None] | None = None
        bot.before_stop.append(self._stop_run)

    group = discord.SlashCommandGroup(
        "migrate",
        "Manage the bot's database (for the people who run the bot)",
        default_member_permissions=discord.Permissions(administrator=True),
    )

    @group.command(name="status", description="See whether the database's schema is up to date")
    async def status(self, ctx: discord.ApplicationContext) -> None:
        self._bot.require_operator(ctx.interaction)
        async with answering(ctx.interaction):
            await ui.state(await self._bot.migrator.status()).send(ctx.interaction)

    @group.command(name="plan", description="See what is pending and what it would do, without doing it")
    async def plan(self, ctx: discord.ApplicationContext) -> None:
        self._bot.require_operator(ctx.interaction)
        async with answering(ctx.interaction):
            await ui.planned(await self._bot.migrator.plan(), confirm=False).send(ctx.interaction)

    @group.command(
        name="apply", description="Update the schema to the newest revision, once you have confirmed the plan"
    )
    async def apply(self, ctx: discord.ApplicationContext) -> None:
        self._bot.require_operator(ctx.interaction)
        async with answering(ctx.interaction):
            await ui.planned(await self._bot.migrator.plan(), confirm=True).send(ctx.interaction)

    @group.command(name="history", description="See who changed the schema, when, and how it went")
    async def history(self, ctx: discord.ApplicationContext) -> None:
        self._bot.require_operator(ctx.interaction)
        async with answering(ctx.interaction):
            await ui.record(await self._bot.migrator.history(limit=HISTORY_LINES)).send(ctx.interaction)

    @responds_to(ui.DismissId)
    async def dismiss(self, interaction: discord.Interaction, _: ui.DismissId) -> None:
        self._bot.require_operator(interaction)
        async with answering(interaction, update=True):
            await ui.refused(t("You cancelled it.")).replace(interaction)

    @responds_to(ui.ApplyId)
    async def confirm(self, interaction: discord.Interaction, pressed: ui.ApplyId) -> None:
        self._bot.require_operator(interaction)
        if self._run is not None and not self._run.done():
            raise Conflict("A migration that was started here is still running.")
        async with answering(interaction, update=True):
            await ui.running([]).replace(interaction)
        # A task of its own, because py-cord treats a cancelled handler as one that returned.
        self._run = asyncio.create_task(self._apply(interaction, pressed.digest), name="migrate")

    @responds_to(ui.StopId)
    async def stop(self, interaction: discord.Interaction, _: ui.StopId) -> None:
        self._bot.require_operator(interaction)
        if self._run is None or self._run.done():
            raise Conflict("Nothing is running here any more.")
        self._bot.migrator.cancel()
        async with answering(interaction):
            await Reply(t("Stopping. What is not finished is rolled back.")).send(interaction)

    async def _apply(self, interaction: discord.Interaction, digest: str) -> None:
        told: list[Progress] = []
        began = time.monotonic()
        member = present(interaction.user)
        author = Author(str(member), user_id=member.id, guild_id=interaction.guild_id or 0)
        updates = asyncio.create_task(self._update(interaction, told), name="migrate-progress")
        try:
            result = ui.finished(await self._bot.migrator.apply(digest, author, told.append))
        except UserError as error:
            result = ui.refused(str(error))
        except Exception as error:  # noqa: BLE001 -- nobody awaits this task; the door reports and logs it
            updates.cancel()
            await self._bot.fail(interaction, error)
            return
        finally:
            updates.cancel()
        await self._tell(interaction, result, late=time.monotonic() - began > TOKEN_SECONDS)

    async def _update(self, interaction: discord.Interaction, told: list[Progress]) -> None:
        shown = 0
        while True:
            await asyncio.sleep(BETWEEN_UPDATES_SECONDS)
            if len(told) == shown:
                continue
            shown = len(told)
            try:
                await ui.running(told).replace(interaction)
            except discord.HTTPException as error:
                log.info("progress could not be shown", extra={"status": error.status, "code": error.code})
                return

    async def _tell(self, interaction: discord.Interaction, reply: Reply, *, late: bool) -> None:
        try:
            if not late:
                await reply.replace(interaction)
                return
        except discord.HTTPException as error:
            log.info("the result could not be shown in place", extra={"status": error.status, "code": error.code})
        try:
            # As private as the answer would have been, whoever reads the channel.
            await present(interaction.user).send(embed=present(reply.embed))
        except discord.HTTPException:
            log.warning("the result of a migration could not be told", exc_info=True)

    async def _stop_run(self) -> None:
        """Stop a run, and let it roll back, before the process ends."""
        if self._run is not None and not self._run.done():
            self._bot.migrator.cancel()
            await asyncio.wait({self._run}, timeout=STOP_SECONDS)


def setup(bot: Bot) -> None:
    """Add the commands; only in the home server, if there is one."""
    cog = Migrate(bot)
    for command in cog.get_commands():
        # Set in both cases: the commands belong to the class, and another bot of this process may have set them.
        command.guild_ids = [bot.home_guild_id] if bot.home_guild_id is not None else None
    for command in walk(cog.group):
        for_operators(command.callback)
    bot.add_feature(cog)
