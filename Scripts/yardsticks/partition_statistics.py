"""How other tools deal out samples: the yardstick of this project's skews.

    python3 partition_statistics.py [DRAWS] > Tests/Oracles/partition-statistics.json

Draws DRAWS (200) partitions of fixed made labels with each procedure of flwr-datasets 0.6.1 and of NIID-Bench
(github.com/Xtra-Computing/NIID-Bench at 61b901a, which is no package: its procedures are restated below in
words of our own), and prints the mean, the variance and the fourth central moment of statistics that do not
depend on the order of the clients. `skew` is the same procedure in the words of a scenario. Equal versions
give equal output.
"""

import json
import sys
import warnings

import numpy as np
from datasets import Dataset
from flwr_datasets import partitioner as flower

CLIENTS = 9
CLASS_SIZES = [391, 322, 257, 198, 154, 118]
SAMPLES = sum(CLASS_SIZES)
LABELS = np.repeat(np.arange(len(CLASS_SIZES)), CLASS_SIZES)


def from_flower(make):
    """Draws with a partitioner of Flower Datasets, on rows in a random order."""

    def draw(seed):
        rows = np.random.default_rng([seed, 1]).permutation(LABELS)
        chosen = make(seed)
        chosen.dataset = Dataset.from_dict({"label": rows.tolist()})
        clients = range(chosen.num_partitions)
        return [np.asarray(chosen.load_partition(client)["label"]) for client in clients]

    return draw


def cut(items, shares):
    """Cuts a list at the rounded-down ends of the shares."""
    return np.split(items, (np.cumsum(shares) * len(items)).astype(int)[:-1])


def bench_dirichlet(alpha):
    """NIID-Bench, `noniid-labeldir` in utils.py: per class, clients of mean size or more get no more."""

    def draw(seed):
        stream = np.random.default_rng(seed)
        smallest = 0
        while smallest < 10:
            held = [[] for _ in range(CLIENTS)]
            for label, size in enumerate(CLASS_SIZES):
                shares = stream.dirichlet(np.full(CLIENTS, alpha))
                shares *= [sum(map(len, parts)) < SAMPLES / CLIENTS for parts in held]
                for parts, part in zip(held, cut(np.full(size, label), shares / shares.sum())):
                    parts.append(part)
            smallest = min(sum(map(len, parts)) for parts in held)
        return [np.concatenate(parts) for parts in held]

    return draw


def bench_classes(count):
    """NIID-Bench, `noniid-#label` in utils.py: class j mod C, and random further classes."""

    def draw(seed):
        stream = np.random.default_rng(seed)
        classes = len(CLASS_SIZES)
        owned = []
        for client in range(CLIENTS):
            others = np.delete(np.arange(classes), client % classes)
            owned.append({client % classes, *stream.choice(others, count - 1, replace=False)})
        held = [[] for _ in range(CLIENTS)]
        for label, size in enumerate(CLASS_SIZES):
            owners = [client for client in range(CLIENTS) if label in owned[client]]
            for client, part in zip(owners, np.array_split(np.full(size, label), len(owners))):
                held[client].append(part)
        return [np.concatenate(parts) for parts in held]

    return draw


def bench_quantity(beta):
    """NIID-Bench, `iid-diff-quantity` in utils.py: shares of a shuffled list, none below 10 samples."""

    def draw(seed):
        stream = np.random.default_rng(seed)
        shuffled = stream.permutation(LABELS)
        shares = np.zeros(CLIENTS)
        while (shares * SAMPLES).min() < 10:
            shares = stream.dirichlet(np.full(CLIENTS, beta))
        return cut(shuffled, shares)

    return draw


def flower_classes(mode, count):
    return from_flower(
        lambda seed: flower.PathologicalPartitioner(CLIENTS, "label", count, mode, seed=seed))


def flower_dirichlet(alpha, smallest, balancing):
    return from_flower(
        lambda seed: flower.DirichletPartitioner(
            CLIENTS, "label", alpha, smallest, balancing, seed=seed))


