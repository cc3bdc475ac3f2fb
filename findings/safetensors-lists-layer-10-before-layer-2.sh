#!/usr/bin/env bash
# One would guess that a model that is saved layer by layer comes back in that order, so that its tensors
# can be strung together into one parameter vector.
#
# What happens: safetensors sorts names as text when it saves, and keys() and load_file give that order: a
# layer's bias before its weight, layer 10 before layer 2. The vector that one gets by joining the tensors
# as they come differs from PyTorch's parameters_to_vector for any model with a bias.
#
# Seen with safetensors 0.8.0, NumPy 2.4.6.
#
# Why it matters: inner products and cosines of updates, which hypergradient rules are made of, are right
# only if both vectors have one order; mixing a vector from the file with one from the model gives numbers
# that look plausible. Join by name, in the model's order.
#
# Hyperfed's model.safetensors names each tensor as PyTorch's Sequential does (0.weight, 0.bias, 2.weight),
# so state_dict order can be restored by name.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'safetensors==0.8.0' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

model = {}
for layer in (0, 2, 10):
    model[f"{layer}.weight"] = np.full(2, layer + 0.25, np.float32)
    model[f"{layer}.bias"] = np.full(1, layer + 0.5, np.float32)
save_file(model, "model.safetensors")
print("saved:    ", *model)
print("load_file:", *load_file("model.safetensors"))
with safe_open("model.safetensors", "np") as file:
    print("keys():   ", *file.keys())
    print("in file:  ", *file.offset_keys())
a = np.concatenate(list(model.values()))
b = np.concatenate(list(load_file("model.safetensors").values()))
print(f"cosine of the model's vector with the file's: {float(a @ b / (a @ a)):.3f}")
PYTHON

cat > expected.txt <<'TEXT'
saved:     0.weight 0.bias 2.weight 2.bias 10.weight 10.bias
load_file: 0.bias 0.weight 10.bias 10.weight 2.bias 2.weight
keys():    0.bias 0.weight 10.bias 10.weight 2.bias 2.weight
in file:   0.bias 0.weight 10.bias 10.weight 2.bias 2.weight
cosine of the model's vector with the file's: 0.430
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED safetensors-lists-layer-10-before-layer-2: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED safetensors-lists-layer-10-before-layer-2: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS safetensors-lists-layer-10-before-layer-2, seen:"
cat seen.txt
