#!/usr/bin/env bash
# One would guess that almost stochastic order (ASO, deepsig) of a method against itself is undecided,
# about 0.5: below 0.5 the first is better, above 0.5 it is not.
#
# What happens: the very same scores on both sides give 1.0, the value for "worse beyond doubt", in either
# order of the arguments, also when they are listed in another order. Scores that are all one number give
# 0.5.
#
# Seen with deepsig 1.2.8, NumPy 2.4.6.
#
# Why it matters: a scheduler that never moves its rate reproduces the baseline bit for bit (FedHyper's raw
# form at a small local rate, a hyper-rate of 0, a plateau that is not reached). ASO then reports that it is
# clearly worse, and, asked the other way round, that the baseline is.
#
# Hyperfed warns when a hypergradient is inert; the gains over the baseline in `against.csv` are then 0.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'deepsig==1.2.8' 'numpy==2.4.6' 'scipy==1.17.1'

cat > probe.py <<'PYTHON'
from deepsig import aso

runs = [0.82, 0.83, 0.85, 0.81, 0.84]
for name, a, b in (("the same five runs", runs, list(runs)), ("the same, in another order", runs, runs[::-1]),
                   ("five equal runs", [0.8] * 5, [0.8] * 5),
                   ("better by 0.1 in each", [r + 0.1 for r in runs], runs),
                   ("worse by 0.1 in each", [r - 0.1 for r in runs], runs)):
    print(f"{name}: {aso(a, b, seed=1, show_progress=False):.3f}"
          f" (the other way round {aso(b, a, seed=1, show_progress=False):.3f})")
PYTHON

cat > expected.txt <<'TEXT'
the same five runs: 1.000 (the other way round 1.000)
the same, in another order: 1.000 (the other way round 1.000)
five equal runs: 0.500 (the other way round 0.500)
better by 0.1 in each: 0.000 (the other way round 0.996)
worse by 0.1 in each: 0.996 (the other way round 0.000)
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED deepsig-calls-equal-runs-worse: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED deepsig-calls-equal-runs-worse: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS deepsig-calls-equal-runs-worse, seen:"
cat seen.txt
