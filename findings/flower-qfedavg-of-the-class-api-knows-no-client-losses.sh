#!/usr/bin/env bash
# One would guess that q-FedAvg (Li et al. 2020, "Fair resource allocation in federated learning") weighs
# each client by a power of its own loss, so that clients with larger losses count more as q grows.
#
# What happens: Flower has two classes of the name QFedAvg. The one of the message API
# (flwr.serverapp.strategy) does that. The one of the class API (flwr.server.strategy) calls the server's
# `evaluate_fn` once and uses that one loss for all clients: for any q the clients count alike, and q only
# changes the length of the step. The number of samples plays no part in either.
#
# Seen with flwr 1.42.0, NumPy 2.4.6.
#
# Why it matters: the curve that is meant to show what fairness costs shows a change of the global
# learning rate instead.
#
# Hyperfed has no q-FedAvg; its weights are `server.weighting: samples`, `uniform` or `importance`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'flwr==1.42.0' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import logging

import numpy as np
from flwr.common import Code, FitRes, Status, ndarrays_to_parameters, parameters_to_ndarrays
from flwr.server.strategy import QFedAvg
from flwr.serverapp.strategy.qfedavg import compute_delta_and_h

logging.getLogger("flwr").setLevel(logging.ERROR)
start = [np.zeros(2)]
moved = [[np.array([1.0, 0.0])], [np.array([0.0, 1.0])]]
losses = [4.0, 0.25]  # the first client is far worse off
for q in (0.0, 1.0, 5.0):
    strategy = QFedAvg(q_param=q, qffl_learning_rate=1.0,
                       evaluate_fn=lambda round, parameters, config: (2.0, {}))
    strategy.pre_weights = start
    replies = [(None, FitRes(Status(Code.OK, ""), ndarrays_to_parameters(m), 10, {"train_loss": loss}))
               for m, loss in zip(moved, losses)]
    old = parameters_to_ndarrays(strategy.aggregate_fit(2, replies, [])[0])[0]
    sums = [compute_delta_and_h([s.copy() for s in start], [v.copy() for v in m], q, 1.0, loss)
            for m, loss in zip(moved, losses)]
    new = -sum(delta[0] for delta, _ in sums) / sum(h for _, h in sums)
    print(f"q = {q}: share of the first client in the step:"
          f" class API {old[0] / old.sum():.4f} (step {old.sum():.3f}),"
          f" message API {new[0] / new.sum():.4f} (step {new.sum():.3f})")
PYTHON

cat > expected.txt <<'TEXT'
q = 0.0: share of the first client in the step: class API 0.5000 (step 1.000), message API 0.5000 (step 1.000)
q = 1.0: share of the first client in the step: class API 0.5000 (step 0.667), message API 0.9412 (step 0.680)
q = 5.0: share of the first client in the step: class API 0.5000 (step 0.286), message API 1.0000 (step 0.444)
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED flower-qfedavg-of-the-class-api-knows-no-client-losses: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED flower-qfedavg-of-the-class-api-knows-no-client-losses: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS flower-qfedavg-of-the-class-api-knows-no-client-losses, seen:"
cat seen.txt
