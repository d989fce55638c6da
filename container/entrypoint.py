"""Start the bot in its container, and stay up after a failure that a restart cannot fix.

Usage: python container/entrypoint.py run

A wrong setting, a schema that must not be changed and a refused token need a person. After those the container stays
up, unhealthy, with the reason as the last lines of its log, and ends with that exit status when it is stopped. After
everything else it ends at once, and the container engine restarts it.
"""

import signal
import sys

from app.__main__ import BAD_CONFIGURATION, BAD_SCHEMA, BAD_TOKEN, main

NEEDS_A_PERSON = frozenset({BAD_CONFIGURATION, BAD_SCHEMA, BAD_TOKEN})
STOPS = frozenset({signal.SIGTERM, signal.SIGINT})


def start(arguments: list[str]) -> int:
    """Run the command; return its exit status, at once or when the container is stopped."""
    status = main(arguments)
    if arguments == ["run"] and status in NEEDS_A_PERSON:
        print(
            f"Waiting for you (exit status {status}): fix this, then run docker compose up --detach --wait",
            file=sys.stderr,
        )
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        signal.sigwait(STOPS)
    return status


if __name__ == "__main__":
    sys.exit(start(sys.argv[1:]))
