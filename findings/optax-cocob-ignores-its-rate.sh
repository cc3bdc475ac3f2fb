#!/usr/bin/env bash
# One would guess that the `learning_rate` of optax.contrib.cocob scales its steps ("optional
# learning rate to e.g. inject some scheduler"), as that of dog, dowg, prodigy and the others in
# optax.contrib does.
#
# What happens: the rate multiplies the gradients *before* the coin betting, which divides by the
# largest gradient seen. So every constant rate, from 0.001 to 1000, gives the same weights. In a
# schedule only the ratio to its largest value so far counts.
#
# Seen with optax 0.2.8, jax 0.10.2, NumPy 2.4.6.
#
# Why it matters: a sweep of rates over COCOB shows a method that is "perfectly insensitive to its
# rate".
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile \
    'optax==0.2.8' 'jax==0.10.2' 'jaxlib==0.10.2' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import jax
import jax.numpy as jnp
import optax

jax.config.update("jax_platforms", "cpu")
target = jnp.array([3.0, -2.0])
marks = (1, 20, 30, 60)


def path(kind, rate):
    optimizer = kind(learning_rate=rate)
    w = jnp.ones(2)
    state = optimizer.init(w)
    seen = []
    for step in range(1, 61):
        update, state = optimizer.update(w - target, state, w)
        w = optax.apply_updates(w, update)
        if step in marks:
            seen.append(f"{float(w[0]):.3f}")
    return ", ".join(seen)


print(f"first weight after steps {marks}")
for name in ("dog", "dowg", "cocob"):
    kind = getattr(optax.contrib, name)
    for rate in (0.001, 0.1, 1.0, 1000.0):
        if name == "cocob" or rate <= 1:
            print(f"{name}, rate {rate}: {path(kind, rate)}")
drop = optax.piecewise_constant_schedule(0.1, {20: 0.001})
print(f"cocob, rate 0.1, from step 21 on 0.0001: {path(optax.contrib.cocob, drop)}")
low = optax.piecewise_constant_schedule(1e-4, {})
print(f"cocob, rate 0.0001 throughout: {path(optax.contrib.cocob, low)}")
PYTHON

cat > expected.txt <<'TEXT'
first weight after steps (1, 20, 30, 60)
dog, rate 0.001: 1.000, 1.000, 1.000, 1.000
dog, rate 0.1: 1.000, 1.000, 1.000, 1.000
dog, rate 1.0: 1.000, 1.000, 1.002, 1.138
dowg, rate 0.001: 1.000, 1.000, 1.000, 1.000
dowg, rate 0.1: 1.001, 1.004, 1.005, 1.009
dowg, rate 1.0: 1.006, 3.073, 3.000, 3.000
cocob, rate 0.001: 1.010, 1.773, 2.800, 3.000
cocob, rate 0.1: 1.010, 1.773, 2.800, 3.000
cocob, rate 1.0: 1.010, 1.773, 2.800, 3.000
cocob, rate 1000.0: 1.010, 1.773, 2.800, 3.000
cocob, rate 0.1, from step 21 on 0.0001: 1.010, 1.773, 1.774, 1.777
cocob, rate 0.0001 throughout: 1.010, 1.773, 2.800, 3.000
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED optax-cocob-ignores-its-rate: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED optax-cocob-ignores-its-rate: < seen before, > seen now"
    cat changes.txt
    exit 1
fi
echo "PASS optax-cocob-ignores-its-rate, seen:"
cat seen.txt
