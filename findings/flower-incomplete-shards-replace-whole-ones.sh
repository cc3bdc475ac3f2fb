#!/usr/bin/env bash
# One would guess that Flower Datasets' ShardPartitioner with keep_incomplete_shard=True uses every row, or at
# least more rows than with False: the rest of the division becomes a shard of its own.
#
# What happens when the number of shards per client is given: the rest becomes one shard too many, all shards
# are shuffled, and the first of them are dealt out. So in 20 of 21 draws below a whole shard stays behind, and
# some client has the rest in its place. Keeping the incomplete shard loses 50 rows of 1,003, dropping it 3.
#
# Seen with flwr-datasets 0.6.1, datasets 4.8.5.
#
# Why it matters: one client of the run has half the samples of the others, takes half the steps, and which
# client that is changes with the seed. The rows of a random shard, and so of one class, are not trained on.
#
# Hyperfed: `skew: shards` makes shards of one size, and its rest is dropped or spread over the shards.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'flwr-datasets==0.6.1' 'datasets==4.8.5' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
from datasets import Dataset
from flwr_datasets.partitioner import ShardPartitioner

# 1,003 rows of ten classes; 20 shards of 50 rows, 3 rows are left.
table = Dataset.from_dict({"label": [row * 10 // 1003 for row in range(1003)]})


def sizes(keep, seed):
    partitioner = ShardPartitioner(
        10, "label", num_shards_per_partition=2, keep_incomplete_shard=keep, seed=seed)
    partitioner.dataset = table
    return [len(partitioner.load_partition(client)) for client in range(10)]


for keep in (False, True):
    for seed in (1, 2):
        rows = sizes(keep, seed)
        print(f"keep_incomplete_shard={keep}, seed {seed}: {sum(rows)} rows, clients have {rows}")
lost = sum(sum(sizes(True, seed)) == 953 for seed in range(100))
print(f"keep_incomplete_shard=True leaves 50 rows out under {lost} of 100 seeds")
PYTHON

cat > expected.txt <<'TEXT'
keep_incomplete_shard=False, seed 1: 1000 rows, clients have [100, 100, 100, 100, 100, 100, 100, 100, 100, 100]
keep_incomplete_shard=False, seed 2: 1000 rows, clients have [100, 100, 100, 100, 100, 100, 100, 100, 100, 100]
keep_incomplete_shard=True, seed 1: 953 rows, clients have [100, 53, 100, 100, 100, 100, 100, 100, 100, 100]
keep_incomplete_shard=True, seed 2: 953 rows, clients have [100, 100, 100, 100, 100, 100, 53, 100, 100, 100]
keep_incomplete_shard=True leaves 50 rows out under 95 of 100 seeds
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED flower-incomplete-shards-replace-whole-ones: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED flower-incomplete-shards-replace-whole-ones: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS flower-incomplete-shards-replace-whole-ones, seen:"
cat seen.txt
