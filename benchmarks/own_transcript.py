"""A transcript by the bot's own code, in a process of its own.

`python -m benchmarks.own_transcript MESSAGES [PICTURES]` prints seconds of the processor, megabytes of memory at
most, bytes written, and the seconds that the other two take.
"""

import json
import re
import sys
import time
from pathlib import Path

from app.core.tickets.reading import people_of, read_messages
from app.core.tickets.record import Facts, Record
from app.core.tickets.recording import with_files
from app.core.tickets.views import member_view, staff_view
from app.ui.tickets.transcript.making import html_transcript, text_transcript

PNG = b"\x89PNG\r\n\x1a\n"
PICTURE = 1_000_000
"""Bytes."""
LIMIT = 10 * 2**20
"""What Discord takes of one file at present, for those who pay nothing."""


def peak() -> float:
    """Return the megabytes that the process had at most; what `getrusage` says begins at those of its parent."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1000 if found else 0


def main() -> None:
    raws = json.loads(Path(sys.argv[1]).read_text())
    pictures = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    begun = time.process_time()
    record = Record(Facts(number=1, opener_id=200000000000000000), people_of(raws), messages=read_messages(raws))
    if pictures:
        kept = {file.id: PNG + bytes(PICTURE) for file in list(record.files())[:pictures]}
        messages = {key: with_files(message, kept) for key, message in record.messages.items()}
        record = Record(record.facts, record.people, messages=messages)
    size = sum(
        len(file.content) for file in html_transcript(staff_view(record), zone="Europe/Berlin", limit=LIMIT).files()
    )
    seconds = time.process_time() - begun
    megabytes = peak()
    begun = time.process_time()
    for make in (html_transcript, text_transcript):
        for _ in make(member_view(record), zone="Europe/Berlin", limit=LIMIT).files():
            continue
    others = time.process_time() - begun
    sys.stdout.write(json.dumps([seconds, megabytes, size, others]))


if __name__ == "__main__":
    main()
