"""The process that draws: a list of SVG comes in as JSON, PNG go out, each after its size in four bytes."""

import json
import sys
from pathlib import Path

import resvg_py

FONTS = tuple(Path(__file__).with_name(name) for name in ("DejaVuSans.ttf", "DroidSansFallback.ttf"))
"""Latin, Greek, Cyrillic, Arabic, Hebrew, Armenian and Georgian; Chinese, Japanese and Korean.

Of other letters, fonts of the system are asked.
"""
ZOOM = 2


def draw(svg: str) -> bytes:
    """Return a drawing as PNG. Raises ValueError for what is no SVG."""
    return resvg_py.svg_to_bytes(
        svg_string=svg, zoom=ZOOM, font_files=[str(font) for font in FONTS], font_family="DejaVu Sans"
    )


def main() -> None:
    """Draw what comes in."""
    for svg in json.load(sys.stdin):
        png = draw(svg)
        sys.stdout.buffer.write(len(png).to_bytes(4) + png)


if __name__ == "__main__":
    main()
