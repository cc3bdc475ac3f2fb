#!/usr/bin/env bash
# One would guess that statannotations' paired tests (t-test_paired, Wilcoxon) pair the values of one seed, or
# refuse a table that does not say which values belong together.
#
# What happens: the k-th row of one group is paired with the k-th row of the other, in the order of the table.
# There is no argument for a seed. The same eight results, listed as the runs finished, give p = 0.29 where
# sorted by seed they give 0.001. No warning.
#
# Seen with statannotations 0.7.2, seaborn 0.13.2, matplotlib 3.11.2, SciPy 1.17.1, pandas 2.3.3, NumPy 2.4.6.
#
# Why it matters: runs of a sweep are usually listed in the order in which they ended, and the stars on the
# figure then test something that nobody asked. Sort by seed first, and drop seeds that lack a run.
#
# Hyperfed pairs by the seed's number; `comparison.csv` is in the order of variants, cells and seeds.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6' 'scipy==1.17.1' 'pandas==2.3.3' 'matplotlib==3.11.2' 'seaborn==0.13.2' 'statannotations==0.7.2'

cat > probe.py <<'PYTHON'
import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
import pandas as pd
import seaborn
from statannotations.Annotator import Annotator

baseline = [0.742, 0.771, 0.755, 0.762]
gains = [0.012, 0.015, 0.010, 0.013]
runs = [("fedavg", seed, value) for seed, value in enumerate(baseline)]
runs += [("adam", seed, value + gain) for seed, (value, gain) in enumerate(zip(baseline, gains))]
table = pd.DataFrame(runs, columns=["variant", "seed", "accuracy"])

for name, order in (("sorted by seed", [0, 1, 2, 3, 4, 5, 6, 7]), ("as the runs ended", [0, 1, 2, 3, 6, 4, 7, 5])):
    listed = table.iloc[order]
    plot = seaborn.boxplot(data=listed, x="variant", y="accuracy")
    annotator = Annotator(plot, [("fedavg", "adam")], data=listed, x="variant", y="accuracy", verbose=0)
    annotator.configure(test="t-test_paired", verbose=0).apply_test()
    print(f"{name}: adam's seeds {list(listed[listed.variant == 'adam'].seed)},"
          f" p = {annotator.annotations[0].data.pvalue:.4f}")
    plt.clf()
PYTHON

cat > expected.txt <<'TEXT'
sorted by seed: adam's seeds [0, 1, 2, 3], p = 0.0012
as the runs ended: adam's seeds [2, 0, 3, 1], p = 0.2947
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED statannotations-pairs-seeds-by-row: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED statannotations-pairs-seeds-by-row: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS statannotations-pairs-seeds-by-row, seen:"
cat seen.txt
