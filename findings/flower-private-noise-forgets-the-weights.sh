#!/usr/bin/env bash
# One would guess that Flower's wrapper for central differential privacy around FedAvg scales its
# noise by the largest share that one client can have in the average, or that it averages clients
# equally.
#
# What happens: each update is clipped, the updates are averaged by their numbers of samples, and
# the noise has the standard deviation multiplier x norm / number of clients, as if all shares were
# equal. With one client of 910 samples among nine of 10 each, that client moves the model by 9
# standard deviations of the noise, where a multiplier of 1 promises one. There is no warning.
#
# Seen with flwr 1.42.0, NumPy 2.4.6.
#
# Why it matters: with skewed sizes (the usual case in this field) a run "with noise multiplier 1"
# has far too little noise for its largest clients. Its accuracy is compared with that of methods
# that have enough.
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
from flwr.serverapp.strategy import DifferentialPrivacyServerSideFixedClipping, FedAvg
from flwr.supercore.task_identity import TaskIdentity

logging.getLogger("flwr").setLevel(logging.CRITICAL)
# Messages can be made outside of a running ServerApp only with an identity.
TaskIdentity.run_id = TaskIdentity.task_id = 1
TaskIdentity.node_id = 0


class Grid:
    """Ten clients; only the first has an update, or nobody (but for 1e-9, for the clipping)."""

    def __init__(self, sizes, first):
        self.sizes, self.first = sizes, first

    def get_node_ids(self):
        return list(range(1, 11))

    def send_and_receive(self, messages, *, timeout=None):
        replies = []
        for message in messages:
            client = message.metadata.dst_node_id - 1
            model = message.content["arrays"].to_numpy_ndarrays()[0]
            update = np.full(model.shape, 5.0 if client == 0 and self.first else 1e-9)
            content = {"arrays": ArrayRecord([model + update]),
                       "metrics": MetricRecord({"num-examples": self.sizes[client]})}
            replies.append(Message(RecordDict(content), reply_to=message))
        return replies


def model(sizes, first, multiplier):
    np.random.seed(0)
    fedavg = FedAvg(fraction_evaluate=0.0, min_train_nodes=10, min_available_nodes=10)
    strategy = DifferentialPrivacyServerSideFixedClipping(
        fedavg, noise_multiplier=multiplier, clipping_norm=1.0, num_sampled_clients=10)
    start = ArrayRecord([np.zeros(10_000)])
    return strategy.start(Grid(sizes, first), start, num_rounds=1).arrays.to_numpy_ndarrays()[0]


for name, sizes in (("ten clients of 100 samples", [100] * 10),
                    ("first client 910 samples, nine of 10", [910] + [10] * 9)):
    noise = np.std(model(sizes, False, 1.0))
    moved = np.linalg.norm(model(sizes, True, 0.0) - model(sizes, False, 0.0))
    print(f"{name}: noise {noise:.3f}")
    print(f"  the first client moves the model by {moved:.3f}, {moved / noise:.0f} times the noise")
PYTHON

cat > expected.txt <<'TEXT'
ten clients of 100 samples: noise 0.099
  the first client moves the model by 0.100, 1 times the noise
first client 910 samples, nine of 10: noise 0.099
  the first client moves the model by 0.910, 9 times the noise
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED flower-private-noise-forgets-the-weights: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED flower-private-noise-forgets-the-weights: < seen before, > seen now"
    cat changes.txt
    exit 1
fi
echo "PASS flower-private-noise-forgets-the-weights, seen:"
cat seen.txt
