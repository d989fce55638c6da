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

# Seconds. Whoever stops the playground should not wait longer than five for everything together.
GRACE = 3.5
_STDIN = 0


def hold(command: list[str]) -> int:
    """Run the command until it ends or our standard input does; returns its exit status (128 + n for signal n)."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    threading.Thread(target=_end_with_stdin, args=(process,), daemon=True).start()
    status = process.wait()
    return status if status >= 0 else 128 - status


def _end_with_stdin(process: subprocess.Popen[bytes]) -> None:
    # Not sys.stdin: a thread that still waits in its buffer would abort the interpreter on the way out.
    while os.read(_STDIN, 1024):
        pass
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()


if __name__ == "__main__":
    sys.exit(hold(sys.argv[1:]))
