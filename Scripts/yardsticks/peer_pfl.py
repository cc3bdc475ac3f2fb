"""FedAvg rounds with pfl in two processes: a yardstick of `hyperfed bench peers`.

    OMP_NUM_THREADS=1 python3 -m torch.distributed.run --standalone --nproc-per-node 2 peer_pfl.py PLAN

An MLP in PyTorch with one thread in each process. PLAN is a folder as in numpy_fedavg.py.

Prints `figures`, the rounds per second after the warm-up, the test accuracy and the versions.
"""

import itertools
import sys
import time
from importlib.metadata import version

import numpy as np
import torch
from numpy_fedavg import Plan
from pfl.aggregate.simulate import SimulatedBackend
from pfl.aggregate.weighting import WeightByDatapoints
from pfl.algorithm.base import NNAlgorithmParams
from pfl.algorithm.federated_averaging import FederatedAveraging
from pfl.callback.base import TrainingProcessCallback
from pfl.data.dataset import Dataset
from pfl.data.federated_dataset import FederatedDataset
from pfl.hyperparam import NNEvalHyperParams, NNTrainHyperParams
from pfl.internal.ops.selector import get_default_framework_module
from pfl.metrics import Weighted
from pfl.model.pytorch import PyTorchModel


class Network(torch.nn.Module):
    def __init__(self, plan):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(784, plan.hidden), torch.nn.ReLU(), torch.nn.Linear(plan.hidden, 10))
        w1, b1, w2, b2 = (torch.from_numpy(array) for array in plan.model())
        with torch.no_grad():
            for own, given in zip(self.parameters(), (w1.T, b1, w2.T, b2)):
                own.copy_(given)

    def forward(self, x):
        return self.layers(x)

    def loss(self, x, y, eval=False):
        return torch.nn.functional.cross_entropy(self(x), y)

    @torch.no_grad()
    def metrics(self, x, y, eval=True):
        return {"loss": Weighted(self.loss(x, y).item() * len(y), len(y))}


class Clock(TrainingProcessCallback):
    def __init__(self):
        self.ends = []

    def after_central_iteration(self, aggregate_metrics, model, *, central_iteration):
        self.ends.append(time.perf_counter())
        return False, aggregate_metrics.__class__()


def main(folder):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    # The processes draw the same numbers, as pfl wants it.
    np.random.seed(1)
    plan = Plan(folder)
    network = Network(plan)
    rng = np.random.default_rng(0)
    clients = [[torch.from_numpy(array) for array in plan.client(c)] for c in range(len(plan.samples))]

    def client(number):
        x, y = clients[number]
        order = torch.from_numpy(rng.permutation(len(y)))
        return Dataset(raw_data=[x[order], y[order]])

    # The cohorts one behind the other.
    order = itertools.cycle(itertools.chain.from_iterable(plan.cohorts))
    # With the sizes pfl shares the clients of a cohort out evenly.
    sizes = {number: len(samples) for number, samples in enumerate(plan.samples)}
    users = FederatedDataset(client, lambda: next(order), sizes)
    clock = Clock()
    model = PyTorchModel(
        model=network, local_optimizer_create=torch.optim.SGD,
        central_optimizer=torch.optim.SGD(network.parameters(), lr=1.0))
    FederatedAveraging().run(
        algorithm_params=NNAlgorithmParams(
            central_num_iterations=len(plan.cohorts), evaluation_frequency=10 * len(plan.cohorts),
            train_cohort_size=len(plan.cohorts[0]), val_cohort_size=None),
        backend=SimulatedBackend(
            training_data=users, val_data=None, postprocessors=[WeightByDatapoints()]),
        model=model,
        model_train_params=NNTrainHyperParams(
            local_num_epochs=1, local_learning_rate=float(plan.rate), local_batch_size=plan.batch),
        model_eval_params=NNEvalHyperParams(local_batch_size=256),
        callbacks=[clock])
    context = get_default_framework_module().distributed
    if context.global_rank != 0:
        return
    ends = clock.ends
    rate = (len(ends) - plan.warm_up) / (ends[-1] - ends[plan.warm_up - 1])
    w1, b1, w2, b2 = (array.detach().numpy() for array in network.parameters())
    print(f"figures {rate:.4f} {plan.accuracy([w1.T, b1, w2.T, b2]):.4f}", end=" ")
    print(f"pfl {version('pfl')}, torch {torch.__version__}")


if __name__ == "__main__":
    main(sys.argv[1])
