"""/onboarding stats, member, export and check: what staff and managers see."""

from typing import Any

import discord

from app.commands.onboarding import groups
from app.commands.onboarding.request import OnboardingCog
from app.core.csv_parts import CsvParts
from app.effects.checking import NOT_SAID, native_of
from app.effects.looking import look
from app.services.onboarding.managing import require_manager
from app.ui.kit.charts import pictures
from app.ui.kit.composing import composed
from app.ui.kit.context import present
from app.ui.kit.patience import answering
from app.ui.kit.staff import for_staff
from app.ui.onboarding import check as check_ui
from app.ui.onboarding import export as export_ui
from app.ui.onboarding import figures as figures_ui
from app.ui.onboarding import member as member_ui

PERIODS = {"7 days": 7, "30 days": 30, "90 days": 90, "A year": 365}
DAYS = 30
MAX_FILE = 10 * 1024 * 1024
"""Bytes, if Discord does not say how large a file may be, and at most."""


class StaffCommands(OnboardingCog):
    """Seeing how members get on."""

    @for_staff
    @groups.onboarding.command(name="stats", description="See how many who joined got how far, and where they give up")
    @discord.option(
        "period",
        int,
        description="Who joined in the time before now, 30 days if left out",
        required=False,
        choices=[discord.OptionChoice(name, days) for name, days in PERIODS.items()],
    )
    async def stats(self, ctx: discord.ApplicationContext, period: int = DAYS) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                funnel = await work.onboarding.figures.of(context.actor, days=period)
            charts = await composed(figures_ui.charts, funnel)
            await figures_ui.report(funnel, context.snapshot, await pictures(charts)).send(ctx.interaction)

    @for_staff
    @groups.onboarding.command(name="member", description="See how a member joined, and what they answered")
    @discord.option("member", discord.User, description="Who; also somebody who has left, by their id")
    async def member(self, ctx: discord.ApplicationContext, member: discord.User) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                record = await work.onboarding.finding.member(context.actor, member.id)
            await member_ui.report(record, context.snapshot).send(ctx.interaction)

    @for_staff
    @groups.onboarding.command(name="export", description="Get a table of all members and their answers")
    async def export(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                questions = await work.onboarding.finding.questions(context.actor)
            limit = min(ctx.interaction.attachment_size_limit or MAX_FILE, MAX_FILE)
            parts = CsvParts(export_ui.NAME, export_ui.header(questions), limit)
            after, many = 0, 0
            while True:
                # A transaction for each page: one that lasts for all of them would hold up vacuum.
                async with self._bot.uow() as work:
                    page = await work.onboarding.finding.page(context.actor, questions, after)
                if not page:
                    break
                names = _names(ctx.guild, [one.user_id for one in page])
                await composed(_write, parts, page, questions, names)
                after, many = page[-1].user_id, many + len(page)
            if not many:
                await export_ui.nobody().send(ctx.interaction)
                return
            files = await composed(parts.finish)
            for number, file in enumerate(files, 1):
                await export_ui.reply(file, number, len(files), many).send(ctx.interaction)

    @for_staff
    @groups.onboarding.command(name="check", description="See what is wrong with how onboarding is set up")
    async def check(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            async with self._work(ctx.interaction) as (context, work):
                require_manager(context.actor)
                questions = await work.onboarding.questions.all(context.actor.guild_id)
                newest = await work.onboarding.versions.newest(context.actor.guild_id)
            guild = present(ctx.guild)
            setup = check_ui.Setup(context.snapshot, questions, newest.number if newest is not None else None)
            native, has_said = await native_of(self._bot, guild)
            server = await look(guild, setup.places)
            reply = check_ui.report(server, setup, native, sees_members=self._bot.sees_members)
            await (reply if has_said else check_ui.noted(reply, str(NOT_SAID))).send(ctx.interaction)


def _write(parts: CsvParts, page: Any, questions: Any, names: dict[int, str]) -> None:
    parts.add(export_ui.rows(page, questions, names))


def _names(guild: discord.Guild | None, ids: list[int]) -> dict[int, str]:
    """Return what members are called, as far as the bot knows."""
    if guild is None:
        return {}
    return {one.id: one.display_name for one in map(guild.get_member, ids) if one is not None}
