#!/usr/bin/env bash
# One would guess that a score of NaN makes the probabilities of baycomp's signed-rank test (two_on_multiple)
# NaN, as it does in its t test (two_on_single), and that the test is symmetric between a method and itself.
#
# What happens: a pair with NaN counts as a pair within the region of equivalence (rope). Where a variant is
# better by 0.05 to 0.07 and one of its five runs is NaN, "equivalent" rises from 0 to 0.23; with three of five
# it is 0.91. Without a region (rope = 0, the default) the very same scores on both sides favour the
# first argument by 0.71 to 0.29, in either order of the arguments.
#
# Seen with baycomp 1.0.3, NumPy 2.4.6, SciPy 1.17.1, matplotlib 3.11.2.
#
# Why it matters: the more runs of a variant diverge, the more it is "practically equivalent to the baseline".
# A scheduler that never moves is better with 71 percent, and so is the baseline.
#
# Hyperfed counts a pair only if both runs finished, says how many did, and names variants whose runs are the
# same bit for bit.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6' 'scipy==1.17.1' 'matplotlib==3.11.2' 'baycomp==1.0.3'

cat > probe.py <<'PYTHON'
import numpy as np
from baycomp import two_on_multiple, two_on_single

baseline = np.array([0.82, 0.83, 0.85, 0.81, 0.84])
better = baseline + [0.05, 0.06, 0.05, 0.07, 0.06]


def show(values):
    return "(" + ", ".join(f"{float(v):.2f}" for v in values) + ")"


for test in (two_on_single, two_on_multiple):
    np.random.seed(1)
    for diverged in (0, 1, 3):
        runs = np.where(np.arange(5) < diverged, np.nan, better)
        print(f"{test.__name__}, better by 0.05 to 0.07, {diverged} of 5 NaN, rope 0.01:"
              f" (first, equivalent, second) = {show(test(runs, baseline, rope=0.01))}")
    a, b = baseline, baseline.copy()
    print(f"{test.__name__}, equal scores: (first, second) ="
          f" {show(test(a, b)[::len(test(a, b)) - 1])}, the other way round {show(test(b, a)[::len(test(a, b)) - 1])}")
PYTHON

cat > expected.txt <<'TEXT'
two_on_single, better by 0.05 to 0.07, 0 of 5 NaN, rope 0.01: (first, equivalent, second) = (1.00, 0.00, 0.00)
two_on_single, better by 0.05 to 0.07, 1 of 5 NaN, rope 0.01: (first, equivalent, second) = (nan, nan, nan)
two_on_single, better by 0.05 to 0.07, 3 of 5 NaN, rope 0.01: (first, equivalent, second) = (nan, nan, nan)
two_on_single, equal scores: (first, second) = (0.50, 0.50), the other way round (0.50, 0.50)
two_on_multiple, better by 0.05 to 0.07, 0 of 5 NaN, rope 0.01: (first, equivalent, second) = (1.00, 0.00, 0.00)
two_on_multiple, better by 0.05 to 0.07, 1 of 5 NaN, rope 0.01: (first, equivalent, second) = (0.77, 0.23, 0.00)
two_on_multiple, better by 0.05 to 0.07, 3 of 5 NaN, rope 0.01: (first, equivalent, second) = (0.09, 0.91, 0.00)
two_on_multiple, equal scores: (first, second) = (0.71, 0.29), the other way round (0.71, 0.29)
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED baycomp-counts-diverged-seeds-as-equivalent: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED baycomp-counts-diverged-seeds-as-equivalent: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS baycomp-counts-diverged-seeds-as-equivalent, seen:"
cat seen.txt
