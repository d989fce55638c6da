"""The yardstick: a bare py-cord bot that answers "pong" and knows nothing else. Run as a process of its own.

Its second command does in Discord what opening a ticket does there before the answer, to say how much of that is
Discord's own.

`python -m benchmarks.yardstick API_URL TOKEN`
"""

import sys

import discord


def main() -> None:
    api_url, token = sys.argv[1:3]
    discord.http.Route.API_BASE_URL = api_url
    bot = discord.AutoShardedBot(
        intents=discord.Intents(guilds=True), cache_default_sounds=False, guild_ready_timeout=0.5
    )

    @bot.slash_command(name="ping", description="Answer")
    async def ping(ctx: discord.ApplicationContext) -> None:
        await ctx.respond("pong", ephemeral=True)

    @bot.slash_command(name="channel", description="Make a channel, and answer")
    async def channel(ctx: discord.ApplicationContext) -> None:
        assert ctx.guild is not None
        hidden, seen = discord.PermissionOverwrite(view_channel=False), discord.PermissionOverwrite(view_channel=True)
        people = (ctx.guild.me, ctx.user, ctx.guild.roles[-1])
        overwrites = {ctx.guild.default_role: hidden, **dict.fromkeys(people, seen)}
        await ctx.guild.create_text_channel("a-ticket", topic="A ticket", overwrites=overwrites)
        await ctx.respond("made", ephemeral=True)

    bot.run(token)


if __name__ == "__main__":
    main()
