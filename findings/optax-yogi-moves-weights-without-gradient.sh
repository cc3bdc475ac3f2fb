#!/usr/bin/env bash
# One would guess that an optimizer leaves a weight alone whose gradient has always been zero.
#
# What happens: optax's Yogi starts not only the mean of squares but also the mean of gradients at 1e-6, so
# each weight moves down, whatever its gradient; Adam, RMSProp and AdaGrad do not. FedJAX takes its Yogi
# from optax. Optax's AdaGrad starts its sum of squares at 0.1, where the paper of FedAdagrad has tau^2 or
# 0: the first server step for an update of 0.001 has 0.6 % of the length that it has in the paper.
#
# Seen with optax 0.2.8, jax 0.10.2, NumPy 2.4.6.
#
# Why it matters: with FedYogi, pixels that are never lit and rounds without an update still move the
# model, and FedAdagrad at a paper's rate seems not to learn.
#
# Hyperfed: a server optimizer's mean of aggregates starts at 0, the squares at `initial_square`, 0 by
# default; a round without any update changes nothing.
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
for name in ("yogi", "adam", "rmsprop", "adagrad"):
    optimizer = getattr(optax, name)(0.01)
    w = jnp.zeros(1)
    state = optimizer.init(w)
    for _ in range(50):
        step, state = optimizer.update(jnp.zeros(1), state, w)
        w = optax.apply_updates(w, step)
    print(f"{name}: a weight after 50 steps with gradient 0 at rate 0.01: {float(w[0]):.3g}")
for update in (1.0, 0.001):
    optimizer = optax.adagrad(0.1, eps=1e-6)
    state = optimizer.init(jnp.zeros(1))
    step, _ = optimizer.update(jnp.array([-update]), state)
    print(f"adagrad: first step at rate 0.1 for an update of {update}: optax {float(step[0]):.6f},"
          f" paper with tau 1e-3 {0.1 * update / (update + 1e-3):.6f}")
PYTHON

cat > expected.txt <<'TEXT'
yogi: a weight after 50 steps with gradient 0 at rate 0.01: -1.56e-05
adam: a weight after 50 steps with gradient 0 at rate 0.01: 0
rmsprop: a weight after 50 steps with gradient 0 at rate 0.01: 0
adagrad: a weight after 50 steps with gradient 0 at rate 0.01: 0
adagrad: first step at rate 0.1 for an update of 1.0: optax 0.095346, paper with tau 1e-3 0.099900
adagrad: first step at rate 0.1 for an update of 0.001: optax 0.000316, paper with tau 1e-3 0.050000
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED optax-yogi-moves-weights-without-gradient: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED optax-yogi-moves-weights-without-gradient: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS optax-yogi-moves-weights-without-gradient, seen:"
cat seen.txt
