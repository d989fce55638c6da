"""/tickets board: the message that shows which tickets are open."""

import discord

from app.commands.tickets import groups
from app.commands.tickets.request import TicketCog
from app.core.errors import InvalidInput
from app.core.tickets.types import ALL_TEAMS, Board
from app.ui.kit.context import present
from app.ui.kit.patience import answering
from app.ui.kit.places import check_posting
from app.ui.kit.staff import for_staff
from app.ui.tickets import board as ui
from app.ui.tickets.places import check_role


class BoardCommands(TicketCog):
    """The boards of a server."""

    @for_staff
    @groups.tickets.command(name="board", description="Show the open tickets in a channel, always up to date")
    @discord.option(
        "channel",
        discord.SlashCommandOptionType.channel,
        description="Where; choose one that only staff see",
        channel_types=[discord.ChannelType.text],
        required=False,
    )
    @discord.option("team", discord.Role, description="Only the tickets of this role (default: all)", required=False)
    @discord.option("off", bool, description="Take the board away again", required=False)
    async def board(
        self,
        ctx: discord.ApplicationContext,
        channel: discord.abc.GuildChannel | None = None,
        team: discord.Role | None = None,
        off: bool = False,
    ) -> None:
        async with answering(ctx.interaction):
            guild = present(ctx.guild)
            key = ALL_TEAMS if team is None else str(check_role(guild, team.id))
            if (channel is None) is not off:
                raise InvalidInput("Give the `channel` of the board, or `off` to take it away.")
            place = check_posting(guild, channel.id) if channel is not None else None
            async with self._work(ctx.interaction) as (context, work):
                board = Board(key, place.id) if place is not None else None
                if board is not None:
                    done = await work.tickets.board.put(context.actor, context.policy, board)
                else:
                    done = await work.tickets.board.remove(context.actor, context.policy, key)
                work.after_commit(lambda: self._bot.settings.invalidate(done.guild_id))
            if board is None or place is None:
                reply = ui.removed(done)
            else:
                reply = ui.put(board, done, seen_by_all=place.permissions_for(guild.default_role).view_channel)
            await reply.send(ctx.interaction)
        self._bot.dispatch("setting_changed", done)
