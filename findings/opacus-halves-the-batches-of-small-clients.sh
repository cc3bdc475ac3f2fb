#!/usr/bin/env bash
# One would guess that Opacus' make_private keeps the batch size of the loader that it is given as
# the expected size of its Poisson batches: a client of n samples takes each with probability 32 /
# n.
#
# What happens: the probability is one over the number of batches, which is rounded up. A client of
# 32 samples has batches of 32, one of 33 has batches of 16.5, with two steps an epoch. One of 65
# has 21.7. The noise of a step, as the optimizer applies it, is divided by that size, rounded
# down: a client with one sample more has twice the noise in each step.
#
# Seen with opacus 1.6.0, torch 2.13.0, NumPy 2.4.6.
#
# Why it matters: on one machine with 50,000 samples nobody notices. With federated clients of 30
# to 100 samples the batch size, the steps of a round and the noise jump from client to client, and
# the best rate with them.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile \
    'torch==2.13.0' 'numpy==2.4.6' 'opacus==1.6.0'

cat > probe.py <<'PYTHON'
import numpy as np
import torch
from opacus import PrivacyEngine
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
print("loaders of batch size 32, noise multiplier 1, clipping norm 1")
for samples in (31, 32, 33, 63, 64, 65, 96, 97, 50_000):
    model = torch.nn.Linear(200, 10)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    data = TensorDataset(torch.zeros(samples, 200), torch.zeros(samples, dtype=torch.long))
    private, steps, loader = PrivacyEngine().make_private(
        module=model, optimizer=optimizer, data_loader=DataLoader(data, batch_size=32),
        noise_multiplier=1.0, max_grad_norm=1.0)
    epochs = 1 if samples == 50_000 else 400
    sizes = [len(batch) for _ in range(epochs) for batch in loader.batch_sampler]
    # Images of zeros have no gradient but for the biases: what moves the weights is noise.
    before = model.weight.detach().clone()
    images, labels = next(batch for batch in loader if len(batch[0]) > 0)
    torch.nn.functional.cross_entropy(private(images), labels).backward()
    steps.step()
    noise = (model.weight.detach() - before).std().item()
    print(f"client of {samples}: {len(loader)} steps an epoch, mean batch {np.mean(sizes):.0f},"
          f" noise of a step {noise:.3f}")
PYTHON

cat > expected.txt <<'TEXT'
loaders of batch size 32, noise multiplier 1, clipping norm 1
client of 31: 1 steps an epoch, mean batch 31, noise of a step 0.032
client of 32: 1 steps an epoch, mean batch 32, noise of a step 0.031
client of 33: 2 steps an epoch, mean batch 17, noise of a step 0.062
client of 63: 2 steps an epoch, mean batch 31, noise of a step 0.033
client of 64: 2 steps an epoch, mean batch 32, noise of a step 0.032
client of 65: 3 steps an epoch, mean batch 22, noise of a step 0.048
client of 96: 3 steps an epoch, mean batch 32, noise of a step 0.032
client of 97: 4 steps an epoch, mean batch 24, noise of a step 0.041
client of 50000: 1563 steps an epoch, mean batch 32, noise of a step 0.032
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED opacus-halves-the-batches-of-small-clients: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED opacus-halves-the-batches-of-small-clients: < seen before, > seen now"
    cat changes.txt
    exit 1
fi
echo "PASS opacus-halves-the-batches-of-small-clients, seen:"
cat seen.txt
