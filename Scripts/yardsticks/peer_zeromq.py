"""A home-made federated round over ZeroMQ: a yardstick of `hyperfed bench peers`.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python3 peer_zeromq.py PLAN

One coordinator and ten client processes, each with one thread of NumPy: as many as clients in a round. A ROUTER
socket sends each of them the model as raw bytes, without a copy, and receives the trained one as raw bytes. The
processes are forked, so that they share the images. PLAN is a folder as in numpy_fedavg.py.

Prints `figures`, the rounds per second after the warm-up, the test accuracy and the versions.
"""

import os
import sys
import time

import numpy as np
import zmq
from numpy_fedavg import Plan, train

PROCESSES = 10


def views(buffer, shapes):
    """The arrays that lie one behind the other in a buffer."""
    flat, first, result = np.frombuffer(buffer, np.float32), 0, []
    for shape in shapes:
        size = int(np.prod(shape))
        result.append(flat[first : first + size].reshape(shape))
        first += size
    return result


def client(plan, shapes, endpoint, number):
    socket = zmq.Context().socket(zmq.DEALER)
    socket.setsockopt(zmq.IDENTITY, b"client %d" % number)
    socket.connect(endpoint)
    socket.send(b"")
    rng = np.random.default_rng(number)
    while True:
        task, model = socket.recv_multipart(copy=False)
        if not task.bytes:
            return
        x, y = plan.client(int(task.bytes))
        # A received frame may not be written to, and training writes.
        local = bytearray(model.buffer)
        train(views(local, shapes), x, y, plan.rate, plan.batch, rng)
        socket.send_multipart([b"%d" % len(y), local], copy=False)


def main(folder):
    plan = Plan(folder)
    model = plan.model()
    shapes = [array.shape for array in model]
    flat = np.concatenate([array.ravel() for array in model])
    endpoint = f"ipc://{folder}/peer.socket"
    children = []
    for number in range(PROCESSES):
        child = os.fork()
        if child == 0:
            client(plan, shapes, endpoint, number)
            # Without the destructors of the parent's objects.
            os._exit(0)
        children.append(child)
    socket = zmq.Context().socket(zmq.ROUTER)
    socket.bind(endpoint)
    names = [socket.recv_multipart()[0] for _ in range(PROCESSES)]

    seconds = 0.0
    for number, cohort in enumerate(plan.cohorts):
        started = time.perf_counter()
        waiting = list(cohort)
        free = list(names)
        total, weight = np.zeros_like(flat), 0
        for _ in cohort:
            while waiting and free:
                socket.send_multipart([free.pop(), b"%d" % waiting.pop(0), flat], copy=False)
            name, samples, trained = socket.recv_multipart(copy=False)
            free.append(name.bytes)
            total += np.frombuffer(trained.buffer, np.float32) * np.float32(samples.bytes)
            weight += int(samples.bytes)
        # A new array: the old one may still be on its way out.
        flat = total / np.float32(weight)
        if number >= plan.warm_up:
            seconds += time.perf_counter() - started
    for name in names:
        socket.send_multipart([name, b"", b""])
    for child in children:
        os.waitpid(child, 0)
    rate = (len(plan.cohorts) - plan.warm_up) / seconds
    print(f"figures {rate:.4f} {plan.accuracy(views(flat, shapes)):.4f}", end=" ")
    print(f"pyzmq {zmq.__version__}, NumPy {np.__version__}")


main(sys.argv[1])
