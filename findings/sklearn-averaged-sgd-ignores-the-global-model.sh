#!/usr/bin/env bash
# One would guess that a federated client made of scikit-learn's SGDClassifier or SGDRegressor goes on from
# the weights that are put into `coef_` and `intercept_`, as it does by default.
#
# What happens: with `average=True` (averaged SGD) the estimator keeps the weights that it trains in
# private arrays; `coef_` is only the average that it shows. `partial_fit` then goes on from its own old
# weights, and what the server sent is overwritten without a word.
#
# Seen with scikit-learn 1.9.1, NumPy 2.4.6.
#
# Why it matters: every client trains alone for ever, while the global model is the mean of models that
# never met; losses still fall, so it looks like slow convergence, and the learning rate gets the blame.
#
# Hyperfed: a client's round starts at the global model that its task carries, by construction.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'scikit-learn==1.9.1' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import numpy as np
from sklearn.linear_model import SGDClassifier, SGDRegressor

random = np.random.default_rng(0)
x = random.normal(size=(60, 3))
labels = (x[:, 0] > 0).astype(int)
sent = np.array([10.0, -20.0, 30.0])
for kind, first in ((SGDClassifier, {"classes": [0, 1]}), (SGDRegressor, {})):
    for average in (False, True):
        # The rate is so small that the weights stay where they start.
        client = kind(learning_rate="constant", eta0=1e-9, alpha=0.0, average=average, random_state=0)
        client.partial_fit(x, labels, **first)
        client.coef_ = sent.reshape(client.coef_.shape).copy()
        client.intercept_ = np.zeros_like(client.intercept_)
        client.partial_fit(x, labels)
        print(f"{kind.__name__}, average={average}: the server sent {sent.tolist()},"
              f" after one epoch {(client.coef_.ravel().round(2) + 0.0).tolist()}")
PYTHON

cat > expected.txt <<'TEXT'
SGDClassifier, average=False: the server sent [10.0, -20.0, 30.0], after one epoch [10.0, -20.0, 30.0]
SGDClassifier, average=True: the server sent [10.0, -20.0, 30.0], after one epoch [0.0, 0.0, 0.0]
SGDRegressor, average=False: the server sent [10.0, -20.0, 30.0], after one epoch [10.0, -20.0, 30.0]
SGDRegressor, average=True: the server sent [10.0, -20.0, 30.0], after one epoch [0.0, 0.0, 0.0]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED sklearn-averaged-sgd-ignores-the-global-model: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED sklearn-averaged-sgd-ignores-the-global-model: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS sklearn-averaged-sgd-ignores-the-global-model, seen:"
cat seen.txt
