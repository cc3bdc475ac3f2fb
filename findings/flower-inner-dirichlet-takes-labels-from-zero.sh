#!/usr/bin/env bash
# One would guess that Flower Datasets' InnerDirichletPartitioner works with the labels that the table
# has, as its DirichletPartitioner does.
#
# What happens: it counts the classes and then looks for the labels 0, 1, ..., C - 1. With labels from 1
# to C, as in EMNIST's letters, LIBSVM's multi-class files and many tables of UCI, the last class is left
# out without a word, and the "class 0" that does not exist takes part in the drawing. Labels that are text
# end in an error about NaN probabilities.
#
# Seen with flwr-datasets 0.6.1, datasets 4.8.5.
#
# Why it matters: the clients train on a problem with one class less than the test set has; the best
# possible accuracy is lower, and nothing says why.
#
# Hyperfed: labels of a table may be any numbers or words; each of them is a class, and every row of the
# training part is dealt out.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'flwr-datasets==0.6.1' 'datasets==4.8.5' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
from collections import Counter

from datasets import Dataset
from flwr_datasets.partitioner import DirichletPartitioner, InnerDirichletPartitioner


def seen(partitioner, labels):
    partitioner.dataset = Dataset.from_dict({"label": labels})
    parts = [partitioner.load_partition(k)["label"] for k in range(partitioner.num_partitions)]
    return sorted(Counter(c for part in parts for c in part))


for first in (0, 1):
    labels = [first + c for c in range(3) for _ in range(50)]
    # 80 of 150 rows: no class has to be used up.
    print(f"labels {first} to {first + 2}:"
          f" InnerDirichlet deals out {seen(InnerDirichletPartitioner([40, 40], 'label', 5.0), labels)},"
          f" Dirichlet {seen(DirichletPartitioner(2, 'label', 5.0), labels)}")
PYTHON

cat > expected.txt <<'TEXT'
labels 0 to 2: InnerDirichlet deals out [0, 1, 2], Dirichlet [0, 1, 2]
labels 1 to 3: InnerDirichlet deals out [1, 2], Dirichlet [1, 2, 3]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED flower-inner-dirichlet-takes-labels-from-zero: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED flower-inner-dirichlet-takes-labels-from-zero: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS flower-inner-dirichlet-takes-labels-from-zero, seen:"
cat seen.txt
