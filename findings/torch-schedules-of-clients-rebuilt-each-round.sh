#!/usr/bin/env bash
# One would guess that a federated client that makes its optimizer and its PyTorch scheduler anew in each
# round goes on with its schedule if it restores their state, in whichever way.
#
# What happens depends on what is restored, in which order, and on the kind of schedule. All schedules
# stand still at their first rate when only the scheduler's state is restored: load_state_dict does not set
# the optimizer's rate. When the optimizer's state is loaded before the scheduler is made, the making of
# LambdaLR, OneCycleLR, CosineAnnealingWarmRestarts and SequentialLR sets the rate back to the start, and
# they stand still too, while StepLR, ExponentialLR, CosineAnnealingLR, LinearLR and PolynomialLR go on.
# Only "make both, then load both" is right for all.
#
# Seen with torch 2.13.0 (one local step a round; with more steps the rate is wrong for the first of them,
# or for all).
#
# Why it matters: clients without memory are the usual case in simulators; "decay per round" then trains
# at a constant rate and no message tells.
#
# Hyperfed: schedules are evaluated by the server, once a round, from the round's number; the rate travels
# with the task, so there is nothing to restore.
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
    CosineAnnealingLR, CosineAnnealingWarmRestarts, ExponentialLR, LambdaLR, LinearLR, OneCycleLR,
    PolynomialLR, SequentialLR, StepLR)

kinds = {
    "StepLR": lambda o: StepLR(o, 2, 0.5),
    "ExponentialLR": lambda o: ExponentialLR(o, 0.9),
    "CosineAnnealingLR": lambda o: CosineAnnealingLR(o, 10),
    "LinearLR": lambda o: LinearLR(o, 1.0, 0.1, 10),
    "PolynomialLR": lambda o: PolynomialLR(o, 10),
    "LambdaLR": lambda o: LambdaLR(o, lambda t: 0.9**t),
    "OneCycleLR": lambda o: OneCycleLR(o, 1.0, 20),
    "CosineAnnealingWarmRestarts": lambda o: CosineAnnealingWarmRestarts(o, 5),
    "SequentialLR": lambda o: SequentialLR(o, [LinearLR(o, 0.1, 1.0, 3), ExponentialLR(o, 0.9)], [3])}


def optimizer():
    return SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)


def rates(kind, restore):
    seen, states = [], None
    for _ in range(8):
        client = optimizer()
        if states and restore == "optimizer, then make the scheduler":
            client.load_state_dict(states[0])
        schedule = kind(client)
        if states:
            if restore == "make both, then load both":
                client.load_state_dict(states[0])
            schedule.load_state_dict(states[1])
        seen.append(client.param_groups[0]["lr"])
        client.step()
        schedule.step()
        states = client.state_dict(), schedule.state_dict()
    return seen


for name, kind in kinds.items():
    client = optimizer()
    schedule, unbroken = kind(client), []
    for _ in range(8):
        unbroken.append(client.param_groups[0]["lr"])
        client.step()
        schedule.step()
    results = []
    for restore in ("scheduler only", "optimizer, then make the scheduler", "make both, then load both"):
        seen = rates(kind, restore)
        word = "right" if seen == unbroken else "stands still" if len(set(seen)) == 1 else "wrong"
        results.append(f"{restore}: {word}")
    print(f"{name}: " + "; ".join(results))
PYTHON

cat > expected.txt <<'TEXT'
StepLR: scheduler only: stands still; optimizer, then make the scheduler: right; make both, then load both: right
ExponentialLR: scheduler only: stands still; optimizer, then make the scheduler: right; make both, then load both: right
CosineAnnealingLR: scheduler only: stands still; optimizer, then make the scheduler: right; make both, then load both: right
LinearLR: scheduler only: stands still; optimizer, then make the scheduler: right; make both, then load both: right
PolynomialLR: scheduler only: stands still; optimizer, then make the scheduler: right; make both, then load both: right
LambdaLR: scheduler only: stands still; optimizer, then make the scheduler: stands still; make both, then load both: right
OneCycleLR: scheduler only: stands still; optimizer, then make the scheduler: stands still; make both, then load both: right
CosineAnnealingWarmRestarts: scheduler only: stands still; optimizer, then make the scheduler: stands still; make both, then load both: right
SequentialLR: scheduler only: stands still; optimizer, then make the scheduler: stands still; make both, then load both: right
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED torch-schedules-of-clients-rebuilt-each-round: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED torch-schedules-of-clients-rebuilt-each-round: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS torch-schedules-of-clients-rebuilt-each-round, seen:"
cat seen.txt
