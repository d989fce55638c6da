"""A zombie counts as ended, on every machine, and what comes from the nursery is like any other process."""

import ast
import json
import os
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.fixtures.nursery import from_scratch
from tests.fixtures.processes import running, still_running
from tests.house.repository import nodes

# Each of these says that a zombie is running.
MISLEADING = {"is_running", "wait_procs", "pid_exists"}


def test_nobody_takes_a_zombie_for_a_running_process():
    # There is one place that allows for it.
    found = {file for file, node in nodes(ast.Attribute) if node.attr in MISLEADING}
    assert found == {"tests/fixtures/processes.py"}


def test_one_that_nobody_waited_for_is_not_running():
    held = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = psutil.Process(held.pid)
    try:
        assert running(process)
        assert still_running([process], 0.05) == [process]
        held.kill()
        # Told of its end, but not waited for: from now on it is a zombie, as an orphan without an init stays one.
        os.waitid(os.P_PID, held.pid, os.WEXITED | os.WNOWAIT)
        assert process.status() == psutil.STATUS_ZOMBIE
        assert not running(process)
        assert still_running([process], 5) == []
    finally:
        held.kill()
        held.communicate()
    assert not running(process)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives orphans to whoever asks for them")
def test_orphans_stay_as_zombies_while_the_tests_run():
    # It ends when we say so, after its parent: a shell that is still there may wait for it.
    awaited, held = os.pipe()
    try:
        parent = subprocess.run(
            ["/bin/sh", "-c", "exec 3<&0; cat <&3 >/dev/null & echo $!"],
            stdout=subprocess.PIPE,
            stdin=awaited,
            check=True,
        )
        orphan = psutil.Process(int(parent.stdout))
        assert running(orphan)
    finally:
        os.close(awaited)
        os.close(held)
    assert still_running([orphan], 20) == []
    assert orphan.status() == psutil.STATUS_ZOMBIE
    assert orphan.ppid() == os.getpid()


PROBE = """
import atexit, gc, json, os, signal, sys, threading, time

streams = [sys.stdin, sys.stdout, sys.stderr]
told = {
    "arguments": sys.argv,
    "directory": os.getcwd(),
    "path": sys.path,
    "environment": dict(os.environ),
    "streams": [(one.fileno(), one.encoding, one.errors, one.line_buffering, one.isatty()) for one in streams],
    "open": os.listdir("/proc/self/fd"),
    "name": __name__,
    "main": sys.modules["__main__"].__dict__ is globals(),
    "module": sys.modules["__main__"].__spec__.name,
    "flags": list(sys.flags),
    "collecting": gc.isenabled(),
    "parent": os.getppid(),
    "leads": os.getsid(0) == os.getpid(),
    "threads": threading.active_count(),
    "summer": time.localtime(1_780_000_000)[:6],
    "signals": [str(signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE)],
    "heard": sys.stdin.read(),
}
atexit.register(print, "bye")
print(json.dumps(told))
match sys.argv[1]:
    case "exit":
        sys.exit(7)
    case "raise":
        raise ValueError("wrong")
    case "interrupt":
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(60)
    case "kill":
        sys.stdout.flush()
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the nursery needs Linux")
@pytest.mark.parametrize(
    ("end", "status"), [("", 0), ("exit", 7), ("raise", 1), ("interrupt", -signal.SIGINT), ("kill", -signal.SIGKILL)]
)
def test_a_process_of_the_nursery_is_as_one_that_was_started(tmp_path: Path, end: str, status: int):
    (tmp_path / "probe.py").write_text(PROBE, encoding="utf-8")

    def probe(context: Any) -> dict[str, Any]:
        with context:
            process = subprocess.Popen(
                [sys.executable, "-m", "probe", end, "ä b"],
                cwd=tmp_path,
                env={"PATH": os.environ["PATH"], "TZ": "Asia/Tokyo", "PYTHONPATH": "/one:/two", "NAME": "é=1"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        out, err = process.communicate("grüß".encode())
        told, bye = out.decode().split("\n", 1)
        return {**json.loads(told), "status": process.returncode, "bye": bye, "error": err.splitlines()[-1:]}

    forked, started = probe(nullcontext()), probe(from_scratch())
    assert forked == started
    assert (started["status"], started["heard"], started["parent"]) == (status, "grüß", os.getpid())


STARTER = """
import json, os, pathlib, subprocess, sys

process = subprocess.Popen(
    [sys.executable, "-m", "probe", sys.argv[1], "ä b"],
    env={**os.environ, "TZ": "Asia/Tokyo"},
    stdin=subprocess.PIPE,
    stdout=subprocess.PIPE,
    stderr=subprocess.PIPE,
    start_new_session=True,
)
line = pathlib.Path(f"/proc/{process.pid}/cmdline").read_text()
out, err = process.communicate("grüß".encode())
told, bye = out.decode().split("\\n", 1)
told = json.loads(told)
flags = dict(zip(sys.flags.__match_args__, told.pop("flags"), strict=False))
# Python turned it on for the first start, when it set the locale that this one finds, and which comes to the same.
flags.pop("utf8_mode")
seen = {"flags": flags, "is_mine": told.pop("parent") == os.getpid(), "status": process.returncode, "bye": bye}
print(json.dumps({**told, **seen, "error": err.decode().splitlines()[-1:], "forked": "nursery" in line}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the nursery needs Linux")
@pytest.mark.parametrize("end", ["", "raise", "kill"])
def test_what_a_process_of_the_nursery_starts_is_as_one_that_was_started(tmp_path: Path, end: str):
    (tmp_path / "probe.py").write_text(PROBE, encoding="utf-8")
    (tmp_path / "app.py").write_text(STARTER, encoding="utf-8")

    def probe(context: Any) -> dict[str, Any]:
        with context:
            process = subprocess.Popen(
                [sys.executable, "-m", "app", end],
                cwd=tmp_path,
                env={"PATH": os.environ["PATH"], "PYTHONPATH": "/one:/two"},
                stdout=subprocess.PIPE,
            )
        return json.loads(process.communicate()[0])

    forked, started = probe(nullcontext()), probe(from_scratch())
    assert (forked.pop("forked"), started.pop("forked")) == (True, False)
    assert forked == started
    assert started["is_mine"]
    assert len(started["flags"]) > 10
