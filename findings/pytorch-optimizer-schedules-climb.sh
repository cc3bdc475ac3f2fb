#!/usr/bin/env bash
# One would guess that the schedulers of pytorch_optimizer begin at max_lr, fall to min_lr over
# t_max steps, and keep the ratio of the rates of parameter groups, as torch's do.
#
# What happens: PolyScheduler climbs by a power of the steps since the warm-up, without bound: 1,
# 4, 9, ... times max_lr at order 2. LinearScheduler goes on past its end, to rates below 0, which
# ascend the loss. The first step of all four has the rate 0 at the defaults, also without warm-up.
# All four give every group the same rate.
#
# Seen with pytorch_optimizer 4.1.0, torch 2.13.0, NumPy 2.4.6.
#
# Why it matters: a run that is continued for some rounds past t_max unlearns. A head with ten
# times the rate of the body has the same one. A client that builds one for a round of one step
# does not move.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile \
    'torch==2.13.0' 'numpy==2.4.6' 'pytorch_optimizer==4.1.0'

cat > probe.py <<'PYTHON'
import torch
from pytorch_optimizer import CosineScheduler, LinearScheduler, PolyScheduler, REXScheduler
from torch.optim.lr_scheduler import CosineAnnealingLR, PolynomialLR

ends = {"t_max": 6, "max_lr": 1.0, "min_lr": 0.0}
kinds = {
    "torch CosineAnnealingLR": lambda o: CosineAnnealingLR(o, 6),
    "torch PolynomialLR, power 2": lambda o: PolynomialLR(o, 6, power=2.0),
    "CosineScheduler": lambda o: CosineScheduler(o, **ends),
    "CosineScheduler, 2 of warm-up": lambda o: CosineScheduler(o, warmup_steps=2, **ends),
    "LinearScheduler": lambda o: LinearScheduler(o, **ends),
    "PolyScheduler, order 2": lambda o: PolyScheduler(o, poly_order=2, **ends),
    "PolyScheduler": lambda o: PolyScheduler(o, **ends),
    "REXScheduler": lambda o: REXScheduler(o, 6)}
print("rates of 9 steps, of which the schedule is to last 6; groups of rates 1 and 0.1")
for name, kind in kinds.items():
    groups = [{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": lr} for lr in (1.0, 0.1)]
    optimizer = torch.optim.SGD(groups, lr=1.0)
    schedule = kind(optimizer)
    used = []
    for _ in range(9):
        used.append([float(group["lr"]) for group in optimizer.param_groups])
        optimizer.step()
        schedule.step()
    print(f"{name}:")
    for group in range(2):
        print(f"  group {group}: " + ", ".join(f"{rates[group]:.2f}" for rates in used))
PYTHON

cat > expected.txt <<'TEXT'
rates of 9 steps, of which the schedule is to last 6; groups of rates 1 and 0.1
torch CosineAnnealingLR:
  group 0: 1.00, 0.93, 0.75, 0.50, 0.25, 0.07, 0.00, 0.07, 0.25
  group 1: 0.10, 0.09, 0.08, 0.05, 0.03, 0.01, 0.00, 0.01, 0.03
torch PolynomialLR, power 2:
  group 0: 1.00, 0.69, 0.44, 0.25, 0.11, 0.03, 0.00, 0.00, 0.00
  group 1: 0.10, 0.07, 0.04, 0.03, 0.01, 0.00, 0.00, 0.00, 0.00
CosineScheduler:
  group 0: 0.00, 1.00, 0.93, 0.75, 0.50, 0.25, 0.07, 0.00, 0.07
  group 1: 0.00, 1.00, 0.93, 0.75, 0.50, 0.25, 0.07, 0.00, 0.07
CosineScheduler, 2 of warm-up:
  group 0: 0.00, 0.00, 0.50, 1.00, 0.85, 0.50, 0.15, 0.00, 0.15
  group 1: 0.00, 0.00, 0.50, 1.00, 0.85, 0.50, 0.15, 0.00, 0.15
LinearScheduler:
  group 0: 0.00, 1.00, 0.83, 0.67, 0.50, 0.33, 0.17, 0.00, -0.17
  group 1: 0.00, 1.00, 0.83, 0.67, 0.50, 0.33, 0.17, 0.00, -0.17
PolyScheduler, order 2:
  group 0: 0.00, 1.00, 1.00, 4.00, 9.00, 16.00, 25.00, 36.00, 49.00
  group 1: 0.00, 1.00, 1.00, 4.00, 9.00, 16.00, 25.00, 36.00, 49.00
PolyScheduler:
  group 0: 0.00, 1.00, 1.00, 1.41, 1.73, 2.00, 2.24, 2.45, 2.65
  group 1: 0.00, 1.00, 1.00, 1.41, 1.73, 2.00, 2.24, 2.45, 2.65
REXScheduler:
  group 0: 0.00, 0.91, 0.80, 0.67, 0.50, 0.29, 0.00, 0.00, 0.00
  group 1: 0.00, 0.91, 0.80, 0.67, 0.50, 0.29, 0.00, 0.00, 0.00
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED pytorch-optimizer-schedules-climb: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED pytorch-optimizer-schedules-climb: < seen before, > seen now"
    cat changes.txt
    exit 1
fi
echo "PASS pytorch-optimizer-schedules-climb, seen:"
cat seen.txt
