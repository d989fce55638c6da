"""The yardstick: a bare py-cord bot that answers "pong" and knows nothing else. Run as a process of its own.

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

    bot.run(token)


if __name__ == "__main__":
    main()
