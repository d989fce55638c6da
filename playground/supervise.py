"""Run one program, and end it when our standard input is closed.

The playground starts the bot through this, so that no bot is left behind even when the playground is killed: the
operating system then closes the pipe. Only the standard library is imported, to start quickly.
"""

import os
import signal
import subprocess
import sys
import threading

_STDIN = 0


def supervise(grace: float, command: list[str]) -> int:
    """Run the command until it ends or standard input is closed; return its exit status (128 + n for signal n).

    When it does not stop within `grace` seconds, it is killed.
    """
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    threading.Thread(target=_end_with_stdin, args=(process, grace), daemon=True).start()
    status = process.wait()
    return status if status >= 0 else 128 - status


def _end_with_stdin(process: subprocess.Popen[bytes], grace: float) -> None:
    # Not sys.stdin: the interpreter aborts at exit while a thread waits in its buffer.
    while os.read(_STDIN, 1024):
        pass
    process.terminate()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()


if __name__ == "__main__":
    sys.exit(supervise(float(sys.argv[1]), sys.argv[2:]))
