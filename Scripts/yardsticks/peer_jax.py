"""Compiled FedAvg rounds in JAX on one core: a yardstick of `hyperfed bench peers`.

    OMP_NUM_THREADS=1 taskset -c 0 python3 peer_jax.py PLAN

A whole round is one compiled function: a scan over the clients of the cohort, with a loop over the batches
of each. The number of batches differs between clients, so the loop has a bound that is only known when it runs.
That was the fastest of the forms that were tried. A scan over the batches, compiled for each number of batches,
takes 4 % longer, without the time to compile it. `vmap` over the clients takes 2.3 times as long: short
clients wait for the longest one.

PLAN is a folder as in numpy_fedavg.py. Prints `figures`, the rounds per second after the warm-up, the test
accuracy and the versions.
"""

import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
from numpy_fedavg import Plan


def loss(model, x, y, counts):
    """The mean cross-entropy of the samples of a batch that `counts` marks with 1."""
    w1, b1, w2, b2 = model
    z = jax.nn.relu(x @ w1 + b1) @ w2 + b2
    each = jax.nn.logsumexp(z, 1) - jnp.take_along_axis(z, y[:, None], 1)[:, 0]
    return (each * counts).sum() / counts.sum()


def main(folder):
    plan = Plan(folder)
    rate, batch = float(plan.rate), plan.batch
    images, labels = jnp.asarray(plan.train_x), jnp.asarray(plan.train_y.astype(np.int32))
    batches = -(-max(map(len, plan.samples)) // batch)
    rng = np.random.default_rng(0)

    @jax.jit
    def federated_round(model, samples, counts, steps, sizes):
        def client(total, task):
            own, count, steps, size = task
            # All samples of the client at once: 2 % faster than batch by batch.
            x, y = images[own], labels[own]

            def step(k, local):
                pixels = x[k].astype(jnp.float32) * np.float32(1 / 255)
                gradient = jax.grad(loss)(local, pixels, y[k], count[k])
                return [p - rate * g for p, g in zip(local, gradient)]

            local = jax.lax.fori_loop(0, steps, step, model)
            return [t + p * size for t, p in zip(total, local)], None

        zeros = [jnp.zeros_like(p) for p in model]
        total, _ = jax.lax.scan(client, zeros, (samples, counts, steps, sizes))
        return [t / sizes.sum() for t in total]

    model = [jnp.asarray(array) for array in plan.model()]
    seconds = 0.0
    for number, cohort in enumerate(plan.cohorts):
        started = time.perf_counter()
        # Each client's samples in a new order, filled up to the length of the largest one.
        samples = np.zeros((len(cohort), batches * batch), np.int32)
        counts = np.zeros((len(cohort), batches * batch), np.float32)
        for row, client in enumerate(cohort):
            own = plan.samples[client]
            samples[row, : len(own)] = rng.permutation(own)
            counts[row, : len(own)] = 1
        sizes = np.array([len(plan.samples[client]) for client in cohort], np.float32)
        steps = np.array([-(-len(plan.samples[client]) // batch) for client in cohort], np.int32)
        shape = (len(cohort), batches, batch)
        model = federated_round(model, samples.reshape(shape), counts.reshape(shape), steps, sizes)
        jax.block_until_ready(model)
        if number >= plan.warm_up:
            seconds += time.perf_counter() - started
    rounds = (len(plan.cohorts) - plan.warm_up) / seconds
    print(f"figures {rounds:.4f} {plan.accuracy([np.asarray(p) for p in model]):.4f}", end=" ")
    print(f"jax {jax.__version__}, NumPy {np.__version__}")


main(sys.argv[1])
