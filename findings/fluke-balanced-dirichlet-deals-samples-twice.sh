#!/usr/bin/env bash
# One would guess that fluke's label_dirichlet_skew with balanced=True gives each sample to one client, in
# equal sizes, with the label skew of beta.
#
# What happens: after the Dirichlet draw, clients above the mean size throw samples away, and clients below it
# are filled up at random from all samples that earlier clients do not have. These include samples of later
# clients and of the client itself. So at beta 0.1 a sixth of the samples belongs to nobody, others belong to
# two clients or twice to one; and the filling is IID, so that the skew is much weaker than beta says. By
# default, balanced or not, each client also gets two samples of every class (min_ex_class), so no client of
# any skew lacks a class.
#
# Seen with fluke-fl 0.8.1, torch 2.13.0, NumPy 2.4.6.
#
# Why it matters: methods that profit from clients that agree look better than at the same beta elsewhere, and
# a part of the data is never used.
#
# Hyperfed: no sample is in two clients; `procedure: per_client` of `skew: dirichlet` makes equal sizes.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'torch==2.13.0' 'numpy==2.4.6' 'diskcache==5.6.3' 'omegaconf==2.4.0' 'pyyaml==6.0.4' 'rich==15.0.0' 'matplotlib==3.11.2' 'seaborn==0.13.2' 'pandas==3.1.1' 'psutil==7.2.2' 'scikit-learn==1.9.1' 'cerberus==1.3.8' 'torchmetrics==1.9.0'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'fluke-fl==0.8.1'

cat > probe.py <<'PYTHON'
import numpy as np
import torch
from fluke.data import DataSplitter

labels = torch.arange(2000) % 10
rows = torch.zeros(2000, 1)


def draw(balanced, smallest):
    np.random.seed(1)
    return DataSplitter.label_dirichlet_skew(
        rows, labels, None, None, n=10, beta=0.1, min_ex_class=smallest, balanced=balanced)[0]


for balanced in (False, True):
    for smallest in (0, 2):
        clients = draw(balanced, smallest)
        owners = np.bincount(np.concatenate([np.unique(rows) for rows in clients]), minlength=2000)
        twice = sum(len(rows) - len(np.unique(rows)) for rows in clients)
        counts = np.array([np.bincount(labels[rows], minlength=10) for rows in clients])
        print(f"balanced={balanced}, min_ex_class={smallest}: of 2000 samples {(owners == 0).sum()} with"
              f" nobody, {(owners > 1).sum()} in several clients, {twice} twice in one")
        print(f"  a client's commonest class has {(counts.max(1) / counts.sum(1)).mean():.2f},"
              f" it has {(counts > 0).sum(1).mean():.1f} classes")
PYTHON

cat > expected.txt <<'TEXT'
balanced=False, min_ex_class=0: of 2000 samples 0 with nobody, 0 in several clients, 0 twice in one
  a client's commonest class has 0.60, it has 4.7 classes
balanced=False, min_ex_class=2: of 2000 samples 0 with nobody, 0 in several clients, 0 twice in one
  a client's commonest class has 0.51, it has 10.0 classes
balanced=True, min_ex_class=0: of 2000 samples 358 with nobody, 323 in several clients, 35 twice in one
  a client's commonest class has 0.45, it has 8.0 classes
balanced=True, min_ex_class=2: of 2000 samples 300 with nobody, 276 in several clients, 24 twice in one
  a client's commonest class has 0.42, it has 9.6 classes
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED fluke-balanced-dirichlet-deals-samples-twice: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED fluke-balanced-dirichlet-deals-samples-twice: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS fluke-balanced-dirichlet-deals-samples-twice, seen:"
cat seen.txt
