"""A zombie counts as ended, on every machine."""

import ast
import os
import subprocess
import sys

import psutil
import pytest

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
