#!/usr/bin/env bash
# One would guess that FedTrimmedAvg with its default `beta=0.2` leaves out the largest and the smallest
# of four values, or says that it can't.
#
# What happens: it leaves out floor(0.2 n) at each end, which is nobody for fewer than five clients. The
# result is then the plain, unweighted mean. The numbers of samples are not used at any size.
#
# Seen with flwr 1.42.0, NumPy 2.4.6.
#
# Why it matters: with `min_fit_clients=2`, the default, small cohorts run a "robust" baseline without its
# robustness; one client whose local learning rate made it diverge moves the global model as far as it
# would under FedAvg, or further.
#
# Hyperfed has no trimmed mean. A client that diverges stops the run with its round, step and rate, or is
# left out where the scenario says `training.on_divergence: drop_client`.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'flwr==1.42.0' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import logging

import numpy as np
from flwr.common import Code, FitRes, Status, ndarrays_to_parameters, parameters_to_ndarrays
from flwr.server.strategy import FedAvg, FedTrimmedAvg

logging.getLogger("flwr").setLevel(logging.ERROR)
for values in ([0.0, 1.0, 2.0, 1000.0], [0.0, 1.0, 2.0, 3.0, 1000.0]):
    replies = [(None, FitRes(Status(Code.OK, ""), ndarrays_to_parameters([np.array([v])]),
                             1 if v == 1000.0 else 33, {})) for v in values]
    trimmed, plain = (parameters_to_ndarrays(strategy.aggregate_fit(2, replies, [])[0])[0][0]
                      for strategy in (FedTrimmedAvg(), FedAvg()))
    print(f"{len(values)} clients {values}, the last one with 1 sample, the others with 33:"
          f" FedTrimmedAvg {trimmed:.2f}, FedAvg {plain:.2f}")
PYTHON

cat > expected.txt <<'TEXT'
4 clients [0.0, 1.0, 2.0, 1000.0], the last one with 1 sample, the others with 33: FedTrimmedAvg 250.75, FedAvg 10.99
5 clients [0.0, 1.0, 2.0, 3.0, 1000.0], the last one with 1 sample, the others with 33: FedTrimmedAvg 2.00, FedAvg 9.01
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED flower-trimmed-mean-of-four-trims-nobody: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED flower-trimmed-mean-of-four-trims-nobody: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS flower-trimmed-mean-of-four-trims-nobody, seen:"
cat seen.txt
