#!/usr/bin/env bash
# One would guess that a finished run of 12 rounds can go on to 24: make the schedule for 24 rounds, load
# the states of optimizer and schedule, and the second half of the longer schedule follows.
#
# What happens: the saved state contains the old length and puts it in the place of the new one.
# CosineAnnealingLR climbs from 0 back towards its first rate, and warm restarts begin a second cycle.
# LinearLR and PolynomialLR stay at their last rate, which is 0 for the latter. Setting the new length after
# loading does not help: these schedules multiply the current rate, and a rate of 0 stays 0. Only LambdaLR,
# whose function is not saved, takes up the new length, from the second round on.
#
# Seen with torch 2.13.0. (OneCycleLR stops with an error when its old length is over.)
#
# Why it matters: "more rounds" is then another experiment: a second cycle at high rates, or rounds at a
# rate of 0 that look like convergence. No message tells.
#
# Hyperfed computes a round's rate from its number and the scenario's number of rounds; a schedule has no
# state that could keep an old length.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'torch==2.13.0' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import math

import torch
from torch.optim import SGD
from torch.optim.lr_scheduler import (
    CosineAnnealingLR, CosineAnnealingWarmRestarts, LambdaLR, LinearLR, PolynomialLR, SequentialLR)

kinds = {
    "LambdaLR, a cosine": lambda o, n: LambdaLR(o, lambda t: (1 + math.cos(math.pi * t / n)) / 2),
    "CosineAnnealingLR": lambda o, n: CosineAnnealingLR(o, n),
    "warm-up, then cosine": lambda o, n: SequentialLR(
        o, [LinearLR(o, 0.1, 1.0, 2), CosineAnnealingLR(o, n - 2)], [2]),
    "CosineAnnealingWarmRestarts": lambda o, n: CosineAnnealingWarmRestarts(o, n),
    "LinearLR": lambda o, n: LinearLR(o, 1.0, 0.1, n),
    "PolynomialLR": lambda o, n: PolynomialLR(o, n)}
lengths = {"CosineAnnealingLR": "T_max", "LinearLR": "total_iters", "PolynomialLR": "total_iters"}


def rates(kind, length, rounds, state=None, attribute=None):
    optimizer = SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = kind(optimizer, length)
    if state:
        optimizer.load_state_dict(state[0])
        schedule.load_state_dict(state[1])
    if attribute:
        setattr(schedule, attribute, length)
    seen = []
    for _ in range(rounds):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return seen, (optimizer.state_dict(), schedule.state_dict())


def text(values):
    return " ".join(f"{abs(value):.2f}" for value in values[::3])


for name, kind in kinds.items():
    _, state = rates(kind, 12, 12)
    extended, _ = rates(kind, 24, 12, state)
    whole, _ = rates(kind, 24, 24)
    line = f"{name}, rounds 12, 15, 18, 21 of 24: unbroken {text(whole[12:])}; extended {text(extended)}"
    if name in lengths:
        corrected, _ = rates(kind, 24, 12, state, lengths[name])
        line += f"; with {lengths[name]} set after loading {text(corrected)}"
    print(line)
PYTHON

cat > expected.txt <<'TEXT'
LambdaLR, a cosine, rounds 12, 15, 18, 21 of 24: unbroken 0.50 0.31 0.15 0.04; extended 0.00 0.31 0.15 0.04
CosineAnnealingLR, rounds 12, 15, 18, 21 of 24: unbroken 0.50 0.31 0.15 0.04; extended 0.00 0.15 0.50 0.85; with T_max set after loading 0.00 0.00 0.00 0.00
warm-up, then cosine, rounds 12, 15, 18, 21 of 24: unbroken 0.57 0.36 0.17 0.05; extended 0.00 0.21 0.65 0.98
CosineAnnealingWarmRestarts, rounds 12, 15, 18, 21 of 24: unbroken 0.50 0.31 0.15 0.04; extended 1.00 0.85 0.50 0.15
LinearLR, rounds 12, 15, 18, 21 of 24: unbroken 0.55 0.44 0.33 0.21; extended 0.10 0.10 0.10 0.10; with total_iters set after loading 0.10 0.08 0.06 0.04
PolynomialLR, rounds 12, 15, 18, 21 of 24: unbroken 0.50 0.38 0.25 0.12; extended 0.00 0.00 0.00 0.00; with total_iters set after loading 0.00 0.00 0.00 0.00
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED torch-schedules-of-extended-runs: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED torch-schedules-of-extended-runs: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS torch-schedules-of-extended-runs, seen:"
cat seen.txt
