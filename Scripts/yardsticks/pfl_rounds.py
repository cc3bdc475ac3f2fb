"""Seconds and memory of FedAvg rounds with pfl: a yardstick of `hyperfed bench scale`.

    python3 pfl_rounds.py CLIENTS SAMPLES PER_ROUND

CLIENTS clients of SAMPLES samples of Fashion-MNIST each, PER_ROUND of them in a round, an MLP 784-200-10 in
PyTorch, one local epoch of SGD with batch 32, in one process with one thread. A client draws its samples from
its number, as ours do.

Prints `figures`, the seconds from the launch of this program to the end of the first round, the median
seconds of the later rounds, and the MiB (proportional) of the process.

Was run with pfl 0.6.0 and torch 2.13.0.
"""

import gzip
import os
import statistics
import sys
import time

launched = time.time() - (
    float(open("/proc/uptime").read().split()[0])
    - int(open("/proc/self/stat").read().rsplit(")", 1)[1].split()[19]) / os.sysconf("SC_CLK_TCK"))

import numpy as np
import torch
from pfl.aggregate.simulate import SimulatedBackend
from pfl.algorithm.federated_averaging import FederatedAveraging
from pfl.algorithm.base import NNAlgorithmParams
from pfl.callback.base import TrainingProcessCallback
from pfl.data.dataset import Dataset
from pfl.data.federated_dataset import ArtificialFederatedDataset, FederatedDataset
from pfl.data.sampling import get_user_sampler
from pfl.hyperparam import NNEvalHyperParams, NNTrainHyperParams
from pfl.metrics import Weighted
from pfl.model.pytorch import PyTorchModel

IMAGES = "/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz"
LABELS = "/usr/share/datasets/fashion-mnist/train-labels-idx1-ubyte.gz"
ROUNDS = 60
CLIENTS, SAMPLES, PER_ROUND = map(int, sys.argv[1:4])
torch.set_num_threads(1)
torch.manual_seed(1)

with gzip.open(IMAGES, "rb") as file:
    images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
with gzip.open(LABELS, "rb") as file:
    labels = np.frombuffer(file.read(), np.uint8, offset=8).astype(np.int64)


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(784, 200), torch.nn.ReLU(), torch.nn.Linear(200, 10))

    def forward(self, x):
        return self.layers(x)

    def loss(self, x, y, eval=False):
        return torch.nn.functional.cross_entropy(self(torch.as_tensor(x)), torch.as_tensor(y))

    @torch.no_grad()
    def metrics(self, x, y, eval=True):
        return {"loss": Weighted(self.loss(x, y).item() * len(y), len(y))}


def client(number):
    rng = np.random.default_rng(int(number))
    own = rng.integers(0, len(labels), SAMPLES)
    return Dataset(raw_data=[
        torch.from_numpy(images[own].astype(np.float32) / 255), torch.from_numpy(labels[own])])


class Clock(TrainingProcessCallback):
    ends = []

    def after_central_iteration(self, aggregate_metrics, model, *, central_iteration):
        self.ends.append(time.time())
        return False, aggregate_metrics.__class__()


network = Network()
model = PyTorchModel(
    model=network, local_optimizer_create=torch.optim.SGD,
    central_optimizer=torch.optim.SGD(network.parameters(), lr=1.0))
sampler = get_user_sampler("random", list(range(CLIENTS)))
users = FederatedDataset(client, sampler)
clock = Clock()
FederatedAveraging().run(
    algorithm_params=NNAlgorithmParams(
        central_num_iterations=ROUNDS, evaluation_frequency=10 * ROUNDS,
        train_cohort_size=PER_ROUND, val_cohort_size=None),
    backend=SimulatedBackend(training_data=users, val_data=None),
    model=model,
    model_train_params=NNTrainHyperParams(
        local_num_epochs=1, local_learning_rate=0.05, local_batch_size=32),
    model_eval_params=NNEvalHyperParams(local_batch_size=256),
    callbacks=[clock])
ends = clock.ends
with open("/proc/self/smaps_rollup") as file:
    memory = sum(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
rounds = [later - earlier for earlier, later in zip(ends[10:], ends[11:])]
print(f"figures {ends[0] - launched:.3f} {statistics.median(rounds):.5f} {memory:.1f}")
