"""Seconds and memory of FedAvg rounds in Flower's simulation: a yardstick of `hyperfed bench scale`.

    python3 flower_rounds.py CLIENTS SAMPLES PER_ROUND

CLIENTS clients of SAMPLES samples of Fashion-MNIST each, PER_ROUND of them in a round, an MLP 784-200-10, one
local epoch of SGD with batch 32. The clients train in plain NumPy, which takes less time than PyTorch at
these sizes. A client draws its samples from its number, as ours do. Each simulated client has one core.

Prints `figures`, the seconds from the launch of this program to the end of the first round, the median
seconds of the later rounds, and the MiB (proportional) of all processes of the simulation.

Was run with flwr 1.42.0 and ray 2.55.1.
"""

import os
import statistics
import sys
import time

launched = time.time() - (
    float(open("/proc/uptime").read().split()[0])
    - int(open("/proc/self/stat").read().rsplit(")", 1)[1].split()[19]) / os.sysconf("SC_CLK_TCK"))

import logging

# Nothing of a measurement is sent to anybody; set before the imports, which read it.
os.environ.setdefault("FLWR_TELEMETRY_ENABLED", "0")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

import numpy as np
from flwr.client import ClientApp, NumPyClient
from flwr.common import Context, ndarrays_to_parameters
from flwr.server import ServerApp, ServerAppComponents, ServerConfig
from flwr.server.strategy import FedAvg
from flwr.simulation import run_simulation
from numpy_fedavg import idx, train

FOLDER = "/usr/share/datasets/fashion-mnist"
ROUNDS = 12
CLIENTS, SAMPLES, PER_ROUND = map(int, sys.argv[1:4])


def load():
    # Functions of this program are pickled with their globals for each message. Those of a module are imported
    # once, so a worker reads the images once.
    images = idx(FOLDER, "train-images-idx3-ubyte.gz", 16).reshape(-1, 784)
    return images, idx(FOLDER, "train-labels-idx1-ubyte.gz", 8)


def initial():
    rng = np.random.default_rng(1)
    w1 = rng.normal(0, (2 / 784) ** 0.5, (784, 200)).astype(np.float32)
    w2 = rng.normal(0, (1 / 200) ** 0.5, (200, 10)).astype(np.float32)
    return [w1, np.zeros(200, np.float32), w2, np.zeros(10, np.float32)]


class Client(NumPyClient):
    def __init__(self, number):
        self.number = number

    def fit(self, parameters, config):
        images, labels = load()
        rng = np.random.default_rng(self.number)
        own = rng.integers(0, len(labels), SAMPLES)
        x, y = images[own].astype(np.float32) / 255, labels[own]
        local = [array.copy() for array in parameters]
        train(local, x, y, 0.05, 32, rng)
        return local, SAMPLES, {}


class Timed(FedAvg):
    ends = []

    def aggregate_fit(self, round_number, results, failures):
        if failures:
            sys.exit(f"expected no failures, found {failures[0]}")
        aggregate = super().aggregate_fit(round_number, results, failures)
        Timed.ends.append(time.time())
        if round_number == ROUNDS:
            Timed.memory = memory()
        return aggregate


def memory():
    """The proportional memory of this process and all below it, in MiB."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    parents[int(entry)] = int(file.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                pass

    def is_ours(process):
        while process in parents:
            if process == os.getpid():
                return True
            process = parents[process]
        return False

    total = 0
    for process in parents:
        if is_ours(process):
            try:
                with open(f"/proc/{process}/smaps_rollup") as file:
                    total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
            except OSError:
                pass
    return total / 1024


def client(context: Context):
    return Client(int(context.node_config["partition-id"])).to_client()


def server(context: Context):
    strategy = Timed(
        fraction_fit=PER_ROUND / CLIENTS, min_fit_clients=PER_ROUND, min_available_clients=CLIENTS,
        fraction_evaluate=0.0, initial_parameters=ndarrays_to_parameters(initial()))
    return ServerAppComponents(strategy=strategy, config=ServerConfig(num_rounds=ROUNDS))


logging.getLogger("flwr").setLevel(logging.ERROR)
run_simulation(
    server_app=ServerApp(server_fn=server), client_app=ClientApp(client_fn=client),
    num_supernodes=CLIENTS, backend_config={"client_resources": {"num_cpus": 1, "num_gpus": 0.0}})
ends = Timed.ends
rounds = [later - earlier for earlier, later in zip(ends[1:], ends[2:])]
print(f"figures {ends[0] - launched:.3f} {statistics.median(rounds):.5f} {Timed.memory:.1f}")
