"""Run one program, and end it when whoever holds our standard input lets go.

The playground starts the bot through this, so that even a playground that was killed outright, and could do nothing
more, leaves no bot behind: the operating system closes the pipe for it, on every system alike. Only the standard
library is imported, to be small and quick to start.
"""

import os
import signal
import subprocess
import sys
import threading

_STDIN = 0


def hold(grace: float, command: list[str]) -> int:
    """Run the command until it ends or our standard input does; returns its exit status (128 + n for signal n).

    Once it was asked to stop, it has `grace` seconds before it is made to.
    """
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    threading.Thread(target=_end_with_stdin, args=(process, grace), daemon=True).start()
    status = process.wait()
    return status if status >= 0 else 128 - status


def _end_with_stdin(process: subprocess.Popen[bytes], grace: float) -> None:
    # Not sys.stdin: a thread that still waits in its buffer would abort the interpreter on the way out.
    while os.read(_STDIN, 1024):
        pass
    process.terminate()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()


if __name__ == "__main__":
    sys.exit(hold(float(sys.argv[1]), sys.argv[2:]))
