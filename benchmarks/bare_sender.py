"""The yardstick of the reminders: a bare py-cord bot that sends so many messages with buttons, and ends.

`python -m benchmarks.bare_sender API_URL TOKEN CHANNELS COUNT AT_ONCE`, the channels' ids separated by commas.
"""

import asyncio
import sys

import discord

LABELS = ("Done", "Snooze 10 min", "Snooze 1 h", "More …")


def main() -> None:
    api_url, token, channels, count, at_once = sys.argv[1:6]
    discord.http.Route.API_BASE_URL = api_url
    bot = discord.AutoShardedBot(
        intents=discord.Intents(guilds=True), cache_default_sounds=False, guild_ready_timeout=0.5
    )
    places = [bot.get_partial_messageable(int(one)) for one in channels.split(",")]
    waiting = iter(range(int(count)))

    async def send() -> None:
        for number in waiting:
            buttons = [
                discord.ui.Button(label=label, custom_id=f"bare:{number}:{index}") for index, label in enumerate(LABELS)
            ]
            await places[number % len(places)].send(
                f"<@1>\nreminder {number}",
                view=discord.ui.View(*buttons, timeout=None, store=False),
                allowed_mentions=discord.AllowedMentions(users=[discord.Object(1)]),
                nonce=f"bare-{number}",
                enforce_nonce=True,
            )

    @bot.event
    async def on_ready() -> None:
        await asyncio.gather(*(send() for _ in range(int(at_once))))
        await bot.close()

    bot.run(token)


if __name__ == "__main__":
    main()
