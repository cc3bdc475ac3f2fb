#!/usr/bin/env bash
# One would guess that p2pfl's DirichletPartitionStrategy, which partitions the training and the test set
# together, gives a client test samples of the classes that it trains on.
#
# What happens: it draws new proportions for the test set. A client's test part has a label skew of its own:
# at alpha 0.1 a client's training labels overlap with its test labels by a fourth, and with another client's
# test labels by as much.
#
# Seen with p2pfl 0.4.4, datasets 4.8.5, NumPy 2.4.6.
#
# Why it matters: accuracies of clients on their own test parts measure how models do on classes that these
# clients have never seen. The stronger the skew, the better a global model looks against local ones.
#
# Hyperfed: a client's held-out samples are drawn from its own samples (`clients.validation_fraction` and
# `clients.test_fraction`); the central test set is not partitioned.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'datasets==4.8.5' 'pandas==3.1.1' 'numpy==2.4.6'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'p2pfl==0.4.4'

cat > probe.py <<'PYTHON'
import numpy as np
from datasets import Dataset
from p2pfl.learning.dataset.partition_strategies import DirichletPartitionStrategy
from p2pfl.settings import Settings

train = np.arange(2000) % 5
test = np.arange(1000) % 5


def counts(labels, parts):
    return np.array([np.bincount(labels[part], minlength=5) for part in parts])


def draw(alpha, seed):
    Settings.general.SEED = seed
    parts = DirichletPartitionStrategy.generate_partitions(
        Dataset.from_dict({"label": train}), Dataset.from_dict({"label": test}), 4, alpha=alpha)
    return counts(train, parts[0]), counts(test, parts[1])


def overlap(a, b):
    return np.minimum(a / a.sum(1, keepdims=True), b / b.sum(1, keepdims=True)).sum(1).mean()


for trained, tested in zip(*draw(0.1, 1)):
    print(f"alpha 0.1, a client's classes: training {trained.tolist()}, test {tested.tolist()}")
for alpha in (0.1, 1.0, 100.0):
    draws = [draw(alpha, seed) for seed in range(20)]
    own = np.mean([overlap(a, b) for a, b in draws])
    other = np.mean([overlap(a, np.roll(b, 1, 0)) for a, b in draws])
    print(f"alpha {alpha}: a client's training labels overlap with its test labels by {own:.2f},"
          f" with another client's by {other:.2f}")
PYTHON

cat > expected.txt <<'TEXT'
alpha 0.1, a client's classes: training [1, 0, 0, 13, 112], test [2, 190, 72, 0, 0]
alpha 0.1, a client's classes: training [399, 9, 0, 0, 3], test [1, 1, 5, 200, 14]
alpha 0.1, a client's classes: training [0, 389, 0, 387, 0], test [196, 9, 34, 0, 0]
alpha 0.1, a client's classes: training [0, 2, 400, 0, 285], test [1, 0, 89, 0, 186]
alpha 0.1: a client's training labels overlap with its test labels by 0.27, with another client's by 0.36
alpha 1.0: a client's training labels overlap with its test labels by 0.58, with another client's by 0.60
alpha 100.0: a client's training labels overlap with its test labels by 0.95, with another client's by 0.96
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED p2pfl-test-parts-have-another-skew: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED p2pfl-test-parts-have-another-skew: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS p2pfl-test-parts-have-another-skew, seen:"
cat seen.txt
