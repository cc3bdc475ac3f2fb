"""Seconds that Flower Datasets takes for one partition: a yardstick of `hyperfed bench partitions`.

    python3 flower_dirichlet.py SAMPLES CLIENTS ALPHA SMALLEST

Draws DirichletPartitioner's partition of SAMPLES labels of ten equal classes over CLIENTS clients; none may
have fewer than SMALLEST samples. The labels are ready as a table, as ours are in memory, and no samples are
fetched. Prints the least of three times in seconds, the version of the package, and how many samples were
dealt out.
"""

import sys
import time
import warnings
from importlib.metadata import version

import numpy as np
from datasets import Dataset
from flwr_datasets.partitioner import DirichletPartitioner


def main(samples, clients, alpha, smallest):
    warnings.simplefilter("ignore")
    table = Dataset.from_dict({"label": np.arange(samples) % 10})
    seconds = []
    for seed in range(3):
        partitioner = DirichletPartitioner(clients, "label", alpha, smallest, seed=seed)
        partitioner.dataset = table
        started = time.perf_counter()
        dealt = partitioner.num_partitions
        seconds.append(time.perf_counter() - started)
        if dealt != clients:
            sys.exit(f"expected {clients} clients, found {dealt}")
    rows = sum(len(partitioner.load_partition(client)) for client in range(0, clients, clients // 10))
    print(f"{min(seconds):.3f} {version('flwr-datasets')} {rows}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
