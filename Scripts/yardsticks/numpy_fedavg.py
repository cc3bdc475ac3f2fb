"""FedAvg on Fashion-MNIST in plain NumPy: no framework, one process, one thread.

The yardstick of `hyperfed bench`: the same clients, samples, cohorts, initial model and settings, as
`hyperfed bench` writes them into a folder; only the order of samples inside an epoch is its own.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python3 numpy_fedavg.py PLAN

PLAN holds partition.i32 (number of clients, their sizes, all sample indices), cohorts.txt (a line of
clients a round), model.f32 (W1 (hidden, 784), b1, W2 (10, hidden), b2) and settings.txt (local rate,
batch size, hidden units, rounds that don't count for time, folder of the images). Prints one line:
rounds per second, samples per second, final test accuracy, test accuracy of every tenth round.
"""

import functools
import gzip
import os
import sys
import time

import numpy as np


@functools.cache
def idx(folder, name, offset):
    with gzip.open(os.path.join(folder, name), "rb") as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


def softmax_gradient(z, y):
    z -= z.max(1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(1, keepdims=True)
    z[np.arange(len(y)), y] -= 1
    z *= np.float32(1 / len(y))
    return z


def train(parameters, x, y, rate, batch, rng):
    w1, b1, w2, b2 = parameters
    order = rng.permutation(len(y))
    for first in range(0, len(y), batch):
        chosen = order[first : first + batch]
        xb, yb = x[chosen], y[chosen]
        h = xb @ w1
        h += b1
        np.maximum(h, 0, out=h)
        g = softmax_gradient(h @ w2 + b2, yb)
        gh = g @ w2.T
        gh[h <= 0] = 0
        w2 -= rate * (h.T @ g)
        b2 -= rate * g.sum(0)
        w1 -= rate * (xb.T @ gh)
        b1 -= rate * gh.sum(0)


def accuracy(parameters, x, y):
    w1, b1, w2, b2 = parameters
    return float(((np.maximum(x @ w1 + b1, 0) @ w2 + b2).argmax(1) == y).mean())


class Plan:
    """The work that `hyperfed bench` writes into a folder, with the images that it needs."""

    def __init__(self, folder):
        with open(os.path.join(folder, "settings.txt")) as file:
            rate, batch, hidden, warm_up, images = file.read().splitlines()
        self.rate, self.batch = np.float32(rate), int(batch)
        self.hidden, self.warm_up = int(hidden), int(warm_up)
        self.train_x = idx(images, "train-images-idx3-ubyte.gz", 16).reshape(-1, 784)
        self.train_y = idx(images, "train-labels-idx1-ubyte.gz", 8).astype(np.int64)
        self.images = images
        raw = np.fromfile(os.path.join(folder, "partition.i32"), np.int32)
        clients = raw[0]
        ends = np.cumsum(raw[1 : clients + 1])
        self.samples = np.split(raw[clients + 1 :], ends[:-1])
        with open(os.path.join(folder, "cohorts.txt")) as file:
            self.cohorts = [[int(client) for client in line.split()] for line in file]
        self.flat = np.fromfile(os.path.join(folder, "model.f32"), np.float32)

    def model(self):
        """Weights as (inputs, outputs), row-major: the faster way round for NumPy."""
        hidden = self.hidden
        w1, b1, w2, b2 = np.split(self.flat, np.cumsum([784 * hidden, hidden, hidden * 10]))
        return [w1.reshape(hidden, 784).T.copy(), b1, w2.reshape(10, hidden).T.copy(), b2]

    def client(self, number):
        """The samples of a client: features (samples, 784) in 0...1 and labels."""
        chosen = self.samples[number]
        x = self.train_x[chosen].astype(np.float32)
        x *= np.float32(1 / 255)
        return x, self.train_y[chosen]

    @functools.cached_property
    def test(self):
        x = idx(self.images, "t10k-images-idx3-ubyte.gz", 16).reshape(-1, 784) / np.float32(255)
        return x, idx(self.images, "t10k-labels-idx1-ubyte.gz", 8)

    def accuracy(self, parameters):
        """The test accuracy of a model as `model` has it."""
        return accuracy(parameters, *self.test)


def main(folder):
    plan = Plan(folder)
    model = plan.model()
    rng = np.random.default_rng(0)
    seconds, seen, accuracies = 0.0, 0, []
    for number, cohort in enumerate(plan.cohorts):
        started = time.perf_counter()
        total = [np.zeros_like(p) for p in model]
        weight = 0
        for client in cohort:
            x, y = plan.client(client)
            local = [p.copy() for p in model]
            train(local, x, y, plan.rate, plan.batch, rng)
            for t, p in zip(total, local):
                t += p * np.float32(len(y))
            weight += len(y)
        model = [t / np.float32(weight) for t in total]
        if number >= plan.warm_up:
            seconds += time.perf_counter() - started
            seen += weight
        if (number + 1) % 10 == 0:
            accuracies.append(plan.accuracy(model))
    counted = len(plan.cohorts) - plan.warm_up
    marks = " ".join(f"{a:.4f}" for a in accuracies)
    print(counted / seconds, seen / seconds, plan.accuracy(model), marks)


if __name__ == "__main__":
    main(sys.argv[1])
