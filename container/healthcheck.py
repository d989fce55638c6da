"""Ask the bot in this container whether it is ready. Exit status 0 when it is, else 1 and its answer as the reason.

Needs no curl in the image and imports nothing of the project, so that it stays cheap: it runs every few seconds.
"""

import http.client
import os
import sys


def main() -> int:
    """Return the exit status, which is what the container engine looks at."""
    port = int(os.environ.get("HTTP_PORT") or 8081)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        text = answer.read(500).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        print(f"No answer from port {port}: {error}")
        return 1
    print(text)
    return 0 if answer.status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())
