#!/usr/bin/env bash
# One would guess that three local epochs in batches of 10 over a client's 5 samples are three steps of 5
# samples, and that each sample is seen three times.
#
# What happens: FedJAX's shuffle_repeat_batch, which its FedAvg trains with, strings the epochs together
# and cuts batches of exactly 10 out of the string; the last batch is filled from one more epoch. Clients
# make ceil(E n / B) steps instead of E ceil(n / B), some samples are seen more often than others, and a
# batch can hold a sample twice.
#
# Seen with fedjax 0.0.17, jax 0.10.2, NumPy 2.4.6.
#
# Why it matters: the number of local steps K enters every learning-rate rule that has 1/K in it, FedNova's
# weights and any comparison by steps. For clients smaller than a batch, the most of a skewed partition, it
# is smaller by up to the factor E.
#
# Hyperfed: each epoch is a shuffle of its own whose last batch may be smaller, so a client makes
# E ceil(n / B) steps and sees each sample E times; `clients.csv` has each client's steps.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'fedjax==0.0.17' 'jax==0.10.2' 'jaxlib==0.10.2' 'numpy==2.4.6' 'optax==0.2.8' 'dm-haiku==0.0.17'

cat > probe.py <<'PYTHON'
import numpy as np
from fedjax.core.client_datasets import ClientDataset

for n, size, epochs in ((5, 10, 3), (12, 10, 4), (25, 10, 2), (30, 10, 2)):
    data = ClientDataset({"x": np.arange(n)})
    batches = [batch["x"] for batch in
               data.shuffle_repeat_batch(batch_size=size, num_epochs=epochs, seed=0)]
    seen = np.bincount(np.concatenate(batches), minlength=n)
    print(f"{n} samples, batches of {size}, {epochs} epochs: {len(batches)} steps"
          f" (E ceil(n / B) is {epochs * -(-n // size)}), sizes {[len(b) for b in batches]},"
          f" a sample is seen {seen.min()} to {seen.max()} times,"
          f" a batch holds a sample twice: {any(len(set(b.tolist())) < len(b) for b in batches)}")
PYTHON

cat > expected.txt <<'TEXT'
5 samples, batches of 10, 3 epochs: 2 steps (E ceil(n / B) is 3), sizes [10, 10], a sample is seen 4 to 4 times, a batch holds a sample twice: True
12 samples, batches of 10, 4 epochs: 5 steps (E ceil(n / B) is 8), sizes [10, 10, 10, 10, 10], a sample is seen 4 to 5 times, a batch holds a sample twice: True
25 samples, batches of 10, 2 epochs: 5 steps (E ceil(n / B) is 6), sizes [10, 10, 10, 10, 10], a sample is seen 2 to 2 times, a batch holds a sample twice: False
30 samples, batches of 10, 2 epochs: 6 steps (E ceil(n / B) is 6), sizes [10, 10, 10, 10, 10, 10], a sample is seen 2 to 2 times, a batch holds a sample twice: False
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED fedjax-batches-cross-epochs: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED fedjax-batches-cross-epochs: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS fedjax-batches-cross-epochs, seen:"
cat seen.txt
