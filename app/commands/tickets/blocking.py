"""/tickets block: who may open no tickets."""

import re

import discord

from app.commands.tickets import groups
from app.commands.tickets.request import TicketCog
from app.core import when
from app.core.errors import InvalidInput
from app.core.settings.kinds import MAX_ID
from app.core.tickets.types import Blocked
from app.services.tickets.setup import MAX_REASON, require_staff
from app.ui.kit.patience import answering
from app.ui.kit.reply import Reply
from app.ui.kit.routes import responds_to
from app.ui.kit.staff import for_staff
from app.ui.tickets import blocked as ui
from app.ui.tickets.setup_ids import BlockedPageId, UnblockId

ID = re.compile(r"(?:<@!?)?([0-9]{15,20})>?")
MAX_TYPED = 30


class BlockCog(TicketCog):
    """What the commands and the menus of blocked members share."""

    async def _unblock(self, interaction: discord.Interaction, user_id: int) -> None:
        async with self._work(interaction) as (context, work):
            done = await work.tickets.setup.unblock(context.actor, user_id)
            work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
        await ui.unblocked(user_id, done).send(interaction)
        self._bot.dispatch("setting_followed", done)

    async def _page(self, interaction: discord.Interaction, page: int) -> Reply:
        context = await self._context(interaction)
        require_staff(context.actor)
        return ui.blocked_list(context.policy, context.snapshot, self._bot.clock(), page)


class BlockCommands(BlockCog):
    """Who may open no tickets."""

    @for_staff
    @groups.tickets.command(name="block", description="Let a member open no tickets (staff only)")
    @discord.option("member", discord.User, description="Who", required=False)
    @discord.option("id", str, description="Their id, if they have left", required=False, max_length=MAX_TYPED)
    @discord.option("reason", str, description="Why, for staff", required=False, max_length=MAX_REASON)
    @discord.option(
        "until",
        str,
        description="How long, such as: 3d, monday 9am (default: until unblocked)",
        required=False,
        max_length=when.MAX_PHRASE,
    )
    async def block(
        self,
        ctx: discord.ApplicationContext,
        member: discord.User | discord.Member | None = None,
        id: str | None = None,  # noqa: A002 -- the name of the option
        reason: str | None = None,
        until: str | None = None,
    ) -> None:
        async with answering(ctx.interaction):
            context = await self._context(ctx.interaction)
            require_staff(context.actor)
            user_id = _who(member, id)
            moment = await self._moment(ctx.interaction, context, until) if until is not None else None
            async with self._bot.uow() as work:
                done = await work.tickets.setup.block(context.actor, user_id, reason=reason or "", until=moment)
                work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
            held = Blocked.from_json(done.key, done.new_value or {})
            await ui.blocked(user_id, held, done).send(ctx.interaction)
        self._bot.dispatch("setting_followed", done)

    @for_staff
    @groups.tickets.command(name="unblock", description="Let a member open tickets again (staff only)")
    @discord.option("member", discord.User, description="Who", required=False)
    @discord.option("id", str, description="Their id, if they have left", required=False, max_length=MAX_TYPED)
    async def unblock(
        self,
        ctx: discord.ApplicationContext,
        member: discord.User | discord.Member | None = None,
        id: str | None = None,  # noqa: A002 -- the name of the option
    ) -> None:
        async with answering(ctx.interaction):
            require_staff((await self._context(ctx.interaction)).actor)
            await self._unblock(ctx.interaction, _who(member, id))

    @for_staff
    @groups.tickets.command(name="blocked", description="See who can open no tickets (staff only)")
    async def blocked(self, ctx: discord.ApplicationContext) -> None:
        async with answering(ctx.interaction):
            await (await self._page(ctx.interaction, 0)).send(ctx.interaction)


class BlockMenus(BlockCog, discord.Cog):
    """What is under the list of blocked members."""

    @responds_to(BlockedPageId)
    async def turn_page(self, interaction: discord.Interaction, pressed: BlockedPageId) -> None:
        async with answering(interaction, update=True):
            await (await self._page(interaction, pressed.page)).replace(interaction)

    @responds_to(UnblockId)
    async def unblock_one(self, interaction: discord.Interaction, _: UnblockId, user_id: int) -> None:
        async with answering(interaction):
            await self._unblock(interaction, user_id)


def _who(member: discord.User | discord.Member | None, typed: str | None) -> int:
    if (member is None) == (typed is None):
        raise InvalidInput("Choose a `member`, or give the `id` of one who has left.")
    if member is not None:
        if member.bot:
            raise InvalidInput("Bots open no tickets.")
        return member.id
    found = ID.fullmatch((typed or "").strip())
    if found is None or not 0 < int(found[1]) <= MAX_ID:
        raise InvalidInput("`id` takes a member's id: 15 to 20 digits. Discord copies it in developer mode.")
    return int(found[1])
