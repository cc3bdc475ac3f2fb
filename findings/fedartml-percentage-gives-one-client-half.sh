#!/usr/bin/env bash
# One would guess that FedArtML's percent_noniid (of Hsieh et al.: p percent of the samples are dealt by label,
# the rest at random) makes clients that differ in their labels, whatever their number.
#
# What happens: each client gets floor(classes / clients) of the classes, and the last client gets what is
# left. With more clients than classes that is none for all but the last, which gets all samples of the p
# percent. At 50 percent one of 20 clients has half of the data and all classes; the other 19 are IID.
# With 6 clients for ten classes the last client has five classes and half of the p percent.
#
# Seen with fedartml 0.1.34, NumPy 2.4.6, pandas 3.1.1.
#
# Why it matters: a study "at 50 % label skew" of 20 or 100 clients is one of quantity skew without label
# skew. Weighted by samples, the average is half one client's update.
#
# Hyperfed: `skew: percentage` deals the sorted part in equal blocks, so that each client gets its share.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6' 'pandas==3.1.1' 'scipy==1.17.1' 'scikit-learn==1.9.1' 'matplotlib==3.11.2' 'ipywidgets==8.1.9'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'fedartml==0.1.34'

cat > probe.py <<'PYTHON'
import numpy as np
from fedartml import SplitAsFederatedData

labels = np.random.default_rng(0).permutation(np.repeat(np.arange(10), 200)).tolist()
rows = [[0.0]] * 2000
for clients in (5, 6, 10, 20, 100):
    federated = SplitAsFederatedData(random_state=1).create_clients(
        image_list=rows, label_list=labels, num_clients=clients, method="percent_noniid",
        percent_noniid=50, bins=10)[0]["without_class_completion"]
    sizes = [len(samples) for samples in federated.values()]
    last = np.bincount([label for _, label in federated[f"client_{clients}"]], minlength=10)
    print(f"{clients} clients: the last has {sizes[-1]} of {sum(sizes)}, the largest other"
          f" {max(sizes[:-1])}; the last one's classes {last.tolist()}")
PYTHON

cat > expected.txt <<'TEXT'
5 clients: the last has 418 of 2000, the largest other 405; the last one's classes [22, 21, 16, 26, 25, 21, 28, 17, 119, 123]
6 clients: the last has 680 of 2000, the largest other 276; the last one's classes [12, 19, 16, 19, 15, 119, 112, 123, 115, 130]
10 clients: the last has 205 of 2000, the largest other 217; the last one's classes [9, 9, 9, 13, 8, 14, 10, 7, 11, 115]
20 clients: the last has 1056 of 2000, the largest other 69; the last one's classes [108, 98, 111, 102, 104, 103, 96, 117, 107, 110]
100 clients: the last has 1008 of 2000, the largest other 19; the last one's classes [102, 90, 107, 95, 97, 97, 93, 110, 106, 111]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED fedartml-percentage-gives-one-client-half: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED fedartml-percentage-gives-one-client-half: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS fedartml-percentage-gives-one-client-half, seen:"
cat seen.txt
