#!/usr/bin/env bash
# One would guess that wrapping an optimizer into optax.inject_hyperparams, the documented way to change a
# learning rate while training, changes nothing as long as the rate is left alone.
#
# What happens: the wrapper makes *all* numbers of the optimizer arrays of the weights' type. In bfloat16
# Adam's 0.999 becomes exactly 1, the bias correction divides by 1 - 1 = 0, and the weights are NaN after the
# first step, where plain optax.adam trains. With `hyperparam_dtype=float32` it works.
#
# Seen with optax 0.2.8, jax 0.10.2, NumPy 2.4.6.
#
# Why it matters: whoever adapts a rate by hypergradients, or lets a server send it, wraps the optimizer
# in this way; the divergence is then put down to the rate. In float16 and bfloat16 the rate itself is also
# rounded to two or three digits, so that small steps of an adapter are lost.
#
# Hyperfed trains in float32 and computes rates and decays in double precision.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'optax==0.2.8' 'jax==0.10.2' 'jaxlib==0.10.2' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import jax
import jax.numpy as jnp
import optax

jax.config.update("jax_platforms", "cpu")
for name, optimizer in (
        ("plain", optax.adam(0.1)),
        ("injected", optax.inject_hyperparams(optax.adam)(0.1)),
        ("injected, float32", optax.inject_hyperparams(optax.adam, hyperparam_dtype=jnp.float32)(0.1))):
    w = jnp.zeros(1, jnp.bfloat16)
    state = optimizer.init(w)
    path = []
    for _ in range(3):
        step, state = optimizer.update(jnp.ones(1, jnp.bfloat16), state, w)
        w = optax.apply_updates(w, step)
        path.append(f"{float(w[0]):.3f}")
    numbers = getattr(state, "hyperparams", {})
    print(f"adam in bfloat16, {name}: {', '.join(path)}"
          + (f"; b2 = {float(numbers['b2']):.4f}, rate = {float(numbers['learning_rate']):.6f}" if numbers else ""))
PYTHON

cat > expected.txt <<'TEXT'
adam in bfloat16, plain: -0.100, -0.199, -0.299
adam in bfloat16, injected: nan, nan, nan; b2 = 1.0000, rate = 0.100098
adam in bfloat16, injected, float32: -0.100, -0.200, -0.301; b2 = 0.9990, rate = 0.100000
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED optax-injected-adam-is-nan-in-bfloat16: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED optax-injected-adam-is-nan-in-bfloat16: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS optax-injected-adam-is-nan-in-bfloat16, seen:"
cat seen.txt
