#!/bin/sh
# A server's onboarding that names a role which was deleted can be read with py-cord and not be written back.
#
# Versions: py-cord 2.8.1, Python 3.11.
# Input: an option as Discord sends it, with one role that there is and one that was deleted since; Discord keeps the id
# of a deleted role there. Read with the class that py-cord reads it with, and made into what is sent to Discord.
# Expected: the option is sent as it came, or without the role that is gone.
# Behaviour: the deleted role becomes None in the list of roles, and writing fails with AttributeError. Adding another
# prompt to such a server fails as well, because all prompts are sent together.
# Output seen:
#   roles: ['Red', None]
#   written: AttributeError 'NoneType' object has no attribute 'id'
# What follows for us: Discord's onboarding is read and written as JSON, where an id stays an id.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check py-cord==2.8.1
cd "$work"
cat > look.py <<'PYTHON'
import asyncio

import discord


async def main():
    state = discord.Client(intents=discord.Intents.none())._connection
    role = {"id": "20", "name": "Red", "permissions": "0", "color": 0, "hoist": False, "position": 1, "managed": False,
            "mentionable": False, "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}
    guild = discord.Guild(data={"id": "10", "name": "Town", "roles": [role], "emojis": [], "features": []}, state=state)
    sent = {"id": "30", "title": "Red", "description": None, "role_ids": ["20", "21"], "channel_ids": [],
            "emoji": {"id": None, "name": None, "animated": False}}
    option = discord.PromptOption._from_dict(sent, guild)
    print("roles:", [getattr(one, "name", None) for one in option.roles])
    try:
        print("written:", option.to_dict()["role_ids"])
    except AttributeError as error:
        print("written: AttributeError", error)


asyncio.run(main())
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
roles: ['Red', None]
written: AttributeError 'NoneType' object has no attribute 'id'
TEXT
diff expected seen
