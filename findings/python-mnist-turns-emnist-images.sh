#!/usr/bin/env bash
# One would guess that the images of one IDX file are the same whether python-mnist reads them as MNIST or
# as EMNIST.
#
# What happens: after select_emnist the reader turns each image (it swaps rows and columns), because
# EMNIST's images are said to be stored transposed. Readers that go by the format alone (idx2numpy here)
# show EMNIST's letters lying on their side. Both give MNIST-like arrays of one shape.
#
# Seen with python-mnist 0.7, idx2numpy 1.2.3, NumPy 2.4.6.
#
# Why it matters: a model that one tool trained on EMNIST or FEMNIST-like IDX files scores near chance in
# another, and a transfer from MNIST to EMNIST, a usual pair for client drift, fails for this reason alone.
# The labels of the letters count from 1 besides.
#
# Hyperfed's `mnist_idx` reads the bytes as they are, as the format says: the same files in each run agree
# with one another, but turn one side before you compare with models from elsewhere.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'python-mnist==0.7' 'idx2numpy==1.2.3' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import struct

import idx2numpy
import numpy as np
from mnist import MNIST

images = np.zeros((1, 3, 3), np.uint8)
images[0, 0] = [1, 2, 3]  # the upper edge


def write(name, array):
    with open(name, "wb") as file:
        file.write(bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape))
        file.write(array.tobytes())


for prefix in ("train", "emnist-letters-train"):
    write(f"{prefix}-images-idx3-ubyte", images)
    write(f"{prefix}-labels-idx1-ubyte", np.array([1], np.uint8))
print("idx2numpy:             ", idx2numpy.convert_from_file("emnist-letters-train-images-idx3-ubyte").tolist()[0])
reader = MNIST(".")
print("python-mnist, as MNIST: ", np.array(reader.load_training()[0][0]).reshape(3, 3).tolist())
reader.select_emnist("letters")
reader.gz = False
print("python-mnist, as EMNIST:", np.array(reader.load_training()[0][0]).reshape(3, 3).tolist())
PYTHON

cat > expected.txt <<'TEXT'
idx2numpy:              [[1, 2, 3], [0, 0, 0], [0, 0, 0]]
python-mnist, as MNIST:  [[1, 2, 3], [0, 0, 0], [0, 0, 0]]
python-mnist, as EMNIST: [[1, 0, 0], [2, 0, 0], [3, 0, 0]]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED python-mnist-turns-emnist-images: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED python-mnist-turns-emnist-images: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS python-mnist-turns-emnist-images, seen:"
cat seen.txt
