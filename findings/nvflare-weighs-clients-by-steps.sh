#!/usr/bin/env bash
# One would guess that NVFlare's FedAvg weighs the clients by their numbers of samples, as FedAvg's paper
# does.
#
# What happens: the weight is NUM_STEPS_CURRENT_ROUND, the number of local steps. With batches of 64, a
# client with 1 sample and one with 64 samples make one step each and count alike. A client that does not
# report its steps counts as one with a single step.
#
# Seen with nvflare 2.9.0, NumPy 2.4.6.
#
# Why it matters: with small or unequal clients the average is another one than FedAvg's, and it changes
# with the batch size and with the number of local epochs of single clients: two things that a study of
# learning rates varies.
#
# Hyperfed: `server.weighting: samples` is the default, `uniform` the other common choice. Steps play no
# part in the weights unless `training.correction: fednova` is asked for.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'nvflare==2.9.0' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import logging
import math

import numpy as np
from nvflare.apis.dxo import DXO, DataKind, MetaKey
from nvflare.apis.fl_context import FLContext
from nvflare.app_common.aggregators.dxo_aggregator import DXOAggregator
from nvflare.app_common.app_constant import AppConstants

logging.disable(logging.CRITICAL)


def mean(replies):
    context = FLContext()
    context.set_prop(AppConstants.CURRENT_ROUND, 0)
    aggregator = DXOAggregator(expected_data_kind=DataKind.WEIGHT_DIFF)
    for k, (value, meta) in enumerate(replies):
        update = DXO(DataKind.WEIGHT_DIFF, {"w": np.array([value])}, meta=meta)
        assert aggregator.accept(update, f"client-{k}", 0, context)
    return aggregator.aggregate(context).data["w"][0]


def steps(samples, batch_size=64):
    return {MetaKey.NUM_STEPS_CURRENT_ROUND: math.ceil(samples / batch_size)}


# Updates 0 and 1: the mean is the weight of the second client.
for first, second in ((1, 64), (64, 65), (64, 6400)):
    print(f"{first} and {second} samples: weight of the second {mean([(0.0, steps(first)), (1.0, steps(second))]):.4f},"
          f" by samples {second / (first + second):.4f}")
print(f"100 steps, and a client that does not say: weight of the second"
      f" {mean([(0.0, steps(6400)), (1.0, {})]):.4f}")
PYTHON

cat > expected.txt <<'TEXT'
1 and 64 samples: weight of the second 0.5000, by samples 0.9846
64 and 65 samples: weight of the second 0.6667, by samples 0.5039
64 and 6400 samples: weight of the second 0.9901, by samples 0.9901
100 steps, and a client that does not say: weight of the second 0.0099
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED nvflare-weighs-clients-by-steps: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED nvflare-weighs-clients-by-steps: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS nvflare-weighs-clients-by-steps, seen:"
cat seen.txt
