#!/bin/sh
# In py-cord, a command that is cancelled is reported as completed, and a time limit around it ends without an error.
#
# Versions: py-cord 2.8.1, Python 3.11.
# Input: a slash command that waits for something; its task is cancelled, or it is invoked within `asyncio.timeout`.
# Expected: the task ends as cancelled, `asyncio.timeout` raises TimeoutError, and nobody is told of a completion.
# Behaviour: what wraps each command catches CancelledError and returns. So the task ends as if all was done, the event
# `application_command_completion` is sent, and whoever gave it a time limit goes on without hearing that it was over.
# Output seen:
#   told that /slow was completed
#   cancelled: False
#   told that /slow was completed
#   no TimeoutError (the two last lines may change places)
# What follows for us: commands are invoked by a method of our own (app/bot.py), so that what was broken off when the bot
# stops is recorded as that.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check py-cord==2.8.1
cd "$work"
cat > look.py <<'PYTHON'
import asyncio

import discord

INTERACTION = {
    "id": "1", "application_id": "2", "type": 2, "token": "t", "version": 1, "channel_id": "3", "locale": "en-US",
    "user": {"id": "4", "username": "m", "discriminator": "0", "avatar": None}, "entitlements": [],
    "authorizing_integration_owners": {}, "context": 1, "attachment_size_limit": 10,
    "data": {"id": "5", "name": "slow", "type": 1, "options": []},
}


async def main():
    bot = discord.Bot()

    @bot.slash_command(name="slow")
    async def slow(ctx):
        await asyncio.sleep(60)

    @bot.listen()
    async def on_application_command_completion(ctx):
        print(f"told that /{ctx.command.name} was completed")

    context = discord.ApplicationContext(bot, discord.Interaction(data=INTERACTION, state=bot._connection))
    context.command = slow
    task = asyncio.create_task(bot.invoke_application_command(context))
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.wait([task])
    print(f"cancelled: {task.cancelled()}")
    try:
        async with asyncio.timeout(0.1):
            await bot.invoke_application_command(context)
        print("no TimeoutError")
    except TimeoutError:
        print("TimeoutError")
    await asyncio.sleep(0.1)


asyncio.run(main())
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
told that /slow was completed
cancelled: False
told that /slow was completed
no TimeoutError
TEXT
# The event is a task of its own, and may come a moment later.
sort expected > wanted
sort seen | diff wanted -
