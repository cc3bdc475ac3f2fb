#!/usr/bin/env bash
# One would guess that OpenFL's NumPyYogi, behind its YogiAdaptiveAggregation (FedYogi), has Yogi's rule:
# v <- v - (1 - b2) sign(v - g^2) g^2. It is what sets Yogi apart from Adam: after a large update, v falls
# only by the size of the small updates that follow.
#
# What happens: v <- b2 v + (1 - b2) sign(g^2 - v) g^2. The first term forgets v as Adam does, and the
# second takes a little more away: v falls slightly faster than Adam's. After 200 small updates it is at
# 13 % of where Yogi leaves it, and the next steps are nearly three times as long.
#
# Seen with openfl 1.9, NumPy 2.4.6.
#
# Why it matters: "FedYogi" of OpenFL is FedAdam but for some percent; the rate that suits the one does
# not suit Yogi elsewhere. Its defaults are b2 = 0.999, epsilon = 1e-8 and a bias correction, where the
# paper (Reddi et al. 2021) has b2 = 0.99, tau = 1e-3 and none.
#
# Hyperfed: `server.optimizer: yogi` has the paper's rule.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6' 'dynaconf==3.3.5' 'tqdm==4.70.1'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'openfl==1.9'

cat > probe.py <<'PYTHON'
import numpy as np
from openfl.utilities.optimizers.numpy import NumPyAdam, NumPyYogi

b2 = 0.99
yogi = NumPyYogi(params={"w": np.zeros(1)}, learning_rate=0.1, betas=(0.9, b2), epsilon=1e-3)
adam = NumPyAdam(params={"w": np.zeros(1)}, learning_rate=0.1, betas=(0.9, b2), epsilon=1e-3)
v = 0.0
for step in range(201):
    update = 1.0 if step == 0 else 0.01  # one large update, then small ones
    for optimizer in (yogi, adam):
        optimizer.step({"w": np.array([-update])})
    v = v - (1 - b2) * np.sign(v - update**2) * update**2
    if step in (0, 1, 50, 200):
        print(f"after {step:3d} small updates: v of Yogi's rule {v:.6f},"
              f" OpenFL's Yogi {yogi.grads_second_moment['w'][0]:.6f},"
              f" OpenFL's Adam {adam.grads_second_moment['w'][0]:.6f}")
PYTHON

cat > expected.txt <<'TEXT'
after   0 small updates: v of Yogi's rule 0.010000, OpenFL's Yogi 0.010000, OpenFL's Adam 0.010000
after   1 small updates: v of Yogi's rule 0.009999, OpenFL's Yogi 0.009899, OpenFL's Adam 0.009901
after  50 small updates: v of Yogi's rule 0.009950, OpenFL's Yogi 0.006011, OpenFL's Adam 0.006090
after 200 small updates: v of Yogi's rule 0.009800, OpenFL's Yogi 0.001253, OpenFL's Adam 0.001426
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED openfl-yogi-forgets-like-adam: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED openfl-yogi-forgets-like-adam: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS openfl-yogi-forgets-like-adam, seen:"
cat seen.txt