def flower_inner(alpha):
    return from_flower(
        lambda seed: flower.InnerDirichletPartitioner(
            [SAMPLES // CLIENTS] * CLIENTS, "label", alpha, seed=seed))


# 14 shards of 102 samples; 12 samples are left over.
flower_shards = from_flower(
    lambda seed: flower.ShardPartitioner(7, "label", num_shards_per_partition=2, seed=seed))

PER_CLASS = "kind: dirichlet, procedure: per_class"
PER_CLIENT = "kind: dirichlet, procedure: per_client"
CASES = [
    ("Flower Dirichlet", f"{PER_CLASS}, alpha: 0.5, min_samples: 10", 9,
     flower_dirichlet(0.5, 10, False)),
    ("Flower Dirichlet, strong", f"{PER_CLASS}, alpha: 0.2, min_samples: 1", 9,
     flower_dirichlet(0.2, 1, False)),
    ("Flower Dirichlet, self_balancing", f"{PER_CLASS}, alpha: 0.5, min_samples: 10, balanced: true", 9,
     flower_dirichlet(0.5, 10, True)),
    ("NIID-Bench noniid-labeldir", f"{PER_CLASS}, alpha: 0.5, min_samples: 10, balanced: true", 9,
     bench_dirichlet(0.5)),
    ("NIID-Bench noniid-labeldir, strong", f"{PER_CLASS}, alpha: 0.2, min_samples: 10, balanced: true",
     9, bench_dirichlet(0.2)),
    ("Flower InnerDirichlet", f"{PER_CLIENT}, alpha: 1.0", 9, flower_inner(1.0)),
    ("Flower InnerDirichlet, strong", f"{PER_CLIENT}, alpha: 0.3", 9, flower_inner(0.3)),
    ("Flower Pathological, random", "kind: classes_per_client, classes: 2, mode: random", 9,
     flower_classes("random", 2)),
    ("Flower Pathological, first-deterministic", "kind: classes_per_client, classes: 3, mode: one_fixed", 9,
     flower_classes("first-deterministic", 3)),
    ("Flower Pathological, deterministic", "kind: classes_per_client, classes: 2, mode: consecutive", 9,
     flower_classes("deterministic", 2)),
    ("NIID-Bench noniid-#label2", "kind: classes_per_client, classes: 2, mode: one_fixed", 9,
     bench_classes(2)),
    ("NIID-Bench noniid-#label3", "kind: classes_per_client, classes: 3, mode: one_fixed", 9,
     bench_classes(3)),
    ("Flower Shard", "kind: shards, per_client: 2, left_over: drop", 7, flower_shards),
    ("NIID-Bench iid-diff-quantity", "kind: quantity, law: dirichlet, alpha: 0.5, min_samples: 10", 9,
     bench_quantity(0.5)),
    ("Flower Linear", "kind: quantity, law: linear", 9,
     from_flower(lambda seed: flower.LinearPartitioner(9))),
    ("Flower Square", "kind: quantity, law: square", 9,
     from_flower(lambda seed: flower.SquarePartitioner(9))),
    ("Flower Exponential", "kind: quantity, law: exponential", 6,
     from_flower(lambda seed: flower.ExponentialPartitioner(6))),
]


def statistics(parts):
    """Statistics of one partition that do not depend on the order of the clients."""
    counts = np.array([np.bincount(part, minlength=len(CLASS_SIZES)) for part in parts])
    sizes = counts.sum(1)
    shares = counts / np.maximum(counts.sum(0), 1)
    return {
        "dealt": sizes.sum(),
        "smallest": sizes.min(),
        "median": np.median(sizes),
        "largest": sizes.max(),
        "size_squares": ((sizes / sizes.sum()) ** 2).sum(),
        "classes_per_client": (counts > 0).sum(1).mean(),
        "commonest_class": (counts.max(1) / sizes).mean(),
        "first_class_squares": (shares[:, 0] ** 2).sum(),
        "last_class_squares": (shares[:, -1] ** 2).sum(),
    }


def moments(values):
    apart = np.asarray(values, float) - np.mean(values)
    return [float(np.mean(values)), float((apart**2).mean()), float((apart**4).mean())]


def main(count):
    warnings.simplefilter("ignore")
    lines = []
    for name, skew, clients, draw in CASES:
        draws = [statistics(draw(seed)) for seed in range(count)]
        seen = {key: moments([one[key] for one in draws]) for key in draws[0]}
        lines.append(json.dumps({"procedure": name, "skew": skew, "clients": clients, "seen": seen}))
    facts = {"draws": count, "class_sizes": CLASS_SIZES}
    print(json.dumps(facts)[:-1] + ', "cases": [\n' + ",\n".join(lines) + "\n]}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
