#!/usr/bin/env bash
# One would guess that fluke's checkpoint (`save`, then `load` or `--resume`) holds all that a run needs to
# go on.
#
# What happens: the models and the clients' optimizers and schedules come back, the server's optimizer does
# not. FedAvgM, FedAdam and FedYogi start with moments of zero again. The generators are not saved either:
# the rounds after the resume have the cohorts of the first rounds.
#
# Seen with fluke-fl 0.8.1, torch 2.13.0, NumPy 2.4.6. (SCAFFOLD and FedDyn stop with an error.)
#
# Why it matters: a server rate is judged by the length of steps that the interruption has set back, while
# FedAvg, the baseline, is not affected. The same few clients train twice.
#
# Hyperfed draws cohorts from the seed and the round's number. The server optimizer's moments are part of the
# state of a run.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'torch==2.13.0' 'numpy==2.4.6' 'diskcache==5.6.3' 'omegaconf==2.4.0' 'pyyaml==6.0.4' 'rich==15.0.0' 'matplotlib==3.11.2' 'seaborn==0.13.2' 'pandas==3.1.1' 'psutil==7.2.2' 'scikit-learn==1.9.1' 'cerberus==1.3.8' 'torchmetrics==1.9.0'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'fluke-fl==0.8.1'

cat > probe.py <<'PYTHON'
import contextlib
import io

import torch
from fluke import DDict, FlukeENV
from fluke.algorithms.fedavg import FedAVG
from fluke.algorithms.fedavgm import FedAVGM
from fluke.algorithms.fedopt import FedOpt
from fluke.data import DataContainer, DataSplitter
from fluke.evaluation import ClassificationEval

x = torch.randn(200, 3, generator=torch.Generator().manual_seed(1))
y = (x[:, 0] > 0).long()


class Clients:
    """Writes down who takes part."""

    def __init__(self):
        self.cohorts = []

    def selected_clients(self, round, clients):
        self.cohorts.append(sorted(client.index for client in clients))

    def __getattr__(self, name):
        return lambda *arguments, **named: None


def federation(kind, server, client_optimizer):
    FlukeENV().set_seed(1)
    FlukeENV().set_evaluator(ClassificationEval(1, 2))
    FlukeENV().set_eval_cfg(pre_fit=False, post_fit=False, locals=False, server=False)
    FlukeENV().set_save_options(path=None, save_every=0, global_only=False)
    client = {"batch_size": 0, "local_epochs": 2, "loss": "CrossEntropyLoss", "optimizer": client_optimizer,
              "scheduler": {"name": "StepLR", "step_size": 1, "gamma": 0.9}}
    options = DDict(model=torch.nn.Linear(3, 2), client=client, server=server)
    return kind(10, DataSplitter(DataContainer(x, y, x, y, 2)), options)


def run(kind, share, server={}, client_optimizer={"name": "SGD", "lr": 0.1}):
    """The first weight after eight rounds, and after four, save, load and four; and the cohorts of both."""
    weights, cohorts = [], []
    with contextlib.redirect_stdout(io.StringIO()):
        for parts in ((8,), (4, 4)):
            watch, saved = Clients(), None
            for rounds in parts:
                algorithm = federation(kind, server, dict(client_optimizer))
                algorithm.server.attach(watch)
                algorithm.attach(watch)
                if saved:
                    algorithm.load(saved)
                algorithm.run(rounds, share)
                saved = algorithm.save("saved")
            weights.append(algorithm.server.model.weight[0, 0].item())
            cohorts.append(watch.cohorts)
    return weights, cohorts


for name, kind, options in (
        ("FedAvg, clients with momentum", FedAVG, {"client_optimizer": {"name": "SGD", "lr": 0.1, "momentum": 0.9}}),
        ("FedAvgM", FedAVGM, {"server": {"momentum": 0.9}}),
        ("FedAdam", FedOpt, {"server": {"mode": "adam", "lr": 0.01}}),
        ("FedYogi", FedOpt, {"server": {"mode": "yogi", "lr": 0.01}})):
    weights, _ = run(kind, 1, **options)
    print(f"{name}, all clients: eight rounds {weights[0]:.4f}, four and four {weights[1]:.4f}")
_, (whole, halves) = run(FedAVG, 0.2)
print("cohorts of two in rounds 5 to 8:", whole[4:], "after the resume:", halves[4:])
print("cohorts of two in rounds 1 to 4:", whole[:4])
PYTHON

cat > expected.txt <<'TEXT'
FedAvg, clients with momentum, all clients: eight rounds -0.7113, four and four -0.7113
FedAvgM, all clients: eight rounds -0.5342, four and four -0.0855
FedAdam, all clients: eight rounds 0.1953, four and four 0.2339
FedYogi, all clients: eight rounds 0.1954, four and four 0.2339
cohorts of two in rounds 5 to 8: [[4, 8], [7, 9], [0, 8], [3, 8]] after the resume: [[6, 9], [6, 7], [0, 4], [1, 8]]
cohorts of two in rounds 1 to 4: [[6, 9], [6, 7], [0, 4], [1, 8]]
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED fluke-resumed-server-optimizers-start-anew: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED fluke-resumed-server-optimizers-start-anew: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS fluke-resumed-server-optimizers-start-anew, seen:"
cat seen.txt
