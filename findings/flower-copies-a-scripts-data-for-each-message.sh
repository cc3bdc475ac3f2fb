#!/usr/bin/env bash
# One would guess that in a simulation of Flower a data set which the program keeps in a global reaches each
# worker once.
#
# What happens: the functions of the program that calls `run_simulation` are pickled by value, with the globals
# that they use, for each message. So each message makes a copy of the data in the worker: with 100 clients of
# Fashion-MNIST that took three times as long as all the rest of a round. If the same function is imported
# from a module, it goes by name, and the data are read once for each worker.
#
# Seen with flwr 1.42.0, ray 2.55.1, NumPy 2.4.6, Python 3.11.
#
# Why it matters: examples for simulations often are one script with the data in a global. A benchmark of such
# a script measures pickling: ours did, and had Flower three times too slow.
#
# Hyperfed's client processes map one cached file. `hyperfed bench peers` imports Flower's client from a module.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'flwr[simulation]==1.42.0' 'ray==2.55.1' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import logging
import os
import sys
import time

os.environ["FLWR_TELEMETRY_ENABLED"] = "0"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import numpy as np
from flwr.app import ArrayRecord, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import ServerApp
from flwr.serverapp.strategy import FedAvg
from flwr.simulation import run_simulation

ROUNDS, NODES = 3, 4


def note(what):
    with open(os.environ["NOTES"], "a") as file:
        file.write(what + "\n")


class Data:
    """Stands for a data set, and notes each time when it is unpickled."""

    def __init__(self):
        self.values = np.arange(8)

    def __setstate__(self, state):
        self.__dict__.update(state)
        note("copy")


data = Data()


def fit(message, context):
    data.values.sum()
    note("message")
    return Message(
        RecordDict({
            "arrays": message.content["arrays"], "metrics": MetricRecord({"num-examples": 1})}),
        reply_to=message)


def main(where):
    logging.getLogger("flwr").setLevel(logging.ERROR)
    os.environ["NOTES"] = os.path.abspath(f"notes-{where}")
    client, app = ClientApp(), ServerApp()
    if where == "module":
        import probe
        client.train()(probe.fit)
    else:
        client.train()(fit)

    @app.main()
    def serve(grid, context):
        while len(list(grid.get_node_ids())) < NODES:
            time.sleep(0.1)
        FedAvg(fraction_evaluate=0.0).start(
            grid, ArrayRecord([np.zeros(3, np.float32)]), num_rounds=ROUNDS)

    run_simulation(
        server_app=app, client_app=client, num_supernodes=NODES,
        backend_config={
            "init_args": {"num_cpus": 2}, "client_resources": {"num_cpus": 1, "num_gpus": 0.0}})
    notes = open(os.environ["NOTES"]).read().split()
    print(f"fit of the {where}: {notes.count('message')} messages, {notes.count('copy')} copies of the data")


if __name__ == "__main__":
    main(sys.argv[1])
PYTHON

cat > expected.txt <<'TEXT'
fit of the script: 12 messages, 12 copies of the data
fit of the module: 12 messages, 0 copies of the data
TEXT

for where in script module; do
    if ! venv/bin/python -W ignore probe.py $where > all.txt 2> errors.txt; then
        echo "CHANGED flower-copies-a-scripts-data-for-each-message: the program below no longer runs"
        cat errors.txt
        exit 1
    fi
    grep '^fit of' all.txt >> seen.txt
done
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED flower-copies-a-scripts-data-for-each-message: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS flower-copies-a-scripts-data-for-each-message, seen:"
cat seen.txt
