#!/usr/bin/env bash
# One would guess that the alpha2 of APPFL's dirichlet_noniid_partition, 0.5 by default, is the 0.5 of other
# tools: Dirichlet(0.5, ..., 0.5) over the classes; and that alpha1, 8 by default, makes sizes nearly equal.
#
# What happens: both are totals. alpha2 is multiplied by the shares of the classes, so with ten equal classes
# each has 0.05. alpha1 is divided by the number of clients: with 10 clients each has 0.8, with 100 clients
# 0.08, where more than half of the clients have no sample at all.
#
# Seen with appfl 1.12.0, torch 2.13.0, NumPy 2.4.6.
#
# Why it matters: at "Dirichlet 0.5" the label skew is that of 0.05 elsewhere, and more clients mean more
# quantity skew. Clients without samples still take part.
#
# Hyperfed: alpha of `skew: dirichlet` is the concentration of each entry, whatever the numbers of classes and
# clients, and `min_samples` is 10 by default.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'torch==2.13.0' 'numpy==2.4.6' 'pandas==3.1.1' 'matplotlib==3.11.2' 'scipy==1.17.1' 'omegaconf==2.4.0' 'pyyaml==6.0.4' 'packaging==26.4'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'appfl==1.12.0' 'opacus==1.6.0'

cat > probe.py <<'PYTHON'
import numpy as np
import torch
from appfl.misc.data import dirichlet_noniid_partition

labels = np.arange(5000) % 10
data = [(torch.zeros(1), int(label)) for label in labels]


def counts(clients, seed, **alphas):
    parts = dirichlet_noniid_partition(data, clients, seed=seed, **alphas)
    return np.array([np.bincount(part.data_label.int(), minlength=10) for part in parts])


def commonest(counts):
    counts = counts[counts.sum(1) > 0]
    return (counts.max(1) / counts.sum(1)).mean()


plain = np.random.default_rng(1)
for alpha in (0.5, 0.05):
    shares = plain.dirichlet(np.full(10, alpha), 2000)
    print(f"Dirichlet({alpha}, ..., {alpha}): the commonest of ten classes has {shares.max(1).mean():.2f}")
for clients in (10, 100):
    draws = [counts(clients, seed) for seed in range(5)]
    sizes = np.array([draw.sum(1) for draw in draws])
    print(f"defaults, 5000 samples, {clients} clients: the commonest class has"
          f" {np.mean([commonest(draw) for draw in draws]):.2f}; {(sizes == 0).mean():.0%} have no sample,"
          f" the largest has {sizes.max(1).mean():.0f}")
PYTHON

cat > expected.txt <<'TEXT'
Dirichlet(0.5, ..., 0.5): the commonest of ten classes has 0.38
Dirichlet(0.05, ..., 0.05): the commonest of ten classes has 0.78
defaults, 5000 samples, 10 clients: the commonest class has 0.70; 0% have no sample, the largest has 1048
defaults, 5000 samples, 100 clients: the commonest class has 0.79; 58% have no sample, the largest has 845
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED appfl-dirichlet-alphas-are-divided: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED appfl-dirichlet-alphas-are-divided: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS appfl-dirichlet-alphas-are-divided, seen:"
cat seen.txt
