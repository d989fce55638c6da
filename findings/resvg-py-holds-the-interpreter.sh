#!/bin/sh
# A picture that resvg-py draws in a thread stops every other thread of Python until it is done.
#
# Versions: resvg-py 0.5.0, Python 3.11.
# Input: an SVG of 300 blurred circles, 1,200 by 800, drawn in a thread, as one does to keep an event loop free; the main
# thread sleeps a millisecond at a time meanwhile and notes how long each sleep took.
# Expected: the other thread goes on, since drawing touches no object of Python once the text has been read.
# Behaviour: the interpreter's lock is held for the whole drawing. The main thread stands still as long as that takes.
# Output seen:
#   longest pause, as a part of the drawing: at least nine tenths
# What follows for us: charts are drawn in a process of their own, not in a thread.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check resvg-py==0.5.0
cd "$work"
cat > look.py <<'PYTHON'
import threading
import time

import resvg_py

circles = "".join(
    f'<circle cx="{n * 37 % 1200}" cy="{n * 53 % 800}" r="40" fill="#4466aa" filter="url(#soft)"/>' for n in range(300)
)
picture = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800">'
    '<filter id="soft"><feGaussianBlur stdDeviation="4"/></filter>' + circles + "</svg>"
)
took: list[float] = []


def draw() -> None:
    begun = time.monotonic()
    resvg_py.svg_to_bytes(svg_string=picture)
    took.append(time.monotonic() - begun)


drawing = threading.Thread(target=draw)
longest, before = 0.0, time.monotonic()
drawing.start()
while drawing.is_alive():
    time.sleep(0.001)
    now = time.monotonic()
    longest, before = max(longest, now - before), now
drawing.join()
assert took[0] > 0.05, took
part = "at least nine tenths" if longest > 0.9 * took[0] else f"{longest / took[0]:.2f} of {took[0]:.3f} s"
print(f"longest pause, as a part of the drawing: {part}")
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
longest pause, as a part of the drawing: at least nine tenths
TEXT
diff expected seen
