#!/usr/bin/env bash
# One would guess that FedLab's client_inner_dirichlet_partition (the partition of FedDyn's paper, with
# given client sizes) returns for each client the rows of the classes that were drawn for it.
#
# What happens: it shuffles the labels, draws positions in the shuffled list, and returns these positions
# as if they were row numbers. Each client so gets random rows: the labels are IID at every alpha. Led
# back through the shuffle, the same positions have the skew that was asked for. The array of client sizes
# that was passed in has only zeros afterwards.
#
# Seen with fedlab 1.3.0, NumPy 2.4.6 (its file of partition functions is loaded by itself, as the package
# would load PyTorch; the functions are as published).
#
# Why it matters: results "at Dirichlet 0.1" by this function are results without label skew, where
# learning-rate schedulers hardly differ.
#
# Hyperfed writes no such partition under another name: `hyperfed validate` prints the classes per client
# and two measures of label skew for each partition that it draws.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6' 'pandas==2.3.3'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'fedlab==1.3.0'

cat > probe.py <<'PYTHON'
import importlib.util
import sysconfig

import numpy as np

path = sysconfig.get_paths()["purelib"] + "/fedlab/utils/dataset/functional.py"
spec = importlib.util.spec_from_file_location("functional", path)
functional = importlib.util.module_from_spec(spec)
spec.loader.exec_module(functional)

labels = np.tile(np.arange(10), 600)  # 6,000 rows, ten classes of 600
for alpha in (0.3, 100.0):
    sizes = np.full(5, 200)
    np.random.seed(3)
    clients = functional.client_inner_dirichlet_partition(
        labels, 5, 10, alpha, sizes, verbose=False)
    np.random.seed(3)
    shuffle = np.random.permutation(6000)  # the function's first draw

    def commonest(rows):
        return float(np.mean([np.bincount(labels[rows(k)], minlength=10).max() / 200 for k in range(5)]))

    print(f"alpha {alpha}: share of a client's commonest class, mean over clients:"
          f" as returned {commonest(lambda k: clients[k]):.2f},"
          f" led back through the shuffle {commonest(lambda k: shuffle[clients[k]]):.2f}")
    print(f"  the sizes passed in, 200 for each client, are now {sizes.tolist()}")
PYTHON

cat > expected.txt <<'TEXT'
alpha 0.3: share of a client's commonest class, mean over clients: as returned 0.13, led back through the shuffle 0.45
  the sizes passed in, 200 for each client, are now [0, 0, 0, 0, 0]
alpha 100.0: share of a client's commonest class, mean over clients: as returned 0.14, led back through the shuffle 0.14
  the sizes passed in, 200 for each client, are now [0, 0, 0, 0, 0]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED fedlab-inner-dirichlet-returns-iid-clients: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED fedlab-inner-dirichlet-returns-iid-clients: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS fedlab-inner-dirichlet-returns-iid-clients, seen:"
cat seen.txt
