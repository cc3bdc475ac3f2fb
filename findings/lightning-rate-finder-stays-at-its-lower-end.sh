#!/usr/bin/env bash
# One would guess that Lightning's `Tuner.lr_find` suggests the rate at which its curve, drawn over
# a logarithmic axis, falls most steeply, as other range tests do, and that the lower end of the
# range does not matter as long as it is low enough.
#
# What happens: the slope is taken by the rate itself, not by its logarithm, so that a step of
# noise at 1e-8 counts ten million times as much as one at 0.1. In the runs below the suggestion is
# 3 to 70 times `min_lr`: 1e-7 with the default range, 1e-3 where the range begins at 1e-4. At 1e-7
# nothing is learnt. Moreover, the curve starts at half of the true loss: the smoothed mean is
# divided by the correction of the next step.
#
# Seen with lightning 2.6.5, torch 2.13.0, NumPy 2.4.6.
#
# Why it matters: this is the usual automatic baseline for a tuned rate. Whoever compares an
# adaptive method with "the rate that the finder suggests" compares it with a rate at which
# training stands still.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile \
    'torch==2.13.0' 'numpy==2.4.6' 'lightning==2.6.5'

cat > probe.py <<'PYTHON'
import logging
import os
import warnings

for name in ("lightning.pytorch", "lightning"):
    logging.getLogger(name).setLevel(logging.CRITICAL)
warnings.simplefilter("ignore")

import lightning
import numpy as np
import torch
from lightning.pytorch.tuner import Tuner
from torch.utils.data import DataLoader, TensorDataset

torch.set_num_threads(1)


class Model(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.layer, self.lr, self.losses = torch.nn.Linear(20, 10), 0.1, []

    def training_step(self, batch, index):
        loss = torch.nn.functional.cross_entropy(self.layer(batch[0]), batch[1])
        self.losses.append(loss.item())
        return loss

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=self.lr)


def loader(seed):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(2000, 20, generator=generator)
    y = (x @ torch.randn(20, 10, generator=generator)).argmax(1)
    return DataLoader(TensorDataset(x, y), batch_size=10, shuffle=True, generator=generator)


def find(seed, lowest, highest=1.0):
    trainer = lightning.Trainer(
        max_epochs=5, accelerator="cpu", logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False)
    model = Model()
    finder = Tuner(trainer).lr_find(
        model, loader(seed), min_lr=lowest, max_lr=highest, update_attr=False)
    return finder, model


def steepest_by_logarithm(finder):
    return finder.results["lr"][10:-1][np.gradient(finder.results["loss"][10:-1]).argmin()]


def loss_after_an_epoch(rate):
    model = Model()
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for batch in loader(0):
        optimizer.zero_grad()
        model.training_step(batch, 0).backward()
        optimizer.step()
    return np.mean(model.losses[-50:])


for lowest in (1e-8, 1e-6, 1e-4):
    found = [find(seed, lowest)[0] for seed in range(5)]
    print(f"min_lr {lowest:.0e}, five data sets:")
    print("  suggested: " + ", ".join(f"{f.suggestion():.0e}" for f in found))
    print("  steepest over log: " + ", ".join(f"{steepest_by_logarithm(f):.0e}" for f in found))
for rate in (1e-7, 1e-5, 1e-3, 1e-1):
    print(f"loss after an epoch of SGD with rate {rate:.0e}: {loss_after_an_epoch(rate):.2f}")
finder, model = find(0, 1e-8)
print("first losses of the batches: " + ", ".join(f"{v:.2f}" for v in model.losses[:5]))
print("first losses of the curve: " + ", ".join(f"{v:.2f}" for v in finder.results["loss"][:5]))
PYTHON

cat > expected.txt <<'TEXT'
min_lr 1e-08, five data sets:
  suggested: 7e-07, 8e-08, 2e-07, 2e-07, 3e-07
  steepest over log: 6e-01, 8e-01, 8e-01, 8e-01, 5e-01
min_lr 1e-06, five data sets:
  suggested: 2e-05, 5e-06, 1e-05, 4e-05, 1e-05
  steepest over log: 7e-01, 9e-01, 9e-01, 9e-01, 6e-01
min_lr 1e-04, five data sets:
  suggested: 8e-04, 3e-04, 5e-04, 1e-03, 5e-04
  steepest over log: 4e-01, 9e-01, 9e-01, 9e-01, 7e-01
loss after an epoch of SGD with rate 1e-07: 2.48
loss after an epoch of SGD with rate 1e-05: 2.48
loss after an epoch of SGD with rate 1e-03: 2.43
loss after an epoch of SGD with rate 1e-01: 0.93
first losses of the batches: 2.32, 2.48, 2.45, 2.49, 2.55
first losses of the curve: 1.17, 1.62, 1.83, 1.97, 2.07
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED lightning-rate-finder-stays-at-its-lower-end: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED lightning-rate-finder-stays-at-its-lower-end: < seen before, > seen now"
    cat changes.txt
    exit 1
fi
echo "PASS lightning-rate-finder-stays-at-its-lower-end, seen:"
cat seen.txt
