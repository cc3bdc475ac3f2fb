#!/usr/bin/env bash
# One would guess that the power and the effect size that pingouin's paired t test prints belong to that test,
# so that they say how many seeds a repetition needs.
#
# What happens: its Cohen's d is the difference over the spread of the *values*, as for two unpaired groups; its
# power puts this d into the formula for pairs, whose d is the difference over the spread of the *differences*.
# Three seeds that all gain 0.010 to 0.015 have p = 0.014 and "power 0.13", and the d makes power_ttest ask for 15
# seeds. The d of the differences is 4.9: power 0.97, and three seeds.
#
# Seen with pingouin 0.7.0, SciPy 1.17.1, pandas 2.3.3, NumPy 2.4.6.
#
# Why it matters: a study with common seeds looks hopelessly small wherever seeds differ more from each other
# than variants do, which is why one pairs them. Compute d from the differences.
#
# Hyperfed's "about N seeds to tell" goes by the standard deviation of the paired differences.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6' 'scipy==1.17.1' 'pandas==2.3.3' 'pingouin==0.7.0'

cat > probe.py <<'PYTHON'
import math

import numpy as np
import pingouin

baseline = np.array([0.742, 0.771, 0.755])
gains = np.array([0.012, 0.015, 0.010])
for shift in (0, 1):
    spread = baseline if shift == 0 else np.full(3, 0.75) + [0, 0.0007, 0.0003]
    row = pingouin.ttest(spread + gains, spread, paired=True).iloc[0]
    d = float(row["cohen_d"])
    print(f"seeds differ by {np.ptp(spread):.4f}: T {row['T']:.2f}, p {row['p_val']:.3f},"
          f" d {d:.2f}, power {row['power']:.2f},"
          f" seeds for a power of 0.8: {math.ceil(pingouin.power_ttest(d=d, power=0.8, contrast='paired'))}")
d = gains.mean() / gains.std(ddof=1)
print(f"from the differences: d {d:.2f}, power {pingouin.power_ttest(d=d, n=3, contrast='paired'):.2f},"
      f" seeds {math.ceil(pingouin.power_ttest(d=d, power=0.8, contrast='paired'))}")
PYTHON

cat > expected.txt <<'TEXT'
seeds differ by 0.0290: T 8.49, p 0.014, d 0.80, power 0.13, seeds for a power of 0.8: 15
seeds differ by 0.0007: T 8.49, p 0.014, d 6.27, power 1.00, seeds for a power of 0.8: 3
from the differences: d 4.90, power 0.97, seeds 3
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED pingouin-power-of-paired-seeds: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED pingouin-power-of-paired-seeds: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS pingouin-power-of-paired-seeds, seen:"
cat seen.txt
