#!/usr/bin/env bash
# One would guess that with pfl-research's RestoreTrainingCallback, given the model and the algorithm, a run
# that was lost and started again is as one that was not.
#
# What happens: the round number is saved before each round, the model only every `checkpoint_frequency`
# rounds. With a frequency of 5, up to four rounds of training are lost, and their numbers are never run
# again: the model of "round 10" has trained six. A finished run that is started again repeats its last
# round, with the model before it if that was not saved: 10 rounds become 11, or 7. So does an extension
# from 10 to 20: 21 rounds, or 17. Users are drawn anew from the seed: after the restart the cohorts of the
# first rounds come back.
#
# Seen with pfl 0.6.0, torch 2.13.0, NumPy 2.4.6.
#
# Why it matters: a curve over rounds has steps at interruptions, and of two rates the one whose job was
# preempted less looks better.
#
# Hyperfed draws cohorts from the seed and the round's number, so a round is the same whenever it runs.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'torch==2.13.0' 'numpy==2.4.6' 'scipy==1.17.1' 'multiprocess==0.70.19' 'packaging==25.0' 'dp-accounting==0.5.0' 'prv-accountant==0.2.0'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'pfl==0.6.0'

cat > probe.py <<'PYTHON'
import tempfile

import numpy as np
import torch
from pfl.aggregate.simulate import SimulatedBackend
from pfl.algorithm.base import NNAlgorithmParams
from pfl.algorithm.federated_averaging import FederatedAveraging
from pfl.callback.restore_training import RestoreTrainingCallback
from pfl.data.dataset import Dataset
from pfl.data.federated_dataset import FederatedDataset
from pfl.hyperparam import NNEvalHyperParams, NNTrainHyperParams
from pfl.model.pytorch import PyTorchModel


class Counter(torch.nn.Module):
    """A model of one weight to which each round of training adds 1."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def loss(self, x, is_eval=False):
        return -(self.weight * x).sum()

    def metrics(self, x, is_eval=False):
        return {}


def train(rounds, folder, frequency, lost_in_round=None):
    """Two users a round. Returns the rounds in the model, and the users of the rounds of this session."""
    np.random.seed(1)
    torch.manual_seed(1)
    users = []

    def data_of(user):
        if lost_in_round is not None and len(users) == 2 * lost_in_round:
            raise OSError("the machine is gone")
        users.append(user)
        return Dataset(raw_data=[torch.ones(1)], user_id=str(user))

    network = Counter()
    model = PyTorchModel(network, torch.optim.SGD, torch.optim.SGD(network.parameters(), lr=1.0))
    algorithm = FederatedAveraging()
    try:
        algorithm.run(
            NNAlgorithmParams(central_num_iterations=rounds, evaluation_frequency=1000, train_cohort_size=2,
                              val_cohort_size=None),
            SimulatedBackend(FederatedDataset(data_of, lambda: int(np.random.randint(100))), None), model,
            NNTrainHyperParams(local_batch_size=None, local_num_epochs=1, local_learning_rate=1.0),
            NNEvalHyperParams(local_batch_size=None),
            [RestoreTrainingCallback([model, algorithm], folder, frequency)], send_metrics_to_platform=False)
    except OSError:
        pass
    return int(network.weight.item()), users


for frequency in (1, 5):
    for lost in (3, 5, 8):
        folder = tempfile.mkdtemp(dir=".")
        train(10, folder, frequency, lost)
        print(f"checkpoint_frequency {frequency}, lost after {lost} of 10 rounds, run again: the model has",
              train(10, folder, frequency)[0], "rounds")
    for more in (10, 20):
        folder = tempfile.mkdtemp(dir=".")
        train(10, folder, frequency)
        print(f"checkpoint_frequency {frequency}, 10 rounds finished, run again to {more}: the model has",
              train(more, folder, frequency)[0], "rounds")

folder = tempfile.mkdtemp(dir=".")
print("users of the first four rounds:", train(10, folder, 1, 4)[1])
print("users of the first four rounds after the restart:", train(10, folder, 1)[1][:8])
PYTHON

cat > expected.txt <<'TEXT'
checkpoint_frequency 1, lost after 3 of 10 rounds, run again: the model has 10 rounds
checkpoint_frequency 1, lost after 5 of 10 rounds, run again: the model has 10 rounds
checkpoint_frequency 1, lost after 8 of 10 rounds, run again: the model has 10 rounds
checkpoint_frequency 1, 10 rounds finished, run again to 10: the model has 11 rounds
checkpoint_frequency 1, 10 rounds finished, run again to 20: the model has 21 rounds
checkpoint_frequency 5, lost after 3 of 10 rounds, run again: the model has 8 rounds
checkpoint_frequency 5, lost after 5 of 10 rounds, run again: the model has 6 rounds
checkpoint_frequency 5, lost after 8 of 10 rounds, run again: the model has 8 rounds
checkpoint_frequency 5, 10 rounds finished, run again to 10: the model has 7 rounds
checkpoint_frequency 5, 10 rounds finished, run again to 20: the model has 17 rounds
users of the first four rounds: [29, 31, 76, 53, 26, 59, 87, 77]
users of the first four rounds after the restart: [29, 31, 76, 53, 26, 59, 87, 77]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED pfl-resumed-runs-skip-or-repeat-rounds: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED pfl-resumed-runs-skip-or-repeat-rounds: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS pfl-resumed-runs-skip-or-repeat-rounds, seen:"
cat seen.txt
