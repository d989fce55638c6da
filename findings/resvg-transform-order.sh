#!/bin/sh
# The identity of an SVG transform, given to the render function of resvg, draws an empty picture.
#
# Versions: resvg 0.2.0 (the Python package), Python 3.11.
# Input: a red square of 4 by 4; render(tree, transform) with the six numbers of an SVG matrix that changes nothing,
# (1, 0, 0, 1, 0, 0), in the order in which SVG, Cairo and the Rust library below it write them: a b c d e f.
# Expected: 16 red pixels.
# Behaviour: the numbers are read as the rows of a matrix: x scale, x skew, x move, y skew, y scale, y move. The SVG order
# has 0 for the y scale then, so the picture is wholly transparent. It is a valid PNG of the right size, without an error.
# Output seen:
#   (1, 0, 0, 1, 0, 0): 0 red pixels of 16
#   (1, 0, 0, 0, 1, 0): 16 red pixels of 16
# What follows for us: charts are drawn by another package, which takes no transform.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check resvg==0.2.0 pillow==12.0.0
cd "$work"
cat > look.py <<'PYTHON'
import io

import resvg
from PIL import Image

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="4" height="4" fill="#f00"/></svg>'
options = resvg.usvg.Options.default()
for transform in ((1.0, 0.0, 0.0, 1.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)):
    tree = resvg.usvg.Tree.from_str(SQUARE, options)
    picture = Image.open(io.BytesIO(bytes(resvg.render(tree, transform)))).convert("RGBA")
    red = sum(pixel == (255, 0, 0, 255) for pixel in picture.getdata())
    whole = tuple(int(number) for number in transform)
    print(f"{whole}: {red} red pixels of {picture.width * picture.height}")
PYTHON
"$work/venv/bin/python" look.py > seen
cat seen
cat > expected <<'TEXT'
(1, 0, 0, 1, 0, 0): 0 red pixels of 16
(1, 0, 0, 0, 1, 0): 16 red pixels of 16
TEXT
diff expected seen
