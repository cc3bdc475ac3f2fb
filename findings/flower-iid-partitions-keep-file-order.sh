#!/usr/bin/env bash
# One would guess that Flower Datasets' IidPartitioner gives each client a random share of the rows, and
# that the partitioners by size (linear, square, exponential, explicit sizes) draw their rows at random.
#
# What happens: all of them cut the rows into consecutive blocks, in the order of the file. On a local
# table that is sorted by label, as many published tables are, "IID" clients hold one class each. Flower's
# FederatedDataset shuffles before it partitions, so the same partitioner is IID there; with a table that
# is assigned to `partitioner.dataset`, nothing shuffles.
#
# Seen with flwr-datasets 0.6.1, datasets 4.8.5.
#
# Why it matters: a comparison of learning rates on "IID" clients from such a table is one on the
# strongest label skew there is.
#
# Hyperfed: `skew: iid` shuffles all rows by the partition's seed before it deals them evenly, so the
# order of the file does not matter.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'flwr-datasets==0.6.1' 'datasets==4.8.5' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
from collections import Counter

from datasets import Dataset
from flwr_datasets.partitioner import IidPartitioner, LinearPartitioner, SizePartitioner

# 150 rows sorted by label, as the usual iris table is.
table = Dataset.from_dict({"label": [c for c in range(3) for _ in range(50)]})
for partitioner in (IidPartitioner(3), LinearPartitioner(4), SizePartitioner([50, 50])):
    partitioner.dataset = table
    print(type(partitioner).__name__)
    for k in range(partitioner.num_partitions):
        labels = Counter(partitioner.load_partition(k)["label"])
        print(f"  client {k}: rows of each label {dict(sorted(labels.items()))}")
PYTHON

cat > expected.txt <<'TEXT'
IidPartitioner
  client 0: rows of each label {0: 50}
  client 1: rows of each label {1: 50}
  client 2: rows of each label {2: 50}
LinearPartitioner
  client 0: rows of each label {0: 15}
  client 1: rows of each label {0: 30}
  client 2: rows of each label {0: 5, 1: 40}
  client 3: rows of each label {1: 10, 2: 50}
SizePartitioner
  client 0: rows of each label {0: 50}
  client 1: rows of each label {1: 50}
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED flower-iid-partitions-keep-file-order: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED flower-iid-partitions-keep-file-order: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS flower-iid-partitions-keep-file-order, seen:"
cat seen.txt
