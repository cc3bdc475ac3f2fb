#!/usr/bin/env bash
# One would guess that the Adam of "Gradient Descent: The Ultimate Optimizer" with nothing above it
# is Adam, so that its steps do not depend on the size of the gradients.
#
# What happens: its mean of squares begins at 1e-8, not at 0, so that the root has a derivative
# there. The bias correction divides this by 0.001 in the first step, so that 1e-5 is added to the
# square of the gradient. With gradients of 0.001 the first step is 0.30 of Adam's and the tenth
# weight 0.56 of it. With gradients of 0.0001 it is 0.03 and 0.07. A client that begins each round
# with a new optimizer stays in this phase.
#
# Seen with gradient-descent-the-ultimate-optimizer 1.0, torch 2.13.0, NumPy 2.4.6.
#
# Why it matters: hypergradients of Adam's rate are compared with plain Adam. A part of the rate
# that the method "learns", and of the difference between clients with large and with small
# gradients, only makes up for this.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile \
    'torch==2.13.0' 'numpy==2.4.6' 'gradient-descent-the-ultimate-optimizer==1.0'

cat > probe.py <<'PYTHON'
import torch
from gradient_descent_the_ultimate_optimizer import gdtuo

marks = (1, 10, 100, 1000)


def hyper_adam(gradient):
    layer = torch.nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        layer.weight.zero_()
    model = gdtuo.ModuleWrapper(layer, optimizer=gdtuo.Adam(alpha=0.001))
    model.initialize()
    seen = []
    for step in range(1, max(marks) + 1):
        model.begin()
        loss = model.forward(torch.tensor([[gradient]])).sum()
        model.zero_grad()
        loss.backward()
        model.step()
        if step in marks:
            seen.append(layer.weight.item())
    return seen


def plain_adam(gradient):
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.Adam([weight], lr=0.001)
    seen = []
    for step in range(1, max(marks) + 1):
        weight.grad = torch.tensor([gradient])
        optimizer.step()
        if step in marks:
            seen.append(weight.item())
    return seen


print(f"how far the weight has moved after {marks} steps, as a share of torch's Adam")
for gradient in (1.0, 1e-2, 1e-3, 1e-4, 1e-5):
    shares = [a / b for a, b in zip(hyper_adam(gradient), plain_adam(gradient))]
    print(f"gradient {gradient:g}: " + ", ".join(f"{s:.3f}" for s in shares))
PYTHON

cat > expected.txt <<'TEXT'
how far the weight has moved after (1, 10, 100, 1000) steps, as a share of torch's Adam
gradient 1: 1.000, 1.000, 1.000, 1.000
gradient 0.01: 0.954, 0.986, 0.997, 1.000
gradient 0.001: 0.302, 0.562, 0.868, 0.978
gradient 0.0001: 0.032, 0.071, 0.209, 0.580
gradient 1e-05: 0.003, 0.007, 0.022, 0.078
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED gdtuo-adam-crawls-where-gradients-are-small: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED gdtuo-adam-crawls-where-gradients-are-small: < seen before, > seen now"
    cat changes.txt
    exit 1
fi
echo "PASS gdtuo-adam-crawls-where-gradients-are-small, seen:"
cat seen.txt
