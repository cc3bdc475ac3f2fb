"""Results of Hyperfed as data frames. One file, needs only pandas; copy it beside your notebook.

    from hyperfed_results import Results

    results = Results("runs/fashion-skewed")   # a run, a comparison, or any folder above them
    results.runs                               # a row for each run
    results.rounds                             # a row for each round of each run
    results.differences()                      # paired differences to the baseline, seed by seed
    results.to_parquet("tables")               # all of it for other programs; needs pyarrow

Every frame begins with the columns that name a run: `comparison`, `study`, `variant`, the keys of the grid,
`seed` and `folder`. Names stay texts, also a variant called NA, 007 or true. Levels of the grid are numbers
where all levels of a key are numbers. Missing numbers are NaN. Rounds count from 0.
"""

from __future__ import annotations

import json
import os
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

__all__ = ["Results", "band"]

# The columns of text in all tables; every other column has numbers.
_TEXTS = {
    "server_scheduler", "client_scheduler", "quantity", "reason", "problem", "folder", "variant", "scope",
    "study", "server_optimizer", "client_optimizer", "correction", "metric", "digest", "partition_key",
    "client_samples", "class",
}
_METHODS = ["server_optimizer", "client_optimizer", "correction", "server_scheduler", "client_scheduler"]
_FIGURES = [
    "final_loss", "rounds_to_target", "bytes_up", "bytes_down", "bytes_to_target", "last_global_rate",
    "last_local_rate", "void_rounds", "clients_dropped", "simulated_seconds", "constant_prediction", "seconds",
]
_SKIPPED = {"checkpoints", "partitions"}


def _read_table(path: Path, texts: set[str] = frozenset()) -> pd.DataFrame:
    """Reads a table of Hyperfed with the exact numbers, which pandas before 3 rounds by default.

    Only an empty cell, or NaN in a column of numbers, is missing.
    """
    header = pd.read_csv(path, nrows=0).columns
    is_text = {name: name in _TEXTS or name in texts for name in header}
    return pd.read_csv(
        path, keep_default_na=False, float_precision="round_trip",
        dtype={name: str for name in header if is_text[name]},
        na_values={name: [""] if is_text[name] else ["", "NaN"] for name in header})


def _levels(values: list[Any]) -> pd.Series:
    """Returns levels of a key: numbers if all are numbers, else texts as they stand in the scenario."""
    series = pd.Series(values)
    try:
        return pd.to_numeric(series)
    except (ValueError, TypeError):
        return series


def _studies(folder: Path) -> list[dict[str, Any]]:
    """Returns the studies of a comparison, by comparison.json; [] if the folder is no comparison's."""
    try:
        return json.loads((folder / "comparison.json").read_text(encoding="utf-8"))["studies"]
    except FileNotFoundError:
        return []


def _find_runs(top: Path) -> list[tuple[Path, Path]]:
    """Returns the folder of each run below `top` with the folder of its comparison.

    The runs of a comparison are in the order of its scenario. A run outside of comparisons has its own folder
    in the place of the comparison's.
    """
    found: list[tuple[Path, Path]] = []
    planned: dict[Path, int] = {}
    for path, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        if "run.json" in files and "rounds.csv" in files:
            run = Path(path)
            # STUDY/VARIANT/CELL/seed-N are four levels.
            around = [run, *list(run.parents)[:4]]
            comparison = next((one for one in around if (one / "comparison.json").exists()), run)
            found.append((run, comparison))
    for comparison in dict.fromkeys(comparison for _, comparison in found):
        for study in _studies(comparison):
            runs = [one["folder"] for variant in study["variants"] for one in variant["runs"]]
            for one in runs:
                planned.setdefault(comparison / one, len(planned))
    return sorted(found, key=lambda pair: (planned.get(pair[0], len(planned)), pair))


