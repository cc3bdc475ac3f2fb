"""FedAvg on Fashion-MNIST in plain NumPy: no framework, one process, one thread.

The yardstick of `hyperfed bench`: the same clients, samples, cohorts, initial model and settings, as
`hyperfed bench` writes them into a folder; only the order of samples inside an epoch is its own.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python3 numpy_fedavg.py PLAN

PLAN holds partition.i32 (number of clients, their sizes, all sample indices), cohorts.txt (a line of
clients a round), model.f32 (W1 (hidden, 784), b1, W2 (10, hidden), b2) and settings.txt (local rate,
batch size, hidden units, rounds that don't count for time, folder of the images). Prints one line:
rounds per second, samples per second, final test accuracy, test accuracy of every tenth round.
"""

import gzip
import os
import sys
import time

import numpy as np


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


def main(plan):
    with open(os.path.join(plan, "settings.txt")) as file:
        rate, batch, hidden, warm_up, images = file.read().splitlines()
    rate, batch, hidden, warm_up = np.float32(rate), int(batch), int(hidden), int(warm_up)
    train_x = idx(images, "train-images-idx3-ubyte.gz", 16).reshape(-1, 784)
    train_y = idx(images, "train-labels-idx1-ubyte.gz", 8).astype(np.int64)
    test_x = idx(images, "t10k-images-idx3-ubyte.gz", 16).reshape(-1, 784) / np.float32(255)
    test_y = idx(images, "t10k-labels-idx1-ubyte.gz", 8)

    raw = np.fromfile(os.path.join(plan, "partition.i32"), np.int32)
    clients = raw[0]
    ends = np.cumsum(raw[1 : clients + 1])
    samples = np.split(raw[clients + 1 :], ends[:-1])
    flat = np.fromfile(os.path.join(plan, "model.f32"), np.float32)
    cuts = np.cumsum([784 * hidden, hidden, hidden * 10])
    w1, b1, w2, b2 = np.split(flat, cuts)
    # (inputs, outputs), row-major: the faster way round for NumPy.
    model = [w1.reshape(hidden, 784).T.copy(), b1, w2.reshape(10, hidden).T.copy(), b2]
    with open(os.path.join(plan, "cohorts.txt")) as file:
        cohorts = [[int(client) for client in line.split()] for line in file]

    rng = np.random.default_rng(0)
    seconds, seen, accuracies = 0.0, 0, []
    for number, cohort in enumerate(cohorts):
        started = time.perf_counter()
        total = [np.zeros_like(p) for p in model]
        weight = 0
        for client in cohort:
            chosen = samples[client]
            x = train_x[chosen].astype(np.float32)
            x *= np.float32(1 / 255)
            y = train_y[chosen]
            local = [p.copy() for p in model]
            train(local, x, y, rate, batch, rng)
            for t, p in zip(total, local):
                t += p * np.float32(len(y))
            weight += len(y)
        model = [t / np.float32(weight) for t in total]
        if number >= warm_up:
            seconds += time.perf_counter() - started
            seen += weight
        if (number + 1) % 10 == 0:
            accuracies.append(accuracy(model, test_x, test_y))
    counted = len(cohorts) - warm_up
    marks = " ".join(f"{a:.4f}" for a in accuracies)
    print(counted / seconds, seen / seconds, accuracy(model, test_x, test_y), marks)


if __name__ == "__main__":
    main(sys.argv[1])
