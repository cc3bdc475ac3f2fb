#!/usr/bin/env bash
# One would guess that all clients of a Dirichlet label skew are alike before the draw, so that each has the
# same number of samples on average.
#
# What happens: the samples of a class are cut at the ends of the shares, rounded down, and the last client
# takes the rest. So the first client loses half a sample in each class, and the last gains half a sample.
# This does not matter with ten large classes. With 100 classes of 500 samples, as in CIFAR-100, and 100 clients
# Flower's last client has a fourth more samples than its first. FedLab's balancing takes the last client's
# gain away, but not the first one's loss. p2pfl rounds to the nearest, and its clients are alike.
#
# Seen with flwr-datasets 0.6.1, fedlab 1.3.0, p2pfl 0.4.4, NumPy 2.4.6. The cut is also NIID-Bench's,
# fedml's, fedartml's, openfl's, easyfl's and appfl's.
#
# Why it matters: weights by samples favour one client in every seed, and "client 0" is the smallest of the
# federation on average. Means over seeds do not take this away.
#
# Hyperfed: `procedure: per_class` of `skew: dirichlet` cuts as these do, and so has the same bias.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'flwr-datasets==0.6.1' 'datasets==4.8.5' 'pandas==3.1.1' 'numpy==2.4.6'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'fedlab==1.3.0' 'p2pfl==0.4.4'

cat > probe.py <<'PYTHON'
import importlib.util
import sysconfig

import numpy as np
from datasets import Dataset
from flwr_datasets.partitioner import DirichletPartitioner
from p2pfl.learning.dataset.partition_strategies import DirichletPartitionStrategy
from p2pfl.settings import Settings

# FedLab's file of partition functions by itself, as the package would load PyTorch.
path = sysconfig.get_paths()["purelib"] + "/fedlab/utils/dataset/functional.py"
spec = importlib.util.spec_from_file_location("functional", path)
functional = importlib.util.module_from_spec(spec)
spec.loader.exec_module(functional)

labels = np.arange(50000) % 100  # 100 classes of 500 rows
table = Dataset.from_dict({"label": labels})


def flower(seed):
    partitioner = DirichletPartitioner(100, "label", 100.0, 10, seed=seed)
    partitioner.dataset = table
    return [len(partitioner.load_partition(client)) for client in range(100)]


def fedlab(seed):
    np.random.seed(seed)
    return [len(rows) for rows in functional.hetero_dir_partition(labels, 100, 100, 100.0).values()]


def p2pfl(seed):
    Settings.general.SEED = seed
    few = Dataset.from_dict({"label": labels[:2000] % 20})  # as it is slow
    parts = DirichletPartitionStrategy.generate_partitions(few, few.select(range(100)), 20, alpha=100.0)[0]
    return [len(rows) for rows in parts]


for name, draw, seeds in (("Flower", flower, 5), ("FedLab", fedlab, 5), ("p2pfl", p2pfl, 20)):
    sizes = np.array([draw(seed) for seed in range(seeds)])
    print(f"{name}: {sizes.shape[1]} clients, mean sizes: the first {sizes[:, 0].mean():.0f}, those between"
          f" {sizes[:, 1:-1].mean():.0f}, the last {sizes[:, -1].mean():.0f}")
PYTHON

cat > expected.txt <<'TEXT'
Flower: 100 clients, mean sizes: the first 445, those between 500, the last 555
FedLab: 100 clients, mean sizes: the first 450, those between 500, the last 505
p2pfl: 20 clients, mean sizes: the first 100, those between 100, the last 100
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED dirichlet-cuts-favour-the-last-client: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED dirichlet-cuts-favour-the-last-client: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS dirichlet-cuts-favour-the-last-client, seen:"
cat seen.txt
