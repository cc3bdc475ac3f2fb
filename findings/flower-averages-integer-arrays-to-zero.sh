#!/usr/bin/env bash
# One would guess that averaging two equal models gives that model again.
#
# What happens: Flower's FedAvg of the class API (flwr.server.strategy, `inplace=True` by default) rounds
# each client's weight to the type of the array. For an integer array, such as `num_batches_tracked` of
# PyTorch's batch normalisation, every weight below 1 becomes 0, and so does the array. With
# `inplace=False`, and in the message API (flwr.serverapp), the same array comes back as float64.
#
# Seen with flwr 1.42.0, NumPy 2.4.6.
#
# Why it matters: batch normalisation with `momentum=None` divides by that counter, and code that goes by
# the number of batches starts again at 0 in each round. A float64 array in a float32 model changes the
# bytes that a round sends.
#
# Hyperfed has no integer arrays in a model: batch normalisation is left out, since its statistics would
# mix clients; `group_norm` takes its place.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'flwr==1.42.0' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import logging

import numpy as np
from flwr.app import Array, ArrayRecord, MetricRecord, RecordDict
from flwr.common import Code, FitRes, Status, ndarrays_to_parameters, parameters_to_ndarrays
from flwr.server.strategy import FedAvg
from flwr.serverapp.strategy.strategy_utils import aggregate_arrayrecords

logging.getLogger("flwr").setLevel(logging.ERROR)
weights, batches = np.full(2, 1.5, np.float32), np.array(10, np.int64)


def show(name, arrays):
    print(name, *(f"{array.dtype} {array.tolist()}" for array in arrays), sep="  ")


show("each of two clients sends ", [weights, batches])
reply = FitRes(Status(Code.OK, ""), ndarrays_to_parameters([weights, batches]), 50, {})
for inplace in (True, False):
    mean, _ = FedAvg(inplace=inplace).aggregate_fit(2, [(None, reply), (None, reply)], [])
    show(f"class API, inplace={inplace}:", parameters_to_ndarrays(mean))
record = RecordDict({
    "arrays": ArrayRecord({"weights": Array(weights), "batches": Array(batches)}),
    "metrics": MetricRecord({"num-examples": 50})})
mean = aggregate_arrayrecords([record, record], "num-examples")
show("message API:", [array.numpy() for array in mean.values()])
PYTHON

cat > expected.txt <<'TEXT'
each of two clients sends   float32 [1.5, 1.5]  int64 10
class API, inplace=True:  float32 [1.5, 1.5]  int64 0
class API, inplace=False:  float32 [1.5, 1.5]  float64 10.0
message API:  float32 [1.5, 1.5]  float64 10.0
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED flower-averages-integer-arrays-to-zero: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED flower-averages-integer-arrays-to-zero: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS flower-averages-integer-arrays-to-zero, seen:"
cat seen.txt
