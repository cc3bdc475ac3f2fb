#!/usr/bin/env bash
# One would guess that NVFlare's FedOpt, given a checkpoint (`initial_ckpt`), goes on from it, as its FedAvg
# does with the same argument.
#
# What happens: clients get the checkpoint in the first round. The server's optimizer, though, steps a model
# object of its own, into which the checkpoint was never loaded. The global model after the first round is
# the fresh model plus one step; what was in the checkpoint is gone. Below, weights start at 0, the
# checkpoint has 100, and each client adds 1.
#
# Seen with nvflare 2.9.0, torch 2.13.0, NumPy 2.4.6, in the simulator.
#
# Why it matters: runs that are resumed, fine-tuned or continued with another server rate start from random
# weights in their second round, and no message tells.
#
# Hyperfed's server optimizer has no copy of the model: it steps the model that the clients were sent.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'nvflare==2.9.0' 'torch==2.13.0' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import glob
import os

import torch

seen = os.fdopen(os.dup(1), "w")  # the simulator's own processes print too
os.dup2(os.open("console.txt", os.O_WRONLY | os.O_CREAT), 1)

with open("network.py", "w") as file:
    file.write('''
import torch


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))
''')
with open("client.py", "w") as file:
    file.write('''
import sys

import nvflare.client as flare
from nvflare.client import FLModel, ParamsType

flare.init()
while flare.is_running():
    model = flare.receive()
    with open(sys.argv[1], "a") as log:
        log.write(f"round {model.current_round}: clients start from {float(model.params['weight'][0])}\\n")
    trained = {name: value + 1 for name, value in model.params.items()}
    flare.send(FLModel(params=trained, params_type=ParamsType.FULL, meta={"NUM_STEPS_CURRENT_ROUND": 1}))
''')

from network import Network
from nvflare.app_opt.pt.recipes.fedavg import FedAvgRecipe
from nvflare.app_opt.pt.recipes.fedopt import FedOptRecipe
from nvflare.recipe import SimEnv

here = os.getcwd()
torch.save({"weight": torch.full((1,), 100.0)}, "before.pt")
sgd = {"path": "torch.optim.SGD", "args": {"lr": 1.0}}
recipes = (("FedAvg", FedAvgRecipe, {}), ("FedOpt", FedOptRecipe, {"optimizer_args": sgd, "device": "cpu"}))
for name, recipe, options in recipes:
    log = f"{here}/{name}.log"
    experiment = recipe(
        name=name, model=Network(), initial_ckpt=f"{here}/before.pt", min_clients=2, num_rounds=2,
        train_script="client.py", train_args=log, **options)
    experiment.execute(SimEnv(num_clients=2, workspace_root=f"{here}/runs"))
    for line in sorted(set(open(log))):
        print(f"{name}, checkpoint with 100, {line.strip()}", file=seen)
    saved, = glob.glob(f"runs/{name}/**/FL_global_model.pt", recursive=True)
    weight = float(torch.load(saved)["model"]["weight"][0])
    print(f"{name}, checkpoint with 100, saved after two rounds: {weight}", file=seen)
PYTHON

cat > expected.txt <<'TEXT'
FedAvg, checkpoint with 100, round 0: clients start from 100.0
FedAvg, checkpoint with 100, round 1: clients start from 101.0
FedAvg, checkpoint with 100, saved after two rounds: 102.0
FedOpt, checkpoint with 100, round 0: clients start from 100.0
FedOpt, checkpoint with 100, round 1: clients start from 1.0
FedOpt, checkpoint with 100, saved after two rounds: 2.0
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED nvflare-fedopt-throws-its-checkpoint-away: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED nvflare-fedopt-throws-its-checkpoint-away: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS nvflare-fedopt-throws-its-checkpoint-away, seen:"
cat seen.txt
