#!/usr/bin/env bash
# One would guess that `strategy.start(grid, initial_arrays)` in Flower's message API begins at the arrays
# that it is given. Three rounds, and another three from their result, should be six.
#
# What happens: FedAvgM looks at the arrays of its first start only. In a second start the server steps from
# the model of the first one. With a server rate of 0.5 the result lies halfway between two experiments;
# with momentum 0.9, three rounds from 100 end at 274 instead of 106. FedAdam keeps its moments but counts
# rounds from 1 again in its bias correction, so three and three rounds are not six.
#
# Seen with flwr 1.42.0, NumPy 2.4.6.
#
# Why it matters: with the strategy made before a loop over seeds or variants, only the first of them is
# right. Make it in the loop. A run that goes on with FedAdam is not the unbroken one, either with the old
# object or with a new one.
#
# Hyperfed: each run has a server optimizer of its own, and its state belongs to the state of that run.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'flwr==1.42.0' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import logging

import numpy as np
from flwr.app import ArrayRecord, Message, MetricRecord, RecordDict
from flwr.serverapp.strategy import FedAdam, FedAvg, FedAvgM
from flwr.supercore.task_identity import TaskIdentity

logging.getLogger("flwr").setLevel(logging.CRITICAL)
# Messages can be made outside of a running ServerApp only with an identity.
TaskIdentity.run_id = TaskIdentity.task_id = 1
TaskIdentity.node_id = 0


class Grid:
    """Two nodes whose training ends one above the model that they were sent."""

    def get_node_ids(self):
        return [1, 2]

    def send_and_receive(self, messages, *, timeout=None):
        replies = []
        for message in messages:
            trained = [array + 1 for array in message.content["arrays"].to_numpy_ndarrays()]
            content = RecordDict({"arrays": ArrayRecord(trained), "metrics": MetricRecord({"num-examples": 1})})
            replies.append(Message(content, reply_to=message))
        return replies


def start(strategy, model, rounds):
    result = strategy.start(Grid(), ArrayRecord([np.array([model])]), num_rounds=rounds)
    return float(result.arrays.to_numpy_ndarrays()[0][0])


kinds = {
    "FedAvg": lambda: FedAvg(fraction_evaluate=0.0),
    "FedAvgM, server_learning_rate 0.5": lambda: FedAvgM(fraction_evaluate=0.0, server_learning_rate=0.5),
    "FedAvgM, server_momentum 0.9": lambda: FedAvgM(fraction_evaluate=0.0, server_momentum=0.9),
    "FedAdam": lambda: FedAdam(fraction_evaluate=0.0)}
for name, kind in kinds.items():
    fresh, used = kind(), kind()
    start(used, 0.0, 3)
    print(f"{name}, three rounds from 100: new object {start(fresh, 100.0, 3):.3f},"
          f" object that has run from 0 before {start(used, 100.0, 3):.3f}")
for name, kind in kinds.items():
    halves = kind()
    print(f"{name}, from 0: six rounds in one start {start(kind(), 0.0, 6):.3f},"
          f" three and three {start(halves, start(halves, 0.0, 3), 3):.3f}")
PYTHON

cat > expected.txt <<'TEXT'
FedAvg, three rounds from 100: new object 103.000, object that has run from 0 before 103.000
FedAvgM, server_learning_rate 0.5, three rounds from 100: new object 101.500, object that has run from 0 before 52.250
FedAvgM, server_momentum 0.9, three rounds from 100: new object 105.610, object that has run from 0 before 273.627
FedAdam, three rounds from 100: new object 100.249, object that has run from 0 before 100.356
FedAvg, from 0: six rounds in one start 6.000, three and three 6.000
FedAvgM, server_learning_rate 0.5, from 0: six rounds in one start 3.000, three and three 3.000
FedAvgM, server_momentum 0.9, from 0: six rounds in one start 17.830, three and three 17.830
FedAdam, from 0: six rounds in one start 0.533, three and three 0.605
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED flower-strategies-remember-their-last-start: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED flower-strategies-remember-their-last-start: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS flower-strategies-remember-their-last-start, seen:"
cat seen.txt
