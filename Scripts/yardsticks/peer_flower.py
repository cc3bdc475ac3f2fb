"""FedAvg rounds in Flower's simulation with two workers: a yardstick of `hyperfed bench peers`.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python3 peer_flower.py PLAN

100 simulated nodes with one core each, so two train at a time, in plain NumPy, which takes less time
than PyTorch at these sizes. PLAN is a folder as in numpy_fedavg.py. A message says which client its node is, so
that the cohorts are those of the plan.

The workers import this file's functions by name. Functions of a main program would be pickled with their
globals, and each message would read the images again.

Prints `figures`, the rounds per second after the warm-up, the test accuracy and the versions.
"""

import logging
import os
import sys
import time
from importlib.metadata import version

# Nothing of a measurement is sent to anybody; set before the imports, which read it.
os.environ.setdefault("FLWR_TELEMETRY_ENABLED", "0")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")

import numpy as np
from flwr.app import ArrayRecord, ConfigRecord, Message, MessageType, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import ServerApp
from flwr.serverapp.strategy import FedAvg
from flwr.simulation import run_simulation
from numpy_fedavg import Plan, train

WORKERS = 2
plans = {}


def fit(message, context):
    config = message.content["config"]
    folder = config["plan"]
    if folder not in plans:
        plans[folder] = Plan(folder)
    plan = plans[folder]
    x, y = plan.client(config["client"])
    # With keep_input=False Flower collects garbage here, which takes ten times as long as training.
    local = [array.copy() for array in message.content["arrays"].to_numpy_ndarrays()]
    train(local, x, y, plan.rate, plan.batch, np.random.default_rng(config["client"]))
    return Message(
        RecordDict({
            "arrays": ArrayRecord(local), "metrics": MetricRecord({"num-examples": len(y)})}),
        reply_to=message)


class PlannedFedAvg(FedAvg):
    """FedAvg with the cohorts of the plan; the times at which rounds end are in `ends`."""

    def __init__(self, folder, plan):
        super().__init__(fraction_evaluate=0.0)
        self.folder, self.plan, self.ends = folder, plan, []

    def configure_train(self, server_round, arrays, config, grid):
        nodes = list(grid.get_node_ids())
        for client in self.plan.cohorts[server_round - 1]:
            config = ConfigRecord({"plan": self.folder, "client": client})
            yield Message(
                RecordDict({"arrays": arrays, "config": config}), nodes[client], MessageType.TRAIN)

    def aggregate_train(self, server_round, replies):
        replies = list(replies)
        failed = [reply.error.reason for reply in replies if reply.has_error()]
        if failed:
            sys.exit(f"expected no failures, found {failed[0]}")
        result = super().aggregate_train(server_round, replies)
        self.ends.append(time.perf_counter())
        return result


def main(folder):
    logging.getLogger("flwr").setLevel(logging.ERROR)
    plan = Plan(folder)
    strategy = PlannedFedAvg(folder, plan)
    app = ServerApp()
    final = []

    @app.main()
    def serve(grid, context):
        while len(list(grid.get_node_ids())) < len(plan.samples):
            time.sleep(0.1)
        result = strategy.start(
            grid, ArrayRecord(plan.model()), num_rounds=len(plan.cohorts), timeout=600)
        final.extend(result.arrays.to_numpy_ndarrays())

    # By name, see above.
    from peer_flower import fit

    client = ClientApp()
    client.train()(fit)
    run_simulation(
        server_app=app, client_app=client, num_supernodes=len(plan.samples),
        backend_config={
            "init_args": {"num_cpus": WORKERS},
            "client_resources": {"num_cpus": 1, "num_gpus": 0.0}})
    ends = strategy.ends
    rate = (len(ends) - plan.warm_up) / (ends[-1] - ends[plan.warm_up - 1])
    print(f"figures {rate:.4f} {plan.accuracy(final):.4f}", end=" ")
    print(f"flwr {version('flwr')}, ray {version('ray')}")


if __name__ == "__main__":
    main(sys.argv[1])
