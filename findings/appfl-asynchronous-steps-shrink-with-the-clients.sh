#!/usr/bin/env bash
# One would guess that APPFL's FedAsync moves the global model by alpha times the difference (Xie et al.
# 2019: w <- (1 - alpha) w + alpha w_i), and that its FedBuff moves it by the mean of the K buffered updates
# (Nguyen et al. 2022).
#
# What happens: both multiply by one over the number of *all* clients besides (or by a client's share of all
# samples). With alpha = 0.6 and 100 clients a report moves the model by 0.006 of the difference, and
# FedBuff's step is K / clients of what the paper has. Its FedAvg weighs clients equally unless
# `client_weights_mode: sample_size` is set.
#
# Seen with appfl 1.12.0, torch 2.13.0, NumPy 2.4.6.
#
# Why it matters: adding clients lowers the global learning rate by the same factor, so a study of how
# asynchronous methods scale measures the rate; published values of alpha have to be multiplied by the number
# of clients.
#
# In Hyperfed (`training.mode: async`) a report moves the model by mixing times its staleness weight, and a
# buffer by its mean, whatever the number of clients. `server.learning_rate` multiplies both.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'torch==2.13.0' 'numpy==2.4.6' 'scipy==1.17.1' 'omegaconf==2.4.0' 'pyyaml==6.0.4' 'packaging==26.4'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'appfl==1.12.0' 'opacus==1.6.0'

cat > probe.py <<'PYTHON'
import torch
from appfl.algorithm.aggregator import FedAsyncAggregator, FedBuffAggregator
from omegaconf import DictConfig


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.zeros(1))


def aggregator(kind, **options):
    plain = {"staleness_fn": "constant", "staleness_fn_kwargs": {}}
    return kind(model=Model(), aggregator_configs=DictConfig({**plain, **options}))


for clients in (1, 10, 100):
    one = aggregator(FedAsyncAggregator, alpha=0.6, num_clients=clients)
    moved = one.aggregate("a", {"w": torch.ones(1)})["w"].item()
    print(f"FedAsync, alpha 0.6, {clients} clients, a report of 1 at a model of 0: {moved:.4f}")
for clients in (5, 50):
    many = aggregator(FedBuffAggregator, alpha=1.0, K=5, num_clients=clients)
    for k in range(5):
        moved = many.aggregate(str(k), {"w": torch.ones(1)})["w"].item()
    print(f"FedBuff, alpha 1, K 5, {clients} clients, five updates of 1: {moved:.4f}")
PYTHON

cat > expected.txt <<'TEXT'
FedAsync, alpha 0.6, 1 clients, a report of 1 at a model of 0: 0.6000
FedAsync, alpha 0.6, 10 clients, a report of 1 at a model of 0: 0.0600
FedAsync, alpha 0.6, 100 clients, a report of 1 at a model of 0: 0.0060
FedBuff, alpha 1, K 5, 5 clients, five updates of 1: 1.0000
FedBuff, alpha 1, K 5, 50 clients, five updates of 1: 0.1000
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED appfl-asynchronous-steps-shrink-with-the-clients: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED appfl-asynchronous-steps-shrink-with-the-clients: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS appfl-asynchronous-steps-shrink-with-the-clients, seen:"
cat seen.txt
