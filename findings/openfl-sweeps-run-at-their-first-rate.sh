#!/usr/bin/env bash
# One would guess that a loop over learning rates that makes OpenFL's FedAdam or FedAdagrad anew for each
# experiment runs each with its own rate.
#
# What happens: an aggregation function exists once in a process. Making it again returns the first one and
# drops the arguments without a word. All experiments run at the first rate, go on with the first one's
# moments, and go on from its model: the new initial model is not used at all.
#
# Seen with openfl 1.9, NumPy 2.4.6.
#
# Why it matters: a sweep in a notebook shows that the server's rate has no influence, and its later cells
# look better since they have trained longer. One process for each experiment is right.
#
# Hyperfed: each run has a server optimizer, a scheduler and a model of its own; runs of one
# comparison share no state.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6' 'dynaconf==3.3.5' 'tqdm==4.70.1' 'pandas==3.1.1'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'openfl==1.9'

cat > probe.py <<'PYTHON'
import numpy as np
from openfl.interface.aggregation_functions import AdagradAdaptiveAggregation, AdamAdaptiveAggregation
from openfl.utilities import LocalTensor


def experiment(rule, rate, start, rounds):
    """The global model after each round; both clients end one above the model that they were sent."""
    aggregate = rule(params={"w": np.array([start])}, learning_rate=rate)
    model, seen = np.array([start]), []
    for number in range(rounds):
        tags = ("aggregated",) if number else ("model",)
        history = [{"tensor_name": "w", "round": number, "tags": tags, "nparray": model}]
        clients = [LocalTensor(col_name=name, tensor=model + 1, weight=0.5) for name in ("one", "two")]
        model = aggregate(clients, iter(history), "w", number, ("trained",)).copy()
        seen.append(round(float(model[0]), 3))
    return seen


for rule in (AdamAdaptiveAggregation, AdagradAdaptiveAggregation):
    for rate, start in ((0.1, 0.0), (0.01, 0.0), (0.01, 50.0)):
        print(f"{rule.__name__}, learning_rate {rate}, initial model {start}: {experiment(rule, rate, start, 3)}")
PYTHON

cat > expected.txt <<'TEXT'
AdamAdaptiveAggregation, learning_rate 0.1, initial model 0.0: [0.1, 0.2, 0.3]
AdamAdaptiveAggregation, learning_rate 0.01, initial model 0.0: [0.4, 0.5, 0.6]
AdamAdaptiveAggregation, learning_rate 0.01, initial model 50.0: [0.7, 0.8, 0.9]
AdagradAdaptiveAggregation, learning_rate 0.1, initial model 0.0: [0.095, 0.164, 0.221]
AdagradAdaptiveAggregation, learning_rate 0.01, initial model 0.0: [0.271, 0.315, 0.355]
AdagradAdaptiveAggregation, learning_rate 0.01, initial model 50.0: [0.393, 0.428, 0.461]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED openfl-sweeps-run-at-their-first-rate: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED openfl-sweeps-run-at-their-first-rate: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS openfl-sweeps-run-at-their-first-rate, seen:"
cat seen.txt
