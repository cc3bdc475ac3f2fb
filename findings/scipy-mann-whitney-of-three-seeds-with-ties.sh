#!/usr/bin/env bash
# One would guess that three seeds a side can't give p < 0.05 in a two-sided rank test: of the 20 ways to
# share six ranks, the two extreme ones make p = 0.1.
#
# What happens: scipy.stats.mannwhitneyu takes the normal approximation as soon as two values are equal,
# however few there are. Three accuracies of 0.9 against three of 0.8 give p = 0.047, three different
# values a side give 0.1. `method="exact"` gives 0.1 for both. (wilcoxon, for pairs, stays exact here.)
#
# Seen with SciPy 1.17.1, NumPy 2.4.6.
#
# Why it matters: equal accuracies are common, since a test set of 1,000 samples has 1,001 of them, and runs
# that learn nothing or everything agree to the last bit. The tie makes the same three seeds "significant".
#
# Hyperfed's tests of paired seeds are exact, ties or not; `comparison.csv` has each run for a test of your own.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'scipy==1.17.1' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
from scipy.stats import mannwhitneyu, wilcoxon

for a, b in (([0.91, 0.92, 0.93], [0.81, 0.82, 0.83]), ([0.9, 0.9, 0.91], [0.81, 0.82, 0.83]),
             ([0.9, 0.9, 0.9], [0.8, 0.8, 0.8])):
    print(f"{a} against {b}: p = {mannwhitneyu(a, b).pvalue:.4f},"
          f" exact {mannwhitneyu(a, b, method='exact').pvalue:.4f},"
          f" wilcoxon in pairs {wilcoxon(a, b).pvalue:.4f}")
PYTHON

cat > expected.txt <<'TEXT'
[0.91, 0.92, 0.93] against [0.81, 0.82, 0.83]: p = 0.1000, exact 0.1000, wilcoxon in pairs 0.2500
[0.9, 0.9, 0.91] against [0.81, 0.82, 0.83]: p = 0.0765, exact 0.1000, wilcoxon in pairs 0.2500
[0.9, 0.9, 0.9] against [0.8, 0.8, 0.8]: p = 0.0469, exact 0.1000, wilcoxon in pairs 0.2500
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED scipy-mann-whitney-of-three-seeds-with-ties: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED scipy-mann-whitney-of-three-seeds-with-ties: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS scipy-mann-whitney-of-three-seeds-with-ties, seen:"
cat seen.txt
