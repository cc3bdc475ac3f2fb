#!/usr/bin/env bash
# One would guess that a parameter group with rate 0 stands still, as it does with torch's SGD and
# AdamW. For Prodigy and D-Adaptation 0 is even the only other rate that a group may have.
#
# What happens: with rate 0 the moments of the group are no longer updated, but the last step is
# repeated for ever: the rate was multiplied into the moments (D-Adaptation) or is taken from the
# other groups (Prodigy). Frozen after 100 steps at its optimum 3, a weight drifts to 6 and -0.1 in
# 200 steps. Decoupled weight decay shrinks a group that is frozen from the start to 0. Prodigy
# without momentum (beta1 = 0) moves it by 200 in the first step.
#
# Seen with prodigyopt 1.1.2, dadaptation 3.2, torch 2.13.0, NumPy 2.4.6.
#
# Why it matters: body and head are frozen in turn in personalized federated learning (FedRep,
# FedBABU), and a pretrained body in fine-tuning. `requires_grad_(False)` with gradients set to
# None is safe; a rate of 0 is not.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile \
    'torch==2.13.0' 'numpy==2.4.6' 'prodigyopt==1.1.2' 'dadaptation==3.2'

cat > probe.py <<'PYTHON'
import contextlib
import io

import torch
from dadaptation import DAdaptAdam
from prodigyopt import Prodigy
from torch.optim import SGD, AdamW

plain = {
    "torch SGD, momentum 0.9": lambda p: SGD(p, lr=0.1, momentum=0.9),
    "torch AdamW": lambda p: AdamW(p, lr=0.1, weight_decay=0.0),
    "Prodigy": lambda p: Prodigy(p),
    "D-Adapt Adam": lambda p: DAdaptAdam(p)}
decayed = {
    "torch AdamW": lambda p: AdamW(p, lr=0.1, weight_decay=0.1),
    "Prodigy": lambda p: Prodigy(p, weight_decay=0.1),
    "D-Adapt Adam": lambda p: DAdaptAdam(p, weight_decay=0.1, decouple=True)}


def run(kind, freeze, marks):
    body, head = torch.nn.Parameter(torch.ones(1)), torch.nn.Parameter(torch.zeros(1))
    with contextlib.redirect_stdout(io.StringIO()):
        optimizer = kind([{"params": [body]}, {"params": [head]}])
    seen = []
    for step in range(max(marks) + 1):
        if step == freeze:
            optimizer.param_groups[0]["lr"] = 0.0
        if step in marks:
            seen.append(f"{body.item():.1f}")
        optimizer.zero_grad()
        (0.5 * (body - 3) ** 2 + 0.5 * (head + 2) ** 2).sum().backward()
        optimizer.step()
    return ", ".join(seen)


marks = (100, 200, 300)
print(f"the body's optimum is 3, its rate is 0 from step 100 on; body after {marks} steps")
for name, kind in plain.items():
    print(f"  {name}: {run(kind, 100, marks)}")
marks = (0, 1, 100, 300)
print(f"the body begins at 1 with rate 0, weight decay 0.1; body after {marks} steps")
for name, kind in decayed.items():
    print(f"  {name}: {run(kind, 0, marks)}")
print("the body begins at 1 with rate 0, no weight decay; body after (0, 1) steps")
print(f"  Prodigy, beta1 0: {run(lambda p: Prodigy(p, betas=(0.0, 0.999)), 0, (0, 1))}")
PYTHON

cat > expected.txt <<'TEXT'
the body's optimum is 3, its rate is 0 from step 100 on; body after (100, 200, 300) steps
  torch SGD, momentum 0.9: 3.0, 3.0, 3.0
  torch AdamW: 3.0, 3.0, 3.0
  Prodigy: 3.0, 4.6, 6.2
  D-Adapt Adam: 3.0, 1.4, -0.1
the body begins at 1 with rate 0, weight decay 0.1; body after (0, 1, 100, 300) steps
  torch AdamW: 1.0, 1.0, 1.0, 1.0
  Prodigy: 1.0, 1.0, 0.0, 0.0
  D-Adapt Adam: 1.0, 1.0, 0.0, 0.0
the body begins at 1 with rate 0, no weight decay; body after (0, 1) steps
  Prodigy, beta1 0: 1.0, 201.0
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED prodigy-moves-frozen-groups: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED prodigy-moves-frozen-groups: < seen before, > seen now"
    cat changes.txt
    exit 1
fi
echo "PASS prodigy-moves-frozen-groups, seen:"
cat seen.txt
