#!/usr/bin/env bash
# One would guess that PyTorch's schedulers treat a rate that something else has changed (a hypergradient
# step, a server, a user) all in one way.
#
# What happens: there are two families. StepLR, MultiStepLR, ExponentialLR, CosineAnnealingLR, LinearLR and
# PolynomialLR multiply the present rate, so the change stays for ever. LambdaLR, OneCycleLR, CyclicLR and
# CosineAnnealingWarmRestarts compute the rate from the number of the step, so the change is undone at the
# next step. CosineAnnealingLR and CosineAnnealingWarmRestarts describe the same curve in one cycle and are
# of different families.
#
# Seen with torch 2.13.0.
#
# Why it matters: "hypergradients on top of a cosine schedule" is a method or a no-op depending on which of
# the two cosines was imported.
#
# Hyperfed: the schedule and the client's adaptation are two numbers: the server's schedule gives the
# rate that a round starts from, a client's scheduler moves the rate within the round, and `clients.csv`
# has the first, last, least, largest and mean rate.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'torch==2.13.0' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import torch
from torch.optim import SGD
from torch.optim.lr_scheduler import (
    CosineAnnealingLR, CosineAnnealingWarmRestarts, CyclicLR, ExponentialLR, LambdaLR, LinearLR,
    MultiStepLR, OneCycleLR, PolynomialLR, StepLR)

kinds = {
    "StepLR": lambda o: StepLR(o, 2, 0.5),
    "MultiStepLR": lambda o: MultiStepLR(o, [2, 6], 0.1),
    "ExponentialLR": lambda o: ExponentialLR(o, 0.9),
    "CosineAnnealingLR": lambda o: CosineAnnealingLR(o, 10),
    "LinearLR": lambda o: LinearLR(o, 1.0, 0.1, 10),
    "PolynomialLR": lambda o: PolynomialLR(o, 10),
    "LambdaLR": lambda o: LambdaLR(o, lambda t: 0.9**t),
    "OneCycleLR": lambda o: OneCycleLR(o, 1.0, 20),
    "CyclicLR": lambda o: CyclicLR(o, 0.1, 1.0, 4, cycle_momentum=False),
    "CosineAnnealingWarmRestarts": lambda o: CosineAnnealingWarmRestarts(o, 10)}


def rates(kind, double):
    optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    schedule, seen = kind(optimizer), []
    for step in range(8):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if double and step == 3:
            optimizer.param_groups[0]["lr"] *= 2  # what an adapter may do
        schedule.step()
    return seen


for name, kind in kinds.items():
    ratios = [b / a for a, b in zip(rates(kind, False), rates(kind, True))][4:]
    print(f"{name}: rate doubled after step 3; later rates over those without: "
          + ", ".join(f"{r:.2f}" for r in ratios))
PYTHON

cat > expected.txt <<'TEXT'
StepLR: rate doubled after step 3; later rates over those without: 2.00, 2.00, 2.00, 2.00
MultiStepLR: rate doubled after step 3; later rates over those without: 2.00, 2.00, 2.00, 2.00
ExponentialLR: rate doubled after step 3; later rates over those without: 2.00, 2.00, 2.00, 2.00
CosineAnnealingLR: rate doubled after step 3; later rates over those without: 2.00, 2.00, 2.00, 2.00
LinearLR: rate doubled after step 3; later rates over those without: 2.00, 2.00, 2.00, 2.00
PolynomialLR: rate doubled after step 3; later rates over those without: 2.00, 2.00, 2.00, 2.00
LambdaLR: rate doubled after step 3; later rates over those without: 1.00, 1.00, 1.00, 1.00
OneCycleLR: rate doubled after step 3; later rates over those without: 1.00, 1.00, 1.00, 1.00
CyclicLR: rate doubled after step 3; later rates over those without: 1.00, 1.00, 1.00, 1.00
CosineAnnealingWarmRestarts: rate doubled after step 3; later rates over those without: 1.00, 1.00, 1.00, 1.00
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED torch-schedules-and-rates-that-others-move: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED torch-schedules-and-rates-that-others-move: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS torch-schedules-and-rates-that-others-move, seen:"
cat seen.txt
