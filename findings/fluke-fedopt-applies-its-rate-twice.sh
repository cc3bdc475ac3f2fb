#!/usr/bin/env bash
# One would guess that fluke's FedOpt (FedAdam, FedYogi, FedAdagrad) takes the mean update as its
# pseudo-gradient and multiplies the step by its rate, as the paper (Reddi et al. 2021) has it.
#
# What happens: `lr` is also the rate of the averaging that comes before, so the pseudo-gradient is lr times
# the mean update. The division by the root of the squares would cancel that factor, were it not for tau,
# which now counts 1/lr times as much. At the defaults (lr 0.001, tau 0.0001) the first step for an update
# of 0.01 is 240 times shorter than the rule's, and the method becomes gradient descent with rate
# lr^2 (1 - b1) / tau.
#
# Seen with fluke-fl 0.8.1, torch 2.13.0, NumPy 2.4.6.
#
# Why it matters: FedAdam looks as if it did not learn, and a sweep finds a best rate that is the square
# root of what other tools call so.
#
# Hyperfed: `server.learning_rate` enters once, after the moments.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'torch==2.13.0' 'numpy==2.4.6' 'diskcache==5.6.3' 'omegaconf==2.4.0' 'pyyaml==6.0.4' 'rich==15.0.0' 'matplotlib==3.11.2' 'seaborn==0.13.2' 'pandas==3.1.1' 'psutil==7.2.2' 'scikit-learn==1.9.1' 'cerberus==1.3.8' 'torchmetrics==1.9.0'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'fluke-fl==0.8.1'

cat > probe.py <<'PYTHON'
from types import SimpleNamespace

import torch
from fluke.algorithms.fedopt import FedOptServer

clients = [SimpleNamespace(index=0, n_examples=50), SimpleNamespace(index=1, n_examples=50)]


def model(weight):
    layer = torch.nn.Linear(1, 1, bias=False)
    layer.weight.data = torch.tensor([[weight]])
    return layer


for update in (1.0, 0.01):
    for options in ({}, {"lr": 0.1}):
        server = FedOptServer(model=model(0.0), test_set=None, clients=clients, mode="adam", **options)
        numbers = server.hyper_params
        server.aggregate(clients, [model(update), model(update)])
        m = (1 - numbers.beta1) * update
        v = (1 - numbers.beta2) * update**2
        paper = numbers.lr * m / (v**0.5 + numbers.tau)
        seen = server.model.weight.item()
        print(f"FedAdam, lr {numbers.lr}, tau {numbers.tau}, first step for an update of {update}:"
              f" fluke {seen:.3g}, paper {paper:.3g}, ratio {paper / seen:.1f}")
PYTHON

cat > expected.txt <<'TEXT'
FedAdam, lr 0.001, tau 0.0001, first step for an update of 1.0: fluke 0.00076, paper 0.00315, ratio 4.1
FedAdam, lr 0.1, tau 0.0001, first step for an update of 1.0: fluke 0.307, paper 0.315, ratio 1.0
FedAdam, lr 0.001, tau 0.0001, first step for an update of 0.01: fluke 9.97e-06, paper 0.0024, ratio 241.0
FedAdam, lr 0.1, tau 0.0001, first step for an update of 0.01: fluke 0.076, paper 0.24, ratio 3.2
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED fluke-fedopt-applies-its-rate-twice: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED fluke-fedopt-applies-its-rate-twice: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS fluke-fedopt-applies-its-rate-twice, seen:"
cat seen.txt
