#!/usr/bin/env bash
# One would guess that EasyFL's split by class (data_distribution "class", class_per_client k) deals out every
# sample, or says how many it does not.
#
# What happens: each class is cut into ceil(k clients / classes) parts, the clients take one part after the
# other, and parts that nobody takes are gone. 12 clients with one class each use 600 of 1,000 samples,
# 7 clients with three classes 694. The classes used in full are always the first ones, and clients get
# classes in turn (0 and 1, 2 and 3, ...), under any seed.
#
# Seen with easyfl 0.1.2, NumPy 2.4.6 (its file of partition functions is loaded by itself, as the package
# would load PyTorch; the functions are as published).
#
# Why it matters: a change of the number of clients or of k changes how much data the federation has, by up
# to a half, and makes the classes unequal. Both are read as effects of the skew.
#
# Hyperfed: `skew: classes_per_client` cuts each class into as many parts as it has owners.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6' 'setuptools==80.9.0'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'easyfl==0.1.2'

cat > probe.py <<'PYTHON'
import importlib.util
import sysconfig

import numpy as np

path = sysconfig.get_paths()["purelib"] + "/easyfl/datasets/simulation.py"
spec = importlib.util.spec_from_file_location("simulation", path)
simulation = importlib.util.module_from_spec(spec)
spec.loader.exec_module(simulation)

labels = np.repeat(np.arange(10), 100)
rows = np.arange(1000)[:, None]
for clients, count in ((10, 2), (12, 1), (7, 3), (11, 2), (51, 2)):
    parts = simulation.data_simulation(rows, labels, clients, "class", class_per_client=count)[1]
    used = np.bincount(np.concatenate([part["y"] for part in parts.values()]), minlength=10)
    print(f"{clients} clients of {count}: {used.sum()} of 1000 samples are used, of each class"
          f" {used.tolist()}")
PYTHON

cat > expected.txt <<'TEXT'
10 clients of 2: 1000 of 1000 samples are used, of each class [100, 100, 100, 100, 100, 100, 100, 100, 100, 100]
12 clients of 1: 600 of 1000 samples are used, of each class [100, 100, 50, 50, 50, 50, 50, 50, 50, 50]
7 clients of 3: 694 of 1000 samples are used, of each class [100, 66, 66, 66, 66, 66, 66, 66, 66, 66]
11 clients of 2: 728 of 1000 samples are used, of each class [100, 100, 66, 66, 66, 66, 66, 66, 66, 66]
51 clients of 2: 920 of 1000 samples are used, of each class [100, 100, 90, 90, 90, 90, 90, 90, 90, 90]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED easyfl-class-split-leaves-samples-out: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED easyfl-class-split-leaves-samples-out: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS easyfl-class-split-leaves-samples-out, seen:"
cat seen.txt
