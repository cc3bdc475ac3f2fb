#!/usr/bin/env bash
# One would guess that a zero on a logarithmic axis leaves a gap in the line, or that the line falls to the edge
# of the plot there, as in matplotlib.
#
# What happens in Altair (Vega-Lite): one zero anywhere in the column makes the domain of the axis begin at 0,
# every value is drawn at the upper edge, and the chart is a flat line. One band whose lower end is not above 0 (a
# mean less a standard deviation) does the same to all bands. No error, no warning. With `clamp` or a domain of
# one's own the other points come back.
#
# Seen with altair 6.3.0, vl-convert-python 1.9.0.post1, pandas 3.1.1, NumPy 2.4.6.
#
# Why it matters: rates, step lengths and hypergradients are drawn logarithmically, and a client that has not
# trained, a clipped rate or a first round without an aggregate is a zero. The flat line reads as "the scheduler
# never moved the rate". Filter by `> 0` first.
#
# In Hyperfed's charts the line leaves a logarithmic axis downwards at a zero; the other points stay.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6' 'pandas==3.1.1' 'altair==6.3.0' 'vl-convert-python==1.9.0.post1'

cat > probe.py <<'PYTHON'
import re

import altair
import pandas as pd
import vl_convert

rates = [0.1, 0.01, 0.001, 0.01, 0.1]


def heights(chart):
    svg = vl_convert.vegalite_to_svg(chart.to_json())
    path = [p for p in re.findall(r' d="(M[^"]*)"', svg) if p.count("L") >= 3][-1]
    return [float(y) for y in re.findall(r",(-?[0-9.]+|NaN)", path)]


def line(values, **scale):
    table = pd.DataFrame({"round": range(len(values)), "rate": values})
    axis = altair.Y("rate", scale=altair.Scale(type="log", **scale))
    return altair.Chart(table).mark_line().encode(x="round:Q", y=axis)


def band(lower):
    table = pd.DataFrame({"round": range(len(lower)), "lower": lower, "upper": 1.0})
    axis = altair.Y("lower", scale=altair.Scale(type="log"))
    return altair.Chart(table).mark_area().encode(x="round:Q", y=axis, y2="upper")


print(f"line of {rates}: heights {heights(line(rates))} of 300")
print(f"and one 0 behind them: {heights(line(rates + [0]))}")
print(f"with a domain from 0.001, clamped: {heights(line(rates + [0], domain=[0.001, 0.1], clamp=True))}")
print(f"band from {rates} to 1: lower heights {sorted(set(heights(band(rates))))}")
print(f"and one from -0.001 behind them: {sorted(set(heights(band(rates + [-0.001]))))}")
PYTHON

cat > expected.txt <<'TEXT'
line of [0.1, 0.01, 0.001, 0.01, 0.1]: heights [0.0, 150.0, 300.0, 150.0, 0.0] of 300
and one 0 behind them: [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
with a domain from 0.001, clamped: [0.0, 150.0, 300.0, 150.0, 0.0, 300.0]
band from [0.1, 0.01, 0.001, 0.01, 0.1] to 1: lower heights [0.0, 100.0, 200.0, 300.0]
and one from -0.001 behind them: [0.0]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED altair-one-zero-flattens-a-logarithmic-chart: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED altair-one-zero-flattens-a-logarithmic-chart: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS altair-one-zero-flattens-a-logarithmic-chart, seen:"
cat seen.txt
