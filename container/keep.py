"""Start the bot under a restart policy that brings everything back, without restarting what a restart cannot mend.

Usage: python container/keep.py run

A wrong setting, a schema that nobody may touch and a refused token stay what they are until a person acts. For those
exit statuses the container stays up, unhealthy, with the reason as the last lines of its log, and ends with that status
when it is stopped. Everything else ends at once and is the engine's to restart, with its growing pauses.
"""

import signal
import sys

from app.__main__ import BAD_CONFIGURATION, BAD_SCHEMA, BAD_TOKEN, main

NEEDS_A_PERSON = frozenset({BAD_CONFIGURATION, BAD_SCHEMA, BAD_TOKEN})
STOPS = frozenset({signal.SIGTERM, signal.SIGINT})


def keep(arguments: list[str]) -> int:
    """Do what the arguments say; return the exit status, at once or when the container is stopped."""
    status = main(arguments)
    if arguments == ["run"] and status in NEEDS_A_PERSON:
        print(
            f"Waiting for you (exit status {status}): mend it, then docker compose up --detach --wait", file=sys.stderr
        )
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        signal.sigwait(STOPS)
    return status


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1:]))
