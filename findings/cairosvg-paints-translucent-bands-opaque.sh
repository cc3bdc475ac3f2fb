#!/usr/bin/env bash
# One would guess that CairoSVG draws the colours that browsers and librsvg draw, or names those that it can't.
#
# What happens: the last two digits of "#rrggbbaa" are dropped, so that a translucent band covers the lines below
# it; "hsl(200 60% 40%)" and "hsl(200, 60%, 40%)" are black. Neither gives a message. "rgb(34 144 136 / 0.5)" is a
# ValueError. rgba() with commas and fill-opacity are right.
#
# Seen with CairoSVG 2.9.1, Pillow 13.0.0 (the package needs the cairo library of the system).
#
# Why it matters: figures that are right in a browser are converted to PDF for a paper with black or opaque areas,
# and the curves below a band are gone. Use #rrggbb with fill-opacity.
#
# Hyperfed's figure files have #rrggbb and opacities of their own, and `hyperfed figures` writes PDF itself.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'cairosvg==2.9.1' 'pillow==13.0.0'

cat > probe.py <<'PYTHON'
import io

import cairosvg
from PIL import Image

for fill in ('fill="#229088" fill-opacity="0.5"', 'fill="rgba(34, 144, 136, 0.5)"', 'fill="#22908880"',
             'fill="hsl(200, 60%, 40%)"', 'fill="hsl(200 60% 40%)"', 'fill="rgb(34 144 136 / 0.5)"'):
    svg = ('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="#ffffff"/>'
           f'<rect width="9" height="9" {fill}/></svg>')
    try:
        picture = Image.open(io.BytesIO(cairosvg.svg2png(bytestring=svg.encode()))).convert("RGB")
        red, green, blue = picture.getpixel((4, 4))
        print(f"{fill} on white: ({red}, {green}, {blue})")
    except ValueError:
        print(f"{fill}: ValueError")
PYTHON

cat > expected.txt <<'TEXT'
fill="#229088" fill-opacity="0.5" on white: (144, 199, 195)
fill="rgba(34, 144, 136, 0.5)" on white: (144, 199, 195)
fill="#22908880" on white: (34, 144, 136)
fill="hsl(200, 60%, 40%)" on white: (0, 0, 0)
fill="hsl(200 60% 40%)" on white: (0, 0, 0)
fill="rgb(34 144 136 / 0.5)": ValueError
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED cairosvg-paints-translucent-bands-opaque: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED cairosvg-paints-translucent-bands-opaque: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS cairosvg-paints-translucent-bands-opaque, seen:"
cat seen.txt
