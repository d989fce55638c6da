"""The yardstick: a bare py-cord bot that answers "pong" and knows nothing else. Run as a process of its own.

Its second command does in Discord what opening a ticket does there before the answer, to say how much of that is
Discord's own. With a database it has two more, which say what is left when there is nothing but what must be: one
changes a row, one adds a row, makes a channel and writes that down, each before the answer, by the driver alone.

`python -m benchmarks.yardstick API_URL TOKEN [DATABASE]`
"""

import sys

import discord


def main() -> None:
    api_url, token, *databases = sys.argv[1:]
    discord.http.Route.API_BASE_URL = api_url
    bot = discord.AutoShardedBot(
        intents=discord.Intents(guilds=True), cache_default_sounds=False, guild_ready_timeout=0.5
    )

    @bot.slash_command(name="ping", description="Answer")
    async def ping(ctx: discord.ApplicationContext) -> None:
        await ctx.respond("pong", ephemeral=True)

    @bot.slash_command(name="channel", description="Make a channel, and answer")
    async def channel(ctx: discord.ApplicationContext) -> None:
        await make_channel(ctx)
        await ctx.respond("made", ephemeral=True)

    for database in databases:
        keep(bot, database)
    bot.run(token)


async def make_channel(ctx: discord.ApplicationContext) -> int:
    assert ctx.guild is not None
    hidden, seen = discord.PermissionOverwrite(view_channel=False), discord.PermissionOverwrite(view_channel=True)
    people = (ctx.guild.me, ctx.user, ctx.guild.roles[-1])
    overwrites = {ctx.guild.default_role: hidden, **dict.fromkeys(people, seen)}
    made = await ctx.guild.create_text_channel("a-ticket", topic="A ticket", overwrites=overwrites)
    return made.id


def keep(bot: discord.AutoShardedBot, address: str) -> None:
    """Add the commands that need a database, over one connection that stays open."""
    import asyncpg

    from app.db import normalize

    connections: list[asyncpg.Connection] = []

    async def connection() -> asyncpg.Connection:
        if not connections:
            connections.append(await asyncpg.connect(**normalize(address).asyncpg_args()))
            await connections[0].execute("CREATE TABLE bare (id serial PRIMARY KEY, channel_id bigint, person bigint)")
            await connections[0].execute("INSERT INTO bare DEFAULT VALUES")
        return connections[0]

    @bot.slash_command(name="change", description="Change a row, and answer")
    async def change(ctx: discord.ApplicationContext) -> None:
        assert ctx.user is not None
        claiming = "UPDATE bare SET person = $1 WHERE id = 1 RETURNING id"
        number = await (await connection()).fetchval(claiming, ctx.user.id)
        await ctx.respond(f"changed {number}", ephemeral=True)

    @bot.slash_command(name="open", description="Add a row, make a channel, write it down, and answer")
    async def open_one(ctx: discord.ApplicationContext) -> None:
        assert ctx.user is not None
        there = await connection()
        number = await there.fetchval("INSERT INTO bare (person) VALUES ($1) RETURNING id", ctx.user.id)
        made = await make_channel(ctx)
        await there.execute("UPDATE bare SET channel_id = $1 WHERE id = $2", made, number)
        await ctx.respond(f"opened {number}", ephemeral=True)


if __name__ == "__main__":
    main()
