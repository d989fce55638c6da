"""The command line: run, play, migrate ..., erase, doctor."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from app.config import ConfigurationError, Settings, database_of, load_settings
from app.core.loading import loading
from app.db import DatabaseUrl

OK, FAILED, BAD_CONFIGURATION, BAD_SCHEMA, NO_DATABASE, BAD_TOKEN, LOST_INTENT = range(7)


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return the exit status."""
    parser = argparse.ArgumentParser(prog="concierge", description="A Discord bot that takes care of its schema.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="run the bot; without DISCORD_TOKEN, the playground")
    play = commands.add_parser("play", help="try the bot in the browser, without Discord")
    play.add_argument("--no-browser", action="store_true", help="only say where the page is")
    play.add_argument("--port", type=int, help="where the page should be (8080, or a free one)")
    commands.add_parser("doctor", help="check configuration, database, schema, token, intents and permissions")
    erasing = commands.add_parser("erase", help="erase somebody in all servers, as Discord or they themselves ask for")
    erasing.add_argument("user", help="the id of the person")
    erasing.add_argument("--yes", action="store_true", help="do not ask")
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] != ["run"]:
        # Not loaded for `run`, where what it needs would stay in memory for as long as the bot runs.
        with loading():
            from app.migrate import cli
        cli.add_arguments(commands)
    parsed = parser.parse_args(arguments)
    try:
        settings = _settings_of_bot() if parsed.command == "run" else load_settings()
    except ConfigurationError as error:
        for mistake in error.mistakes:
            print(mistake, file=sys.stderr)
        return BAD_CONFIGURATION
    if parsed.command == "migrate":
        from app.migrate import cli

        return cli.run(parsed, settings, partial(_erase_again, settings))
    if parsed.command == "erase":
        with loading():
            from app import erase, logs
        logs.configure("ERROR", settings.log_format, settings.secrets())
        return erase.run(settings, parsed.user, is_sure=parsed.yes)
    if parsed.command == "doctor":
        with loading():
            from app import doctor, logs
        logs.configure("ERROR", settings.log_format, settings.secrets())
        return asyncio.run(doctor.examine(settings))
    if parsed.command == "run" and settings.discord_token is not None:
        return _run(settings)
    if parsed.command == "run":
        print("DISCORD_TOKEN is not set, so this is the playground: the bot in your browser, without Discord.")
    return _play(parsed)


def _settings_of_bot() -> Settings:
    from app.config import apart

    answer = apart.begin()
    with loading():
        # Whatever the settings are: meanwhile they are read.
        import_module("discord")
    return answer()


async def _erase_again(settings: Settings, database: DatabaseUrl) -> int | None:
    from app.boot import repeat_after_restore

    return await repeat_after_restore(database, settings.data_dir, settings.keep_erasures_days)


def _play(parsed: argparse.Namespace) -> int:
    # Not imported: the playground is not part of the bot, and the image does not contain it.
    if find_spec("playground") is None:
        print("The playground is not installed here. Set DISCORD_TOKEN to run the bot.", file=sys.stderr)
        return BAD_CONFIGURATION
    command = [sys.executable, "-m", "playground"]
    if getattr(parsed, "no_browser", False):
        command.append("--no-browser")
    if getattr(parsed, "port", None) is not None:
        command += ["--port", str(parsed.port)]
    sys.stdout.flush()
    # Replaces this process, so that signals reach the playground.
    return os.execv(sys.executable, command)  # noqa: S606 -- nothing here for a shell to do


def _run(settings: Settings) -> int:
    with loading():
        from app import logs, run
        from app.boot import SchemaNotAcceptable
        from app.core.errors import DatabaseUnreachable
        from app.discord_login import IntentTaken, TokenRefused

        run.import_features()
    logs.configure(settings.log_level, settings.log_format, settings.secrets())
    statuses = {
        ConfigurationError: BAD_CONFIGURATION,
        SchemaNotAcceptable: BAD_SCHEMA,
        DatabaseUnreachable: NO_DATABASE,
        TokenRefused: BAD_TOKEN,
        IntentTaken: LOST_INTENT,
    }
    try:
        runner = asyncio.Runner(loop_factory=_loop_factory())
        with database_of(settings) as (database, migrations), runner:
            runner.run(run.run_until_stopped(settings, database, migrations))
    except tuple(statuses) as error:
        print(error, file=sys.stderr)
        return statuses[type(error)]
    return OK


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes the loop that takes less processor time, None where it cannot be had."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    sys.exit(main())
