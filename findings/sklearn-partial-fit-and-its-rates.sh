#!/usr/bin/env bash
# One would guess that scikit-learn's adaptive rate falls under partial_fit as under fit when the loss stops
# falling, and that a client's rate can be set before each call.
#
# What happens, by estimator:
# - SGDClassifier with learning_rate="adaptive": each call counts as the first epoch, so the rate never
#   falls; the weights are those of "constant" to the last bit. MLPClassifier's "adaptive" does fall.
# - SGDClassifier takes a new eta0 at the next partial_fit. MLPClassifier ignores a new learning_rate_init
#   without a word: the rate lives in the optimizer that the first call made.
# - "invscaling" counts samples over all calls in both, also when the weights were replaced by a global
#   model in between: a client that is asked often has a smaller rate than one that is asked seldom.
#
# Seen with scikit-learn 1.9.1, NumPy 2.4.6.
#
# Why it matters: these are the usual clients of first federated experiments, and three ways in which the
# rate that the script sets is not the rate that trains.
#
# Hyperfed: the server evaluates a schedule once a round and sends the rate with the task; `rounds.csv` and
# `clients.csv` have the rates that were used.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'scikit-learn==1.9.1' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import numpy as np
from sklearn.linear_model import SGDClassifier
from sklearn.neural_network import MLPClassifier

random = np.random.default_rng(0)
x = random.normal(size=(60, 3))
labels = (x[:, 0] > 0).astype(int)


def linear(rounds, **options):
    client = SGDClassifier(loss="log_loss", eta0=0.1, random_state=0, **options)
    for _ in range(rounds):
        client.partial_fit(x, labels, classes=[0, 1])
    return client


def network(rounds, **options):
    client = MLPClassifier((4,), solver="sgd", learning_rate_init=0.1, random_state=0, **options)
    for _ in range(rounds):
        client.partial_fit(x, labels, classes=[0, 1])
    return client


# With tol=100 no epoch counts as progress, so an adaptive rate has to fall.
adaptive = linear(20, learning_rate="adaptive", n_iter_no_change=1, tol=100)
constant = linear(20, learning_rate="constant")
print("SGDClassifier, 20 rounds without progress: adaptive equals constant:",
      np.array_equal(adaptive.coef_, constant.coef_))
client = network(20, learning_rate="adaptive", n_iter_no_change=1, tol=100)
print("MLPClassifier, 20 rounds without progress: adaptive rate fell below 0.1:",
      bool(client._optimizer.learning_rate < 0.1))

client = linear(1, learning_rate="constant").set_params(eta0=0.0001)
before = client.coef_.copy()
client.partial_fit(x, labels)
print("SGDClassifier, eta0 from 0.1 to 0.0001: weights move less than 0.01:",
      bool(abs(client.coef_ - before).max() < 0.01))
client = network(1).set_params(learning_rate_init=0.0001)
client.partial_fit(x, labels)
print("MLPClassifier, learning_rate_init from 0.1 to 0.0001: rate that trains:",
      client._optimizer.learning_rate)

for rounds in (1, 10):
    client = linear(rounds, learning_rate="invscaling", power_t=0.5)
    print(f"SGDClassifier, invscaling, asked {rounds} times: steps so far {int(client.t_ - 1)},"
          f" next rate {0.1 / client.t_ ** 0.5:.4f}")
PYTHON

cat > expected.txt <<'TEXT'
SGDClassifier, 20 rounds without progress: adaptive equals constant: True
MLPClassifier, 20 rounds without progress: adaptive rate fell below 0.1: True
SGDClassifier, eta0 from 0.1 to 0.0001: weights move less than 0.01: True
MLPClassifier, learning_rate_init from 0.1 to 0.0001: rate that trains: 0.1
SGDClassifier, invscaling, asked 1 times: steps so far 60, next rate 0.0128
SGDClassifier, invscaling, asked 10 times: steps so far 600, next rate 0.0041
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED sklearn-partial-fit-and-its-rates: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED sklearn-partial-fit-and-its-rates: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS sklearn-partial-fit-and-its-rates, seen:"
cat seen.txt
