#!/usr/bin/env bash
# One would guess that column k means the same feature in each client's svmlight (LIBSVM) file.
#
# What happens: scikit-learn's load_svmlight_file guesses per file whether columns count from 0 or from 1:
# from 1 if no row uses column 0. It writes files that count from 0. So a client's table whose first
# feature happens to be zero throughout comes back one column short and shifted, after a round trip within
# one library, while the other clients' tables do not. LightGBM never guesses: it reads files that count
# from 1, as LIBSVM's own do, with one empty column more.
#
# Seen with scikit-learn 1.9.1, lightgbm 4.7.0, NumPy 2.4.6.
#
# Why it matters: splitting a sparse set such as mushrooms or a9a into one file per client makes clients
# with empty first columns likely; their gradients then go to the neighbours' weights. Pass
# `zero_based=True` (or False) and `n_features` always, or load all clients in one load_svmlight_files.
#
# Hyperfed does not read svmlight files; convert them to one table with a `client` column (dataset csv).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'scikit-learn==1.9.1' 'lightgbm==4.7.0' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import lightgbm
import numpy as np
from sklearn.datasets import dump_svmlight_file, load_svmlight_file

clients = {"a": np.array([[5.0, 0.0, 7.0], [0.0, 3.0, 0.0]]),
           "b": np.array([[0.0, 1.0, 7.0], [0.0, 3.0, 0.0]])}
for name, x in clients.items():
    dump_svmlight_file(x, [1, 0], f"{name}.svm")
    print(f"client {name}: written {x.tolist()}")
    print(f"  read again {load_svmlight_file(f'{name}.svm')[0].toarray().tolist()}")
    print("  with zero_based=True and n_features=3"
          f" {load_svmlight_file(f'{name}.svm', zero_based=True, n_features=3)[0].toarray().tolist()}")
with open("from-one.svm", "w") as file:
    for row in range(40):
        file.write(f"{row % 2} 1:{row % 2} 3:{row}\n")
data = lightgbm.Dataset("from-one.svm", params={"verbose": -1, "min_data_in_bin": 1}).construct()
print(f"columns 1 to 3, counted from 1: scikit-learn reads {load_svmlight_file('from-one.svm')[0].shape[1]},"
      f" LightGBM {data.num_feature()}")
PYTHON

cat > expected.txt <<'TEXT'
client a: written [[5.0, 0.0, 7.0], [0.0, 3.0, 0.0]]
  read again [[5.0, 0.0, 7.0], [0.0, 3.0, 0.0]]
  with zero_based=True and n_features=3 [[5.0, 0.0, 7.0], [0.0, 3.0, 0.0]]
client b: written [[0.0, 1.0, 7.0], [0.0, 3.0, 0.0]]
  read again [[1.0, 7.0], [3.0, 0.0]]
  with zero_based=True and n_features=3 [[0.0, 1.0, 7.0], [0.0, 3.0, 0.0]]
columns 1 to 3, counted from 1: scikit-learn reads 3, LightGBM 4
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED svmlight-columns-shift-between-clients: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED svmlight-columns-shift-between-clients: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS svmlight-columns-shift-between-clients, seen:"
cat seen.txt
