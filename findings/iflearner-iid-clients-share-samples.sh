#!/usr/bin/env bash
# One would guess that iFLearner's Sampler with method "iid" gives each sample to one client, whatever the
# clients are called.
#
# What happens: what a client got is taken out of the pool under the client's position in the list, but stored
# under its name. So nothing is taken out if the names are not 0, 1, 2, ...: each client draws from all samples,
# and clients overlap. With the three names below 630 of 900 samples are used, many of them twice or three
# times. The example in the package's own file has such names. Method "noniid" ignores the names and its
# clients are 0, 1, 2, ...
#
# Seen with iflearner 0.1.0, NumPy 2.4.6.
#
# Why it matters: a third of the data is never trained on, and clients agree more than a partition would let
# them. Changing the names changes the experiment.
#
# Hyperfed: clients are numbers, and each sample belongs to one of them at most, unless
# `procedure: with_replacement` asks for overlap.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'iflearner==0.1.0'

cat > probe.py <<'PYTHON'
from collections import Counter

import numpy as np
from iflearner.datasets.sampler import Sampler

labels = [row % 10 for row in range(900)]
for names in ([0, 1, 2], ["a", "b", "c"]):
    np.random.seed(0)
    clients = Sampler(labels, names, "iid").client_index
    owners = Counter(Counter(row for name in names for row in clients[name]).values())
    print(f"clients {names}: {[len(clients[name]) for name in names]} samples,"
          f" {sum(owners.values())} different ones; owned by 1, 2, 3 clients:"
          f" {[owners[count] for count in (1, 2, 3)]}")
PYTHON

cat > expected.txt <<'TEXT'
clients [0, 1, 2]: [300, 300, 300] samples, 900 different ones; owned by 1, 2, 3 clients: [900, 0, 0]
clients ['a', 'b', 'c']: [300, 300, 300] samples, 630 different ones; owned by 1, 2, 3 clients: [394, 202, 34]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED iflearner-iid-clients-share-samples: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED iflearner-iid-clients-share-samples: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS iflearner-iid-clients-share-samples, seen:"
cat seen.txt
