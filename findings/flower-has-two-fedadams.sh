#!/usr/bin/env bash
# One would guess that `FedAdam` with its default settings is one method, within one release of Flower.
#
# What happens: the class API (flwr.server.strategy) has tau = 1e-9 in FedAdam and FedAdagrad, the message
# API (flwr.serverapp.strategy) has tau = 1e-3 as the paper (Reddi et al. 2021); FedYogi has 1e-3 in both.
# Both FedAdams use a bias correction that the paper does not have, with the number of the round plus one.
# For updates as small as clients with a small local rate send, the first step of the one is much longer
# than that of the other: eleven times at 0.001, a hundred times at 0.0001.
#
# Seen with flwr 1.42.0, NumPy 2.4.6.
#
# Why it matters: moving a project from the one API to the other, or taking a rate from a paper's table,
# changes the effective global learning rate, and FedAdam and FedYogi of one script differ by more than
# their rule.
#
# Hyperfed: `server.optimizer: adam`, `yogi` and `adagrad` all have tau 1e-3 and the paper's rule without
# bias correction (`bias_correction: true` adds one to adam).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'flwr==1.42.0' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import inspect
import logging

import numpy as np
from flwr.app import Array, ArrayRecord, MetricRecord, RecordDict
from flwr.common import Code, FitRes, Status, ndarrays_to_parameters, parameters_to_ndarrays
from flwr.server import strategy as classes
from flwr.serverapp import strategy as messages

logging.getLogger("flwr").setLevel(logging.ERROR)


class Reply:
    """What the strategies of the message API ask of a message."""

    def __init__(self, content):
        self.content = content

    def has_error(self):
        return False

    def has_content(self):
        return True


for name in ("FedAdam", "FedAdagrad", "FedYogi"):
    taus = [inspect.signature(getattr(api, name).__init__).parameters["tau"].default
            for api in (classes, messages)]
    print(f"{name}: tau {taus[0]} in the class API, {taus[1]} in the message API")
for size in (1.0, 1e-2, 1e-3, 1e-4):
    update = np.array([size])
    old = classes.FedAdam(initial_parameters=ndarrays_to_parameters([np.zeros(1)]))
    old.initialize_parameters(None)
    reply = FitRes(Status(Code.OK, ""), ndarrays_to_parameters([update]), 1, {})
    step = parameters_to_ndarrays(old.aggregate_fit(1, [(None, reply)], [])[0])[0][0]
    new = messages.FedAdam()
    new.current_arrays = {"w": np.zeros(1)}
    content = RecordDict({"arrays": ArrayRecord({"w": Array(update)}),
                          "metrics": MetricRecord({"num-examples": 1})})
    other = new.aggregate_train(1, [Reply(content)])[0]["w"].numpy()[0]
    paper = 0.1 * 0.1 * size / (0.1 * size + 1e-3)
    print(f"first step of FedAdam, eta 0.1, for an update of {size}: class API {step:.5f},"
          f" message API {other:.5f}, paper with tau 1e-3 {paper:.5f}")
PYTHON

cat > expected.txt <<'TEXT'
FedAdam: tau 1e-09 in the class API, 0.001 in the message API
FedAdagrad: tau 1e-09 in the class API, 0.001 in the message API
FedYogi: tau 0.001 in the class API, 0.001 in the message API
first step of FedAdam, eta 0.1, for an update of 1.0: class API 0.07425, message API 0.07351, paper with tau 1e-3 0.09901
first step of FedAdam, eta 0.1, for an update of 0.01: class API 0.07425, message API 0.03712, paper with tau 1e-3 0.05000
first step of FedAdam, eta 0.1, for an update of 0.001: class API 0.07425, message API 0.00675, paper with tau 1e-3 0.00909
first step of FedAdam, eta 0.1, for an update of 0.0001: class API 0.07424, message API 0.00074, paper with tau 1e-3 0.00099
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED flower-has-two-fedadams: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED flower-has-two-fedadams: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS flower-has-two-fedadams, seen:"
cat seen.txt
