"""Shared by all tests: the server they run against, and a clean environment."""

import gc
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = [
    "tests.fixtures.clock",
    "tests.fixtures.postgres",
    "tests.fixtures.outage",
    "tests.fixtures.pgbouncer",
    "tests.fixtures.discord",
    "tests.fixtures.bots",
    "tests.fixtures.faq.shelf",
    "tests.fixtures.onboarding.arriving",
    "tests.fixtures.onboarding.gate",
    "tests.fixtures.onboarding.services",
    "tests.fixtures.reminders.due",
    "tests.fixtures.reminders.services",
    "tests.fixtures.tickets.services",
    "tests.fixtures.tickets.offering",
    "tests.fixtures.tickets.office",
    "tests.fixtures.zones",
]

PERSONAL = ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE", "ALEMBIC_CONFIG", "PYTHONUNBUFFERED")
"""Variables that change the output or the settings of programs."""
SLOW = ("PYTHONDONTWRITEBYTECODE",)
"""Variables with which every program would compile all of ours again."""

COLLECTED = "CONCIERGE_TESTS_COLLECTED"
"""Names the file that says that the first worker has collected, in a run that finds nothing compiled."""
PATIENCE_SECONDS = 120

MAX_UNCOLLECTED = 10_000
"""How many more objects there may be before the young ones are looked through for garbage."""

SERVER = pytest.StashKey[Any]()


def pytest_configure(config: pytest.Config) -> None:
    from app.config.variables import Variables
    from tests.fixtures import postgres
    from tests.fixtures.compiling import share_compiled_statements
    from tests.fixtures.nursery import open_nursery
    from tests.fixtures.processes import keep_zombies

    # Imports and collecting make hundreds of thousands of objects that stay. Looking through them again and again takes
    # a third of the time of collecting; `pytest_collection_finish` ends this.
    gc.disable()
    keep_zombies()
    open_nursery()
    share_compiled_statements()
    # Tests do not depend on what developers have set for their own bot, terminal and database.
    for name in [*(name.upper() for name in Variables.model_fields), *PERSONAL, *SLOW]:
        os.environ.pop(name, None)
    # The locale changes how a database sorts and what it counts as a letter, and may not even be installed.
    for name in [name for name in os.environ if name.startswith(("PG", "LC_", "LANG"))]:
        del os.environ[name]
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        config.stash[SERVER] = postgres.Server()
        os.environ.pop(COLLECTED, None)
        if not (Path(__file__).parent / "e2e" / "__pycache__").exists():
            os.environ[COLLECTED] = str(Path(tempfile.mkdtemp(prefix="concierge-collected-")) / "done")


def pytest_unconfigure(config: pytest.Config) -> None:
    from tests.fixtures.nursery import close_nursery

    close_nursery()
    if not hasattr(config, "workerinput") and COLLECTED in os.environ:
        shutil.rmtree(Path(os.environ.pop(COLLECTED)).parent)
    running = config.stash.get(SERVER, None)
    if running is not None:
        running.stop()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    worker, done = os.environ.get("PYTEST_XDIST_WORKER"), os.environ.get(COLLECTED)
    if worker is None or done is None:
        return (yield)
    # Where nothing is compiled, that is half of collecting. All workers at once would each compile everything.
    if worker != "gw0":
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not Path(done).exists() and time.monotonic() < deadline:
            time.sleep(0.05)
    try:
        return (yield)
    finally:
        Path(done).touch()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # A stable sort of what pytest-randomly has shuffled; the workers of xdist are handed tests in this order.
    items.sort(key=lambda item: 0 if item.get_closest_marker("long") else 2 if item.get_closest_marker("slow") else 1)


def pytest_collection_finish() -> None:
    # Tests write revisions anew within a second, at the same length: compiled code would count as that of both.
    sys.dont_write_bytecode = True
    gc.collect()
    gc.freeze()
    # Every 700 objects, as by default, takes a twentieth of the time of tests of whole bots, and a seventh of that of
    # the table of model changes, whose objects stay. `garbage` finds what is left open all the same.
    gc.set_threshold(MAX_UNCOLLECTED)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def garbage() -> Generator[None]:
    """Find what was left open, with the last test of each worker: xdist does not tell what pytest finds later."""
    yield
    gc.collect()


def pytest_report_header(config: pytest.Config) -> str:
    from tests.fixtures.postgres import origin

    return f"PostgreSQL: {origin()}, once a test needs it"
