#!/usr/bin/env bash
# One would guess that the first round of FedAvgM (server momentum) is a FedAvg round, since there is no
# momentum yet.
#
# What happens in fluke: in the first round the momentum vector is made, with zeros, and the step along it is
# made at once: the global model does not move, and all the clients' work of that round is lost. From the
# second round on the rule is the usual one, as if the run had begun there.
#
# Seen with fluke-fl 0.8.1, torch 2.13.0, NumPy 2.4.6.
#
# Why it matters: all curves of FedAvgM are one round late, so "rounds to target" is one too many; with one
# local epoch of few rounds this is as large as the differences that momentum makes.
#
# Hyperfed: `server.optimizer: momentum` starts with v = Delta, so its first round is FedAvg's.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'torch==2.13.0' 'numpy==2.4.6' 'diskcache==5.6.3' 'omegaconf==2.4.0' 'pyyaml==6.0.4' 'rich==15.0.0' 'matplotlib==3.11.2' 'seaborn==0.13.2' 'pandas==3.1.1' 'psutil==7.2.2' 'scikit-learn==1.9.1' 'cerberus==1.3.8' 'torchmetrics==1.9.0'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'fluke-fl==0.8.1'

cat > probe.py <<'PYTHON'
from types import SimpleNamespace

import torch
from fluke.algorithms.fedavgm import FedAVGMServer
from fluke.server import Server

clients = [SimpleNamespace(index=0, n_examples=50), SimpleNamespace(index=1, n_examples=50)]


def model(weights):
    layer = torch.nn.Linear(1, 2, bias=False)
    layer.weight.data = torch.tensor(weights).reshape(2, 1)
    return layer


for kind, options in ((Server, {}), (FedAVGMServer, {"momentum": 0.9})):
    server = kind(model=model([0.0, 0.0]), test_set=None, clients=clients, weighted=True, **options)
    path = []
    for update in ([0.3, -0.4], [0.6, 0.1], [0.0, 0.0]):
        moved = [a + b for a, b in zip(server.model.weight.data.ravel().tolist(), update)]
        server.aggregate(clients, [model(moved), model(moved)])
        path.append([round(x, 4) for x in server.model.weight.data.ravel().tolist()])
    print(f"{kind.__name__}: updates [0.3, -0.4], [0.6, 0.1], [0, 0]: {path}")
v, w, path = [0.0, 0.0], [0.0, 0.0], []
for update in ([0.3, -0.4], [0.6, 0.1], [0.0, 0.0]):
    v = [0.9 * a + b for a, b in zip(v, update)]
    w = [a + b for a, b in zip(w, v)]
    path.append([round(x, 4) for x in w])
print(f"FedAvgM's rule, momentum 0.9: {path}")
PYTHON

cat > expected.txt <<'TEXT'
Server: updates [0.3, -0.4], [0.6, 0.1], [0, 0]: [[0.3, -0.4], [0.9, -0.3], [0.9, -0.3]]
FedAVGMServer: updates [0.3, -0.4], [0.6, 0.1], [0, 0]: [[0.0, 0.0], [0.6, 0.1], [1.14, 0.19]]
FedAvgM's rule, momentum 0.9: [[0.3, -0.4], [1.17, -0.66], [1.953, -0.894]]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED fluke-fedavgm-throws-the-first-round-away: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED fluke-fedavgm-throws-the-first-round-away: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS fluke-fedavgm-throws-the-first-round-away, seen:"
cat seen.txt
