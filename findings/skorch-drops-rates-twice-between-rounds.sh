#!/usr/bin/env bash
# One would guess that a skorch net with an LRScheduler goes through the same rates whether its
# epochs are trained in one call of partial_fit or in one call for each round, as a federated
# client does.
#
# What happens: each call builds the schedule anew at the epoch reached, and PyTorch's schedules
# that multiply take a step while they are built. A drop of StepLR or MultiStepLR that falls on the
# beginning of a call is applied twice: by ten, and by ten again. ReduceLROnPlateau counts epochs
# without progress from 0 in each call: with one epoch in a round it never drops.
# CosineAnnealingLR, ExponentialLR and LambdaLR are right.
#
# Seen with skorch 1.4.0, torch 2.13.0, NumPy 2.4.6, scikit-learn 1.9.1.
#
# Why it matters: the number of local epochs in a round changes the schedule. With "a tenth every
# two rounds" the second rate is a hundredth of the first.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile \
    'torch==2.13.0' 'numpy==2.4.6' 'scikit-learn==1.9.1' 'skorch==1.4.0'

cat > probe.py <<'PYTHON'
import numpy as np
import torch
from skorch import NeuralNetClassifier
from skorch.callbacks import Callback, LRScheduler
from torch.optim.lr_scheduler import (
    CosineAnnealingLR, ExponentialLR, MultiStepLR, ReduceLROnPlateau, StepLR)

images = np.zeros((20, 5), dtype=np.float32)
labels = np.arange(20) % 2


class Rates(Callback):
    """Notes the rate of each batch; there is one batch in an epoch."""

    seen = []

    def on_batch_begin(self, net, batch=None, training=False, **rest):
        if training:
            Rates.seen.append(net.optimizer_.param_groups[0]["lr"])


def rates(calls, epochs, schedule, **settings):
    Rates.seen.clear()
    torch.manual_seed(0)
    net = NeuralNetClassifier(
        torch.nn.Linear, module__in_features=5, module__out_features=2,
        criterion=torch.nn.CrossEntropyLoss, lr=1.0, max_epochs=epochs, batch_size=32,
        train_split=None, verbose=0,
        callbacks=[Rates(), LRScheduler(policy=schedule, monitor=lambda net: 1.0, **settings)])
    net.initialize()
    for _ in range(calls):
        net.partial_fit(images, labels)
    return ", ".join(f"{rate:.3g}" for rate in Rates.seen)


for schedule, settings in (
        (StepLR, {"step_size": 2, "gamma": 0.1}),
        (MultiStepLR, {"milestones": [3], "gamma": 0.1}),
        (ReduceLROnPlateau, {"patience": 1, "factor": 0.1}),
        (ExponentialLR, {"gamma": 0.5}),
        (CosineAnnealingLR, {"T_max": 6})):
    for calls, epochs in ((1, 6), (2, 3), (6, 1)):
        print(f"{schedule.__name__}, {calls} x {epochs} epochs: "
              + rates(calls, epochs, schedule, **settings))
PYTHON

cat > expected.txt <<'TEXT'
StepLR, 1 x 6 epochs: 1, 1, 0.1, 0.1, 0.01, 0.01
StepLR, 2 x 3 epochs: 1, 1, 0.1, 0.1, 0.01, 0.01
StepLR, 6 x 1 epochs: 1, 1, 0.01, 0.01, 0.0001, 0.0001
MultiStepLR, 1 x 6 epochs: 1, 1, 1, 0.1, 0.1, 0.1
MultiStepLR, 2 x 3 epochs: 1, 1, 1, 0.01, 0.01, 0.01
MultiStepLR, 6 x 1 epochs: 1, 1, 1, 0.01, 0.01, 0.01
ReduceLROnPlateau, 1 x 6 epochs: 1, 1, 1, 0.1, 0.1, 0.01
ReduceLROnPlateau, 2 x 3 epochs: 1, 1, 1, 0.1, 0.1, 0.1
ReduceLROnPlateau, 6 x 1 epochs: 1, 1, 1, 1, 1, 1
ExponentialLR, 1 x 6 epochs: 1, 0.5, 0.25, 0.125, 0.0625, 0.0312
ExponentialLR, 2 x 3 epochs: 1, 0.5, 0.25, 0.125, 0.0625, 0.0312
ExponentialLR, 6 x 1 epochs: 1, 0.5, 0.25, 0.125, 0.0625, 0.0312
CosineAnnealingLR, 1 x 6 epochs: 1, 0.933, 0.75, 0.5, 0.25, 0.067
CosineAnnealingLR, 2 x 3 epochs: 1, 0.933, 0.75, 0.5, 0.25, 0.067
CosineAnnealingLR, 6 x 1 epochs: 1, 0.933, 0.75, 0.5, 0.25, 0.067
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED skorch-drops-rates-twice-between-rounds: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED skorch-drops-rates-twice-between-rounds: < seen before, > seen now"
    cat changes.txt
    exit 1
fi
echo "PASS skorch-drops-rates-twice-between-rounds, seen:"
cat seen.txt
