#!/bin/sh
# A client middleware of aiohttp that raises an OSError of its own is answered with another error.
#
# Versions: aiohttp 3.14.5, Python 3.11.
# Input: a middleware of `ClientSession` that refuses a request before it is sent, with an exception class derived from
# OSError, which then says why; beside it the same with TimeoutError, and with a class derived from Exception.
# Expected: whoever sends the request catches what the middleware raised, as with the other two.
# Behaviour: it becomes ClientOSError, whose arguments are those of the original; the original is its cause. TimeoutError,
# which is an OSError as well, comes through as it is. So `except Refused` never fires.
# Output seen:
#   Refused(OSError): ClientOSError
#   PermissionError: ClientOSError
#   TimeoutError: TimeoutError
#   Otherwise(Exception): Otherwise
# What follows for us: what refuses requests when Discord has refused too many derives from aiohttp.ClientError
# (app/ui/kit/budgeting.py).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check aiohttp==3.14.5
cd "$work"
cat > look.py <<'PYTHON'
import asyncio

from aiohttp import ClientSession, web


class Refused(OSError):
    pass


class Otherwise(Exception):
    pass


async def main():
    app = web.Application()
    app.router.add_get("/", lambda request: web.Response(text="ok"))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    for name, kind in (("Refused(OSError)", Refused), ("PermissionError", PermissionError),
                       ("TimeoutError", TimeoutError), ("Otherwise(Exception)", Otherwise)):

        async def refuse(request, handler):
            raise kind("come back in a minute")

        async with ClientSession(middlewares=[refuse]) as session:
            try:
                await session.get(f"http://127.0.0.1:{port}/")
            except Exception as error:
                print(f"{name}: {type(error).__name__}")
    await runner.cleanup()


asyncio.run(main())
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
Refused(OSError): ClientOSError
PermissionError: ClientOSError
TimeoutError: TimeoutError
Otherwise(Exception): Otherwise
TEXT
diff expected seen
