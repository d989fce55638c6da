#!/bin/sh
# py-cord: the mention of a slash command that Discord does not know yet is no text but an AttributeError about a parent.
#
# Versions: py-cord 2.8.1, Python 3.11.
# Input: a bot with one top-level command and one in a group, before `sync_commands` has given them ids, as in a bot that
# registers its commands by itself and writes its list of commands while it starts.
# Expected: None, the plain "/ping", or an error that says that the command has no id.
# Behaviour: `qualified_id` goes on to the parent when there is no id, and a top-level command has none.
# Output seen:
#   ping: AttributeError: 'NoneType' object has no attribute 'qualified_id'
#   room open: AttributeError: 'NoneType' object has no attribute 'qualified_id'
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check py-cord==2.8.1
cd "$work"
cat > check.py <<'PYTHON'
import discord

bot = discord.Bot(auto_sync_commands=False)


@bot.slash_command(name="ping", description="Answer")
async def ping(ctx):
    await ctx.respond("pong")


room = bot.create_group("room", "Rooms")


@room.command(name="open", description="Open a room")
async def open_room(ctx):
    await ctx.respond("open")


for command in (ping, open_room):
    try:
        print(f"{command.qualified_name}: {command.mention}")
    except AttributeError as error:
        print(f"{command.qualified_name}: AttributeError: {error}")
PYTHON
"$work/venv/bin/python" check.py > seen
cat seen
cat > expected <<'TEXT'
ping: AttributeError: 'NoneType' object has no attribute 'qualified_id'
room open: AttributeError: 'NoneType' object has no attribute 'qualified_id'
TEXT
cmp seen expected
