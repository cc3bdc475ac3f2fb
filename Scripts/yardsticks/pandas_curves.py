"""The curves of a comparison with pandas and matplotlib, as one writes them for a paper.

Reads comparison.json and the tables of all runs, computes means and 95 % t intervals over seeds of
accuracy, loss and global rate, accuracy against bytes, and quartiles of the clients' rates, and
writes them as SVG. Prints the seconds without the start of Python and the imports.

  python3 pandas_curves.py FOLDER
"""
import json
import sys
import tempfile
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd


def main(top):
    with open(f"{top}/comparison.json") as file:
        study = json.load(file)["studies"][0]
    rounds, clients = {}, {}
    for arm in study["variants"]:
        for run in arm["runs"]:
            folder = f"{top}/{run['folder']}"
            rounds[arm["variant"], run["seed"]] = pd.read_csv(
                f"{folder}/rounds.csv",
                usecols=["round", "test_accuracy", "test_loss", "global_rate", "bytes_up", "bytes_down"],
            )
            clients[arm["variant"], run["seed"]] = pd.read_csv(
                f"{folder}/clients.csv", usecols=["round", "rate_mean"]
            )
    table = pd.concat(rounds, names=["variant", "seed"]).reset_index()
    rates = pd.concat(clients, names=["variant", "seed"]).reset_index()
    table["bytes"] = (table["bytes_up"] + table["bytes_down"]).groupby(
        [table["variant"], table["seed"]]
    ).cumsum()
    with tempfile.TemporaryDirectory() as out:
        for column in ["test_accuracy", "test_loss", "global_rate"]:
            figure, axes = plt.subplots()
            for variant, part in table.groupby("variant"):
                by_round = part.groupby("round")[column]
                mean, count = by_round.mean(), by_round.count()
                half = 1.98 * by_round.std() / np.sqrt(count)
                axes.plot(mean.index, mean, label=variant)
                axes.fill_between(mean.index, mean - half, mean + half, alpha=0.16)
            axes.legend()
            figure.savefig(f"{out}/{column}.svg")
            plt.close(figure)
        figure, axes = plt.subplots()
        for variant, part in table.groupby("variant"):
            by_round = part.groupby("round")
            axes.plot(by_round["bytes"].mean(), by_round["test_accuracy"].mean(), label=variant)
        axes.legend()
        figure.savefig(f"{out}/bytes.svg")
        plt.close(figure)
        quantiles = rates.groupby(["variant", "round"])["rate_mean"].quantile([0, 0.25, 0.5, 0.75, 1])
        figure, panels = plt.subplots(2, 5, sharex=True, sharey=True)
        for axes, (variant, part) in zip(panels.flat, quantiles.groupby("variant")):
            wide = part.unstack().droplevel(0)
            axes.fill_between(wide.index, wide[0.0], wide[1.0], alpha=0.1)
            axes.fill_between(wide.index, wide[0.25], wide[0.75], alpha=0.2)
            axes.plot(wide.index, wide[0.5])
            axes.set_yscale("log")
        figure.savefig(f"{out}/rates.svg")
        plt.close(figure)


if __name__ == "__main__":
    started = time.perf_counter()
    main(sys.argv[1])
    print(time.perf_counter() - started)
