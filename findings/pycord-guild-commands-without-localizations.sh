#!/bin/sh
# py-cord asks Discord for the translations of global commands, and not for those of a guild's commands.
#
# Versions: py-cord 2.8.1, Python 3.11.
# Input: a bot that reads what is registered, globally and in one guild, to find out whether anything has to be sent. A
# server on this machine stands for Discord's API and writes down what it is asked.
# Expected: both lists come with name_localizations and description_localizations, which Discord adds only when asked
# with the parameter with_localizations.
# Behaviour: `HTTPClient.get_global_commands` sends the parameter, `get_guild_commands` does not and has no argument for
# it. Translated guild commands therefore always look different from what is registered.
# Output seen:
#   /api/v10/applications/1/commands?with_localizations=1
#   /api/v10/applications/1/guilds/2/commands
# What follows for us: the bot makes the request for guild commands itself.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check py-cord==2.8.1
cd "$work"
cat > check.py <<'PYTHON'
import asyncio

from aiohttp import web
from discord.http import HTTPClient, Route


async def main():
    async def answer(request):
        print(request.path_qs)
        return web.json_response([])

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    Route.BASE = f"http://127.0.0.1:{port}/api/v10"
    Route.API_BASE_URL = Route.BASE
    http = HTTPClient()
    http.token = "none"
    import aiohttp

    http._HTTPClient__session = aiohttp.ClientSession()
    await http.get_global_commands(1)
    await http.get_guild_commands(1, 2)
    await http._HTTPClient__session.close()
    await runner.cleanup()


asyncio.run(main())
PYTHON
"$work/venv/bin/python" check.py > seen
cat seen
cat > expected <<'TEXT'
/api/v10/applications/1/commands?with_localizations=1
/api/v10/applications/1/guilds/2/commands
TEXT
cmp seen expected