class Results:
    """The results below a folder. Tables are read when they are first asked for, and kept.

    A folder in which runs still go on can be read, too; make a new value to see what has come since.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """Finds the runs.

        Raises FileNotFoundError if there is no run in the folder.
        """
        self.folder = Path(folder)
        self._paths = _find_runs(self.folder)
        if not self._paths:
            raise FileNotFoundError(
                f"{folder}: expected a folder with run.json or above one, found none;"
                " name the folder that hyperfed printed")

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row for each run: its names, its methods, what it drew, its state and its figures.

        `final` and `best` are of the kind that `metric` names: accuracies, perplexities of models of words, or
        errors (RMSE) where numbers are predicted. Of perplexities and errors, less is better. `score` is `final`;
        a run that diverged has there what a constant prediction comes to. `is_baseline` marks the runs of the
        baseline. Columns of comparison.csv that run.json does not have are added.
        """
        rows, grids, drawn = [], [], []
        baselines: dict[Path, dict[str | None, str | None]] = {}
        for path, comparison in self._paths:
            facts = json.loads((path / "run.json").read_text(encoding="utf-8"))
            if comparison not in baselines:
                studies = _studies(comparison)
                baselines[comparison] = {study["name"]: study["baseline"] for study in studies}
            metric = facts["metric"]
            final = facts[f"final_{metric}"] if facts["state"] == "finished" else None
            diverged = facts["failure"] == "divergence"
            grids.append(facts["grid"])
            drawn.append(facts["drawn"])
            rows.append({
                "comparison": self._name(comparison), "study": facts["study"], "variant": facts["variant"],
                "seed": int(facts["seed"]), "folder": str(path.relative_to(self.folder)),
                "is_baseline": baselines[comparison].get(facts["study"]) == facts["variant"],
                **{name: facts[name] for name in _METHODS},
                "state": facts["state"], "failure": facts["failure"], "reason": facts["reason"],
                "rounds": facts["rounds"], "rounds_done": facts["rounds_done"], "metric": metric,
                "final": final, "best": facts[f"best_{metric}"],
                "score": facts["constant_prediction"] if diverged else final,
                **{name: facts[name] for name in _FIGURES},
            })
        frame = pd.DataFrame(rows)
        place = frame.columns.get_loc("seed")
        for key in dict.fromkeys(key for grid in grids for key in grid):
            frame.insert(place, key, _levels([grid.get(key) for grid in grids]))
            place += 1
        for key in dict.fromkeys(key for values in drawn for key in values):
            frame.insert(frame.columns.get_loc("is_baseline"), key, _levels([one.get(key) for one in drawn]))
        for name in ["final", "best", "score", *_FIGURES]:
            frame[name] = pd.to_numeric(frame[name])
        return self._with_comparison_columns(frame)

    def _name(self, comparison: Path) -> str:
        """Returns the name of a comparison: its path below the folder, which tells equal names apart."""
        is_inside = comparison != self.folder and self.folder in comparison.parents
        return str(comparison.relative_to(self.folder)) if is_inside else comparison.resolve().name

    def _with_comparison_columns(self, frame: pd.DataFrame) -> pd.DataFrame:
        tables = []
        for path, folders, files in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if name not in _SKIPPED)
            if "comparison.csv" in files:
                texts = set(self._keys(frame))
                table = _read_table(Path(path) / "comparison.csv", texts)
                start = Path(path).relative_to(self.folder)
                table["folder"] = [str(start / name) for name in table["folder"]]
                tables.append(table.drop(columns=[c for c in table if c != "folder" and c in frame]))
        if not tables:
            return frame
        return frame.merge(pd.concat(tables).drop_duplicates("folder", keep="last"), "left", "folder")

    @staticmethod
    def _keys(frame: pd.DataFrame) -> list[str]:
        """The keys of grids and draws, which are the columns with a dot."""
        return [name for name in frame.columns if "." in name]

    @property
    def grid(self) -> list[str]:
        """The keys of the grids."""
        columns = list(self.runs.columns)
        return columns[columns.index("variant") + 1:columns.index("seed")]

    @property
    def names(self) -> list[str]:
        """The columns that name a run in every frame."""
        return ["comparison", "study", "variant", *self.grid, "seed", "folder"]

    def _tables(self, name: str) -> pd.DataFrame:
        """Returns one table of all runs that have it, with the columns that name a run."""
        frames = []
        for path, _ in self._paths:
            if (path / name).exists():
                frame = _read_table(path / name)
                if len(frame):
                    frame.insert(0, "folder", str(path.relative_to(self.folder)))
                    frames.append(frame)
        names = self.runs[self.names]
        if not frames:
            return names.iloc[:0]
        return names.merge(pd.concat(frames, ignore_index=True), "inner", "folder")

    @cached_property
    def rounds(self) -> pd.DataFrame:
        """rounds.csv of all runs: a row for each round."""
        return self._tables("rounds.csv")

    @cached_property
    def clients(self) -> pd.DataFrame:
        """clients.csv of all runs: a row for each client and round."""
        return self._tables("clients.csv")

    @cached_property
    def evaluations(self) -> pd.DataFrame:
        """client_evaluations.csv of all runs: a row for each evaluated client and round."""
        return self._tables("client_evaluations.csv")

    @cached_property
    def traces(self) -> pd.DataFrame:
        """traces.csv of all runs: rates of single steps, and other values that client schedulers adapt."""
        return self._tables("traces.csv")

    @cached_property
    def server_traces(self) -> pd.DataFrame:
        """server_traces.csv of all runs: values that server schedulers read or adapt."""
        return self._tables("server_traces.csv")

    @cached_property
    def drops(self) -> pd.DataFrame:
        """drops.csv of all runs: a row for each client and round that is not in the aggregate."""
        return self._tables("drops.csv")

    def differences(self, column: str = "final", baseline: str | None = None) -> pd.DataFrame:
        """Returns paired differences of a column of `runs` to the baseline, seed by seed and cell by cell.

        A row for each run of each other variant, with `value`, `baseline_value` and `difference`. It is NaN
        where one of the two did not finish. Use column="score" to count diverged runs.

        baseline: the name of the baseline; None for that of each comparison.
        Raises ValueError if there is none.
        """
        runs = self.runs
        is_baseline = runs["is_baseline"] if baseline is None else runs["variant"] == baseline
        if not is_baseline.any():
            known = sorted(set(runs["variant"]))
            raise ValueError(f"baseline: expected one of {', '.join(known)}, found {baseline or 'none'}")
        by = ["comparison", "study", *self.grid, "seed"]
        # A missing study or level is equal to a missing one.
        other = runs.loc[is_baseline, [*by, column]].rename(columns={column: "baseline_value"})
        own = runs.loc[~is_baseline, [*self.names, column]].rename(columns={column: "value"})
        pairs = own.merge(other, "left", by)
        pairs["difference"] = pairs["value"] - pairs["baseline_value"]
        return pairs

    def to_parquet(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Writes runs, rounds, clients and the other tables that have rows into a folder, as Parquet.

        Returns the files. Raises ImportError without pyarrow.
        """
        out = Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        written = []
        for name in ["runs", "rounds", "clients", "evaluations", "traces", "server_traces", "drops"]:
            frame = getattr(self, name)
            if len(frame):
                written.append(out / f"{name}.parquet")
                frame.to_parquet(written[-1], index=False)
        return written


def band(frame: pd.DataFrame, column: str, by: list[str] | None = None) -> pd.DataFrame:
    """Returns mean, smallest and largest value of a column over the seeds, for each round.

    frame: `rounds` of one or more variants. Rounds without a value are left out. With a grid or several
    studies, choose one cell of one study first, or name their columns in `by`.
    by: the columns that tell the curves apart; ["variant"] by default.
    The columns of the result are those of `by`, `round`, `mean`, `smallest`, `largest` and `seeds`.
    """
    rows = frame.dropna(subset=[column]).groupby([*(by or ["variant"]), "round"], sort=False, dropna=False)[column]
    return rows.agg(mean="mean", smallest="min", largest="max", seeds="count").reset_index()
