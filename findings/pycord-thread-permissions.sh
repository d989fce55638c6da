#!/bin/sh
# In py-cord, whoever may write only in the threads of a channel may not embed links or attach files there.
#
# Versions: py-cord 2.8.1, Python 3.11.
# Input: a channel that everybody reads, where nobody writes but in its threads: "Send Messages" is denied by an
# overwrite, "Send Messages in Threads", "Embed Links" and "Attach Files" are allowed. This is how announcements, and
# forums in which only staff begin posts, are usually set up.
# Expected: in a thread of it, a member may embed links and attach files. Discord's table of permissions says of "Send
# Messages" that it concerns channels and beginning posts, and not threads, which have a permission of their own.
# Behaviour: `Thread.permissions_for` asks the parent channel, which takes "Embed Links", "Attach Files" and
# "Mention Everyone" from whoever may not send messages in the channel itself.
# Output seen:
#   text channel: threads True, embed links False, attach files False
#   announcements: threads True, embed links False, attach files False
#   forum: threads True, embed links False, attach files False
# What follows for us: what the bot may in threads and posts is worked out by `in_threads` (app/ui/kit/places.py).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check py-cord==2.8.1
cd "$work"
cat > look.py <<'PYTHON'
import asyncio

import discord
from discord.state import ConnectionState

VIEW, SEND, EMBED, ATTACH, IN_THREADS = 1 << 10, 1 << 11, 1 << 14, 1 << 15, 1 << 38


async def main():
    state = ConnectionState(
        dispatch=lambda *_: None, handlers={}, hooks={}, http=None, loop=asyncio.get_running_loop(), intents=discord.Intents.all()
    )
    everyone = {"id": "1", "name": "@everyone", "permissions": str(VIEW | SEND | EMBED | ATTACH | IN_THREADS), "position": 0,
                "color": 0, "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
                "hoist": False, "managed": False, "mentionable": False}
    deny = {"id": "1", "type": 0, "allow": "0", "deny": str(SEND)}
    for kind, name in ((0, "text channel"), (5, "announcements"), (15, "forum")):
        channel = {"id": "3", "type": kind, "name": "c", "position": 0, "permission_overwrites": [deny], "parent_id": None,
                   "nsfw": False, "available_tags": []}
        thread = {"id": "4", "guild_id": "1", "parent_id": "3", "owner_id": "2", "type": 11, "name": "t", "message_count": 1, "member_count": 1,
                  "thread_metadata": {"archived": False, "auto_archive_duration": 60, "archive_timestamp": "2026-01-01T00:00:00+00:00", "locked": False}}
        guild = discord.Guild(data={"id": "1", "name": "g", "owner_id": "9", "roles": [everyone], "channels": [channel], "threads": [thread],
                                    "members": [], "emojis": [], "features": []}, state=state)
        member = discord.Member(data={"user": {"id": "2", "username": "m", "discriminator": "0", "avatar": None}, "roles": [],
                                      "joined_at": "2026-01-01T00:00:00+00:00", "flags": 0}, guild=guild, state=state)
        (one,) = guild.threads
        may = one.permissions_for(member)
        print(f"{name}: threads {may.send_messages_in_threads}, embed links {may.embed_links}, attach files {may.attach_files}")


asyncio.run(main())
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
text channel: threads True, embed links False, attach files False
announcements: threads True, embed links False, attach files False
forum: threads True, embed links False, attach files False
TEXT
diff expected seen
