#!/usr/bin/env bash
# One would guess that Flower Datasets' DirichletPartitioner decides by its seed which rows of a class a
# client gets, the more so as it has `shuffle=True` by default.
#
# What happens: only the *number* of rows is drawn. Each class is cut into consecutive blocks in the order
# of the file, client 0 always gets the first rows of each class, the last client the last ones.
# `shuffle` only changes the order within a client afterwards.
#
# Seen with flwr-datasets 0.6.1, datasets 4.8.5.
#
# Why it matters: where the file has an order of its own (by writer, by patient, by day), the split adds
# a second skew, by writer or by time, which no value of alpha removes. Repeating the experiment with other
# seeds does not average it out: client 0 has the oldest rows under every seed.
#
# Hyperfed: `skew: dirichlet` shuffles each class by the partition's seed before it is cut.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'flwr-datasets==0.6.1' 'datasets==4.8.5' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import numpy as np
from datasets import Dataset
from flwr_datasets.partitioner import DirichletPartitioner

# 200 days, two rows a day, one of each class.
day = np.repeat(np.arange(200), 2)
label = np.tile([0, 1], 200)
table = Dataset.from_dict({"day": day.tolist(), "label": label.tolist()})
for seed in (1, 2, 3):
    partitioner = DirichletPartitioner(3, "label", alpha=100.0, shuffle=True, seed=seed)
    partitioner.dataset = table
    blocks, end = [], {0: -1, 1: -1}
    for k in range(3):
        rows = partitioner.load_partition(k)
        days, labels = np.array(rows["day"]), np.array(rows["label"])
        for c in (0, 1):
            own = np.sort(days[labels == c])
            blocks.append(bool((np.diff(own) == 1).all() and own[0] == end[c] + 1))
            end[c] = own[-1]
    print(f"seed {seed}: each client's rows of each class are one run of days, and client k + 1"
          f" goes on where client k ended: {all(blocks)}")
PYTHON

cat > expected.txt <<'TEXT'
seed 1: each client's rows of each class are one run of days, and client k + 1 goes on where client k ended: True
seed 2: each client's rows of each class are one run of days, and client k + 1 goes on where client k ended: True
seed 3: each client's rows of each class are one run of days, and client k + 1 goes on where client k ended: True
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED flower-dirichlet-gives-blocks-of-each-class: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED flower-dirichlet-gives-blocks-of-each-class: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS flower-dirichlet-gives-blocks-of-each-class, seen:"
cat seen.txt
