#!/usr/bin/env bash
# One would guess that rliable's interquartile mean (IQM) of three seeds leaves out the best and the worst,
# as its description says of the outer quarters.
#
# What happens: floor(0.25 n) runs are left out at each end, over all seeds and tasks together. With one
# task and three seeds this is none, and the IQM is the plain mean, with every outlier in it. With two
# tasks and three seeds one run goes at each end, whichever task it is from: where tasks have different
# scales, it is always the hardest task's worst and the easiest task's best.
#
# Seen with rliable 1.2.0, arch 7.2.0, SciPy 1.17.1, pandas 2.3.3 (with pandas 3 its dependency arch 7.2.0
# does not import), NumPy 2.4.6.
#
# Why it matters: "IQM over 3 seeds" in a learning-rate study is the mean under a name that promises
# robustness. From four runs on it differs.
#
# Hyperfed: means over seeds with t intervals; with values drawn per seed, medians from five seeds on.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'rliable==1.2.0' 'arch==7.2.0' 'scipy==1.17.1' 'pandas==2.3.3' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import numpy as np
from rliable.metrics import aggregate_iqm

for runs in ([0.1, 0.8, 0.9], [0.1, 0.8, 0.82, 0.9]):
    scores = np.array(runs).reshape(-1, 1)
    print(f"one task, runs {runs}: IQM {aggregate_iqm(scores):.4f}, mean {scores.mean():.4f},"
          f" median {np.median(scores):.4f}")
two = np.array([[0.1, 0.90], [0.2, 0.92], [0.3, 0.99]])
inner = np.sort(two.ravel())[1:-1].mean()
print(f"two tasks, three runs each, {two.T.tolist()}: IQM {aggregate_iqm(two):.4f},"
      f" mean without the smallest and the largest of all six {inner:.4f}")
PYTHON

cat > expected.txt <<'TEXT'
one task, runs [0.1, 0.8, 0.9]: IQM 0.6000, mean 0.6000, median 0.8000
one task, runs [0.1, 0.8, 0.82, 0.9]: IQM 0.8100, mean 0.6550, median 0.8100
two tasks, three runs each, [[0.1, 0.2, 0.3], [0.9, 0.92, 0.99]]: IQM 0.5800, mean without the smallest and the largest of all six 0.5800
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED rliable-iqm-of-three-seeds-is-the-mean: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED rliable-iqm-of-three-seeds-is-the-mean: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS rliable-iqm-of-three-seeds-is-the-mean, seen:"
cat seen.txt
