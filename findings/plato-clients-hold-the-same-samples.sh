#!/usr/bin/env bash
# One would guess that Plato's non-IID sampler (sampler "noniid", Dirichlet by concentration) gives clients
# different samples, as its comment on a divided partition says.
#
# What happens: each client draws its samples without replacement from all of the data, and all clients start
# the generator at the same seed, so that their draws differ by the weights of the classes only. Clients
# with like class weights hold the same samples. At the default concentration of 1 two clients share half of
# their samples, at 100 nearly all, and three quarters of the data or more belong to nobody. Its "iid" sampler
# does divide the data.
#
# Seen with plato-learn 1.41 (installed for Python 3.11, although it asks for 3.13; the sampler has nothing
# newer), torch 2.13.0, NumPy 2.4.6.
#
# Why it matters: towards weak skew, the federation is one small data set copied many times. Clients agree,
# variance between updates vanishes, larger rates look stable, and the test accuracy is that of one client.
#
# Hyperfed: a partition gives each sample to one client at most.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'torch==2.13.0' 'numpy==2.4.6' 'munch==4.0.0'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps --ignore-requires-python 'plato-learn==1.41'

cat > probe.py <<'PYTHON'
from itertools import combinations
from pathlib import Path

import numpy as np

Path("config.toml").write_text("""
[clients]
total_clients = 10
[server]
[trainer]
[algorithm]
[data]
random_seed = 1
partition_size = 600
concentration = 1.0
""")
from plato.config import Config  # noqa: E402
from plato.samplers.dirichlet import Sampler  # noqa: E402

labels = np.arange(6000) % 10


class Source:
    def targets(self):
        return labels

    def classes(self):
        return list(range(10))


for concentration in (0.1, 1.0, 10.0, 100.0):
    Config().data.concentration = concentration
    clients = [set(Sampler(Source(), client, False).get()) for client in range(1, 11)]
    shared = np.mean([len(a & b) / 600 for a, b in combinations(clients, 2)])
    print(f"concentration {concentration}: 10 clients of 600 samples hold"
          f" {len(set.union(*clients))} of 6000, two clients share {shared:.0%} of theirs")
PYTHON

cat > expected.txt <<'TEXT'
concentration 0.1: 10 clients of 600 samples hold 2878 of 6000, two clients share 20% of theirs
concentration 1.0: 10 clients of 600 samples hold 1450 of 6000, two clients share 55% of theirs
concentration 10.0: 10 clients of 600 samples hold 937 of 6000, two clients share 83% of theirs
concentration 100.0: 10 clients of 600 samples hold 706 of 6000, two clients share 94% of theirs
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED plato-clients-hold-the-same-samples: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED plato-clients-hold-the-same-samples: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS plato-clients-hold-the-same-samples, seen:"
cat seen.txt
