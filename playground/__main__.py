"""`python -m playground`: the stand-in, the bot in its own process, and the page in the browser."""

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Mapping, Sequence
from contextlib import suppress

from app.config import ConfigurationError, Settings, load_settings
from playground.bot import BotProcess, BotState
from playground.server import PlaygroundServer
from standin import StandIn
from standin.demo import demo_world

PORT = 8080
BAD_CONFIGURATION = 2
OPERATOR = "olivia"
NOTES = {OPERATOR: "runs the bot", "nils": "has just joined", "eve": "means harm"}
COMMAND = (sys.executable, "-m", "app", "run")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the playground until a signal ends it; return the exit status."""
    parser = argparse.ArgumentParser(prog="playground", description="Try the bot in the browser, without Discord.")
    parser.add_argument("--no-browser", action="store_true", help="print the page's address, but do not open it")
    parser.add_argument("--port", type=int, default=PORT, help=f"port of the page (default: {PORT}, or any free one)")
    parsed = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="playground %(levelname)s %(message)s")
    try:
        settings = load_settings()
    except ConfigurationError as error:
        for mistake in error.mistakes:
            print(mistake, file=sys.stderr)
        return BAD_CONFIGURATION
    asyncio.run(play(settings, parsed.port, open_browser=not parsed.no_browser))
    return 0


async def play(settings: Settings, port: int, *, open_browser: bool) -> None:
    """Run everything until SIGINT, SIGTERM or SIGHUP, then stop it in order."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    world = demo_world()
    for user in world.users.values():
        # Opened now, these channels have the same ids in every run, like everything else in this world.
        if not user.bot:
            world.open_dm(user)
    async with StandIn(world) as discord:
        bot = BotProcess(COMMAND, environment(discord, settings, os.environ), echo=_print)
        notes = {world.user(name).id: note for name, note in NOTES.items()}
        async with PlaygroundServer(discord, bot, port, notes) as page:
            if page.port != port:
                _print(f"Port {port} is taken.")
            _print(f"The playground is at {page.url}")
            _print("Press Ctrl-C to stop. The bot's log follows.")
            await bot.start()
            if open_browser:
                _open(page.url)
            await stop.wait()
            if bot.state is BotState.RUNNING:
                _print("Stopping the bot.")
            await bot.stop()


def environment(discord: StandIn, settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """The operator's environment, with Discord replaced by the stand-in.

    Settings that refer to the operator's own Discord (home guild, shards) are replaced by ones for the demo world.
    """
    operators = {*settings.bot_admin_ids, discord.world.user(OPERATOR).id}
    variables = {
        **environ,
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "BOT_ADMIN_IDS": ",".join(str(one) for one in sorted(operators)),
        "PYTHONUNBUFFERED": "1",
    }
    if settings.log_format is None:
        variables["LOG_FORMAT"] = "text"
    if settings.home_guild_id is not None:
        variables["HOME_GUILD_ID"] = str(next(iter(discord.world.guilds)))
    if settings.shard_count is not None:
        variables |= {"SHARD_COUNT": "1", "SHARD_IDS": "0"}
    if not _is_free(settings.http_host, settings.http_port):
        variables["HTTP_PORT"] = "0"
    return variables


def _is_free(host: str, port: int) -> bool:
    """Whether the port is free. About an address that does not exist the bot itself will complain."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _open(url: str) -> None:
    # Without a display, `webbrowser` would start a text browser in the terminal.
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    # Some browsers return only when they are closed.
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def _print(line: str) -> None:
    # A closed terminal is no reason to stop.
    with suppress(OSError):
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
