"""Importing a module of the bot does nothing but define things: it asks nobody and changes nothing."""

import subprocess
import sys

import pytest

from tests.house.repository import ROOT, modules

# Runs in a process of its own. Whatever is done by the top level of one of our modules, without another import in
# between, is that module's doing; what a library does when it is imported is the library's.
WATCH = """
import importlib, os, pathlib, sys, threading

root = pathlib.Path(sys.argv[1])
package = str(root / "app") + os.sep
found = set()

def blame(what):
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib"):
            return
        if file.startswith(package) or file.endswith("guilty_module.py"):
            found.add(f"{os.path.relpath(file, root)}:{frame.f_lineno} {what}")
            return
        frame = frame.f_back

WATCHED = ("socket.", "subprocess.", "os.posix_spawn", "os.fork", "os.system", "os.mkdir", "os.putenv", "os.remove",
           "sqlite3.", "urllib.", "asyncio.", "ctypes.dlopen", "open")

def hook(event, arguments):
    if event.startswith(WATCHED):
        blame(f"{event} {arguments[:1]}")

class Watched(type(os.environ)):
    def __getitem__(self, key):
        # pydantic asks for its own switches whenever a model is defined.
        if not key.startswith("PYDANTIC_"):
            blame(f"environment {key}")
        return super().__getitem__(key)
    def __contains__(self, key):
        blame(f"environment {key}")
        return super().__contains__(key)
    def __iter__(self):
        blame("the whole environment")
        return super().__iter__()

def start(thread):
    blame(f"thread {thread.name}")
    really_start(thread)

really_start, threading.Thread.start = threading.Thread.start, start
os.environ.__class__ = Watched
sys.addaudithook(hook)
for name in sys.argv[2:]:
    importlib.import_module(name)
print("\\n".join(sorted(found)))
"""


def _watch(*names: str) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WATCH, ROOT, *names],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.split("\n")[:-1] if run.stdout.strip() else []


def test_importing_the_bot_does_nothing():
    names = [file.removesuffix(".py").replace("/", ".").removesuffix(".__init__") for file, _ in modules("app")]
    assert "app.config" in names
    assert _watch(*names) == []


@pytest.mark.parametrize(
    "doing",
    [
        "import os; os.environ.get('DISCORD_TOKEN')",
        "import os; os.getenv('DISCORD_TOKEN')",
        "import os; 'DISCORD_TOKEN' in os.environ",
        "import os; dict(os.environ)",
        "from app.config import load_settings; load_settings()",
        "import socket; socket.socket()",
        "import subprocess; subprocess.run(['true'])",
        "import threading; threading.Thread(target=int).start()",
        "import pathlib; pathlib.Path('.env.example').read_text()",
    ],
)
def test_a_module_that_does_something_is_found(doing, tmp_path, monkeypatch):
    (tmp_path / "guilty_module.py").write_text(doing + "\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert _watch("guilty_module")
