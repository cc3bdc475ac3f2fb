#!/usr/bin/env bash
# One would guess that the order in which ten clients happen to report does not change the averaged model.
#
# What happens: Flower adds the replies in the order in which they came, in the arrays' own precision
# (float32). More than half of the parameters differ in their last bits between two orders; this holds for
# the class API with and without `inplace`, and for the message API.
#
# Seen with flwr 1.42.0, NumPy 2.4.6.
#
# Why it matters: two runs of one experiment with one seed are not equal, so a difference between two
# schedulers can't be told from chance by repeating a run; after some rounds of training the differences
# are no longer in the last bits. NVFlare says the same of its own sum in its source.
#
# Hyperfed's sum of the updates is exact, whatever the order: the same scenario and seed give the same
# bits for any number of processes.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'flwr==1.42.0' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import logging

import numpy as np
from flwr.app import Array, ArrayRecord, MetricRecord, RecordDict
from flwr.common import Code, FitRes, Status, ndarrays_to_parameters, parameters_to_ndarrays
from flwr.server.strategy import FedAvg
from flwr.serverapp.strategy.strategy_utils import aggregate_arrayrecords

logging.getLogger("flwr").setLevel(logging.ERROR)
random = np.random.default_rng(0)
models = [random.normal(size=2000).astype(np.float32) for _ in range(10)]
samples = random.integers(20, 400, 10).tolist()


def class_api(order, inplace):
    replies = [(None, FitRes(Status(Code.OK, ""), ndarrays_to_parameters([models[i]]), samples[i], {}))
               for i in order]
    return parameters_to_ndarrays(FedAvg(inplace=inplace).aggregate_fit(2, replies, [])[0])[0]


def message_api(order):
    records = [RecordDict({"arrays": ArrayRecord({"w": Array(models[i])}),
                           "metrics": MetricRecord({"num-examples": samples[i]})}) for i in order]
    return aggregate_arrayrecords(records, "num-examples")["w"].numpy()


for name, mean in (("class API, inplace=True", lambda order: class_api(order, True)),
                   ("class API, inplace=False", lambda order: class_api(order, False)),
                   ("message API", message_api)):
    first, second = mean(range(10)), mean(range(9, -1, -1))
    print(f"{name}: {first.dtype}, more than half of 2000 parameters differ between two orders:"
          f" {bool((first != second).sum() > 1000)}; by less than 1e-6: {bool(abs(first - second).max() < 1e-6)}")
PYTHON

cat > expected.txt <<'TEXT'
class API, inplace=True: float32, more than half of 2000 parameters differ between two orders: True; by less than 1e-6: True
class API, inplace=False: float32, more than half of 2000 parameters differ between two orders: True; by less than 1e-6: True
message API: float32, more than half of 2000 parameters differ between two orders: True; by less than 1e-6: True
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED flower-sum-depends-on-order-of-arrival: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED flower-sum-depends-on-order-of-arrival: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS flower-sum-depends-on-order-of-arrival, seen:"
cat seen.txt
