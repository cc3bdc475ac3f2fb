#!/usr/bin/env bash
# One would guess that Flower's adaptive clipping moves the clipping norm towards the quantile of
# the clients' norms that is asked for, as Andrew et al. 2021 do: with norms of 1 to 10 and a
# target of a half it should settle between 5 and 6, wherever it begins.
#
# What happens: it runs away. The paper counts the clients *below* the norm and shrinks it when
# they are too many. Flower counts the clients that were clipped, those *above* the norm, and
# shrinks it when they are too many. From a norm that is too small it falls to 0, from one that is
# too large it grows without end. It is so on the server's side and with the client's
# `adaptiveclipping_mod`. There is no warning.
#
# Seen with flwr 1.42.0, NumPy 2.4.6.
#
# Why it matters: the default first norm, 0.1, is below most updates, so that after a hundred
# rounds the global model no longer moves. This looks like a server rate that is too small. From
# above, clipping stops and the noise, which is proportional to the norm, grows until it drowns the
# model.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile \
    'flwr==1.42.0' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import logging

import numpy as np
from flwr.app import ArrayRecord, Message, MetricRecord, RecordDict
from flwr.clientapp.mod import adaptiveclipping_mod
from flwr.serverapp.strategy import (
    DifferentialPrivacyClientSideAdaptiveClipping, DifferentialPrivacyServerSideAdaptiveClipping,
    FedAvg)
from flwr.supercore.task_identity import TaskIdentity

logging.getLogger("flwr").setLevel(logging.CRITICAL)
# Messages can be made outside of a running ServerApp only with an identity.
TaskIdentity.run_id = TaskIdentity.task_id = 1
TaskIdentity.node_id = 0


class Grid:
    """Ten clients; the update of client k has the norm k in each round."""

    def __init__(self, mod):
        self.mod = mod

    def get_node_ids(self):
        return list(range(1, 11))

    def train(self, message, context):
        model = message.content["arrays"].to_numpy_ndarrays()[0]
        update = np.array([float(message.metadata.dst_node_id), 0, 0])
        content = {"arrays": ArrayRecord([model + update]),
                   "metrics": MetricRecord({"num-examples": 10})}
        return Message(RecordDict(content), reply_to=message)

    def send_and_receive(self, messages, *, timeout=None):
        return [self.mod(m, None, self.train) if self.mod else self.train(m, None)
                for m in messages]


def norm_after(rounds, kind, mod, first, target):
    fedavg = FedAvg(fraction_evaluate=0.0, min_train_nodes=10, min_available_nodes=10)
    strategy = kind(fedavg, noise_multiplier=0.0, num_sampled_clients=10,
                    initial_clipping_norm=first, target_clipped_quantile=target)
    strategy.start(Grid(mod), ArrayRecord([np.zeros(3)]), num_rounds=rounds)
    return strategy.clipping_norm


def paper(rounds, norm, target):
    for _ in range(rounds):
        below = np.mean(np.arange(1, 11) <= norm)
        norm *= np.exp(-0.2 * (below - target))
    return norm


for first in (0.1, 3.0, 8.0):
    lengths = (10, 50, 100)
    print(f"first norm {first}, target 0.5, after {lengths} rounds:")
    for name, values in (
            ("Andrew et al.", [paper(n, first, 0.5) for n in lengths]),
            ("server side", [norm_after(
                n, DifferentialPrivacyServerSideAdaptiveClipping, None, first, 0.5)
                for n in lengths]),
            ("client side", [norm_after(
                n, DifferentialPrivacyClientSideAdaptiveClipping, adaptiveclipping_mod, first, 0.5)
                for n in lengths])):
        print(f"  {name}: " + ", ".join(f"{v:.2g}" for v in values))
PYTHON

cat > expected.txt <<'TEXT'
first norm 0.1, target 0.5, after (10, 50, 100) rounds:
  Andrew et al.: 0.27, 4.5, 5
  server side: 0.037, 0.00067, 4.5e-06
  client side: 0.037, 0.00067, 4.5e-06
first norm 3.0, target 0.5, after (10, 50, 100) rounds:
  Andrew et al.: 4.3, 5, 5
  server side: 1.6, 0.033, 0.00022
  client side: 1.6, 0.033, 0.00022
first norm 8.0, target 0.5, after (10, 50, 100) rounds:
  Andrew et al.: 6, 5.9, 5.9
  server side: 19, 1.1e+03, 1.6e+05
  client side: 19, 1.1e+03, 1.6e+05
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED flower-adaptive-clipping-runs-away: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED flower-adaptive-clipping-runs-away: < seen before, > seen now"
    cat changes.txt
    exit 1
fi
echo "PASS flower-adaptive-clipping-runs-away, seen:"
cat seen.txt
