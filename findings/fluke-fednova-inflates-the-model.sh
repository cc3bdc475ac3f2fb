#!/usr/bin/env bash
# One would guess that a round of FedNova in which no client moves leaves the global model as it was, and
# that with equal numbers of steps FedNova is FedAvg.
#
# What happens in fluke: the server sums the clients' *models* with FedNova's factors, where the method sums
# their *updates*. With equal numbers of steps the factors add up to 1 and all is well. With unequal ones
# they add up to more than 1, and every round multiplies the whole model by that sum: 1.09 for two clients
# of 10 and 20 steps. After ten rounds in which nobody moved, the weights are two and a half times as large.
#
# Seen with fluke-fl 0.8.1, torch 2.13.0, NumPy 2.4.6 (the server's own aggregation, two clients).
#
# Why it matters: unequal steps are what FedNova is for. The inflation acts like a negative weight decay that
# grows with the inequality; a lower learning rate does not help, since it does not depend on the rate.
#
# Hyperfed: `training.correction: fednova` adds tau_eff sum p_i Delta_i / a_i to the model, so that clients
# that do not move do not move it.
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
from fluke.algorithms.fednova import FedNovaServer

clients = [SimpleNamespace(index=0, n_examples=25), SimpleNamespace(index=1, n_examples=75)]


def model(weights):
    layer = torch.nn.Linear(1, 2, bias=False)
    layer.weight.data = torch.tensor(weights).reshape(2, 1)
    return layer


for steps in ([10.0, 10.0], [10.0, 20.0], [10.0, 100.0]):
    server = FedNovaServer(model=model([1.0, -2.0]), test_set=None, clients=clients, weighted=True)
    # What the clients send as their effective numbers of steps.
    server._channel = SimpleNamespace(
        receive=lambda to, index, kind: SimpleNamespace(payload=steps[index]))
    path = []
    for _ in range(10):
        weights = server.model.weight.data.ravel().tolist()
        server.aggregate(clients, [model(weights), model(weights)])  # nobody moved
        path.append([round(x, 4) for x in server.model.weight.data.ravel().tolist()])
    print(f"steps {steps}, start [1.0, -2.0], nobody moves: after 1 round {path[0]}, after 10 {path[9]}")
PYTHON

cat > expected.txt <<'TEXT'
steps [10.0, 10.0], start [1.0, -2.0], nobody moves: after 1 round [1.0, -2.0], after 10 [1.0, -2.0]
steps [10.0, 20.0], start [1.0, -2.0], nobody moves: after 1 round [1.0938, -2.1875], after 10 [2.4501, -4.9002]
steps [10.0, 100.0], start [1.0, -2.0], nobody moves: after 1 round [2.5187, -5.0375], after 10 [10276.627, -20553.2539]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED fluke-fednova-inflates-the-model: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED fluke-fednova-inflates-the-model: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS fluke-fednova-inflates-the-model, seen:"
cat seen.txt
