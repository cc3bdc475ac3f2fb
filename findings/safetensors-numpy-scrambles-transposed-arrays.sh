#!/usr/bin/env bash
# One would guess that what safetensors.numpy saves is what it loads again, or that it refuses arrays that
# do not lie in memory in row order, as safetensors.torch does.
#
# What happens: a transposed or strided NumPy array is written with its own shape but with the bytes in the
# order in which they lie in memory. No error, no warning, the right shape, other numbers. With
# numpy.ascontiguousarray around it the file is right.
#
# Seen with safetensors 0.8.0, NumPy 2.4.6.
#
# Why it matters: Keras, JAX and NumPy models hold dense weights as inputs x outputs, PyTorch (and
# Hyperfed's model.safetensors) as outputs x inputs. A converter that writes `w.T` makes a model that loads
# everywhere and predicts at chance.
#
# Hyperfed writes its model from row-ordered memory; names and shapes are those of PyTorch's Sequential.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'safetensors==0.8.0' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import numpy as np
from safetensors.numpy import load_file, save_file

w = np.arange(6, dtype=np.float32).reshape(2, 3)
for name, array in (("rows", w), ("transposed", w.T), ("every second column", w[:, ::2]),
                    ("transposed, made contiguous", np.ascontiguousarray(w.T))):
    try:
        save_file({"weight": array}, "model.safetensors")
        loaded = load_file("model.safetensors")["weight"]
        print(f"{name}: saved {array.tolist()}, loaded {loaded.tolist()}, equal: {np.array_equal(loaded, array)}")
    except Exception as error:
        print(f"{name}: {type(error).__name__}")
PYTHON

cat > expected.txt <<'TEXT'
rows: saved [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]], loaded [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]], equal: True
transposed: saved [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]], loaded [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], equal: False
every second column: saved [[0.0, 2.0], [3.0, 5.0]], loaded [[0.0, 1.0], [2.0, 3.0]], equal: False
transposed, made contiguous: saved [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]], loaded [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]], equal: True
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED safetensors-numpy-scrambles-transposed-arrays: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED safetensors-numpy-scrambles-transposed-arrays: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS safetensors-numpy-scrambles-transposed-arrays, seen:"
cat seen.txt
