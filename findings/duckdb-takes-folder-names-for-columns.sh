#!/usr/bin/env bash
# One would guess that a CSV file read by its name has the columns and the values that stand in it, wherever
# the file lies.
#
# What happens: if a folder on its path is named KEY=VALUE, as sweeps name them (lr=0.1/seed=2), DuckDB takes it
# for a Hive partition, also for a single file: KEY becomes a column, and where the file has a column KEY, the
# folder's value takes the place of all its values. A decaying rate in the column lr becomes the start rate,
# as a text. Nothing is printed; a copy in another folder, or a relative path from inside, reads right.
# For Parquet it is the same, and polars does it when it is given the folder, not when it is given a pattern; pandas
# then ends with an error about types. Two settings in one folder name (lr=0.1,seed=2) are left alone.
#
# Seen with duckdb 2.0.1, polars 2.1.0, pandas 3.1.1, pyarrow 26.0.1.
#
# Why it matters: a curve of rates over rounds becomes a flat line at the start rate, and `where round = 7` finds
# nothing in a folder round=5. hive_partitioning=false reads what stands in the files.
#
# Hyperfed's names of folders for cells of a grid have no "=" (o_adam-lr0.5-021c); name --output without one, too.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'duckdb==2.0.1' 'polars==2.1.0' 'pandas==3.1.1' 'pyarrow==26.0.1' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import os

import duckdb
import pandas
import polars

# A run's rate halves in each round; its folder names the start rate.
for folder in "plain", "lr=0.1", "lr=0.1,seed=2":
    os.makedirs(f"runs/{folder}")
    with open(f"runs/{folder}/rounds.csv", "w") as file:
        file.write("round,lr\n0,0.1\n1,0.05\n2,0.025\n")
    rates = duckdb.sql(f"select lr from 'runs/{folder}/rounds.csv' order by round").fetchall()
    print(f"DuckDB, folder {folder}: lr {[rate for rate, in rates]}")
path = "runs/lr=0.1/rounds.csv"
rates = duckdb.sql(f"select lr from read_csv('{path}', hive_partitioning=false) order by round").fetchall()
print(f"DuckDB, hive_partitioning=false: lr {[rate for rate, in rates]}")
print(f"polars lr {polars.read_csv(path)['lr'].to_list()}, pandas lr {pandas.read_csv(path).lr.to_list()}")

os.makedirs("tables/lr=0.1")
pandas.read_csv(path).to_parquet("tables/lr=0.1/rounds.parquet")
rates = duckdb.sql("select lr from 'tables/*/rounds.parquet' order by round").fetchall()
print(f"Parquet: DuckDB lr {[rate for rate, in rates]};"
      f" polars with a folder {polars.read_parquet('tables/')['lr'].to_list()},"
      f" with a pattern {polars.read_parquet('tables/*/rounds.parquet')['lr'].to_list()}")
try:
    print("Parquet: pandas with a folder", pandas.read_parquet("tables").lr.to_list())
except Exception as error:
    print("Parquet: pandas with a folder:", type(error).__name__)
PYTHON

cat > expected.txt <<'TEXT'
DuckDB, folder plain: lr [0.1, 0.05, 0.025]
DuckDB, folder lr=0.1: lr ['0.1', '0.1', '0.1']
DuckDB, folder lr=0.1,seed=2: lr [0.1, 0.05, 0.025]
DuckDB, hive_partitioning=false: lr [0.1, 0.05, 0.025]
polars lr [0.1, 0.05, 0.025], pandas lr [0.1, 0.05, 0.025]
Parquet: DuckDB lr ['0.1', '0.1', '0.1']; polars with a folder [0.1, 0.1, 0.1], with a pattern [0.1, 0.05, 0.025]
Parquet: pandas with a folder: ArrowTypeError
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED duckdb-takes-folder-names-for-columns: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED duckdb-takes-folder-names-for-columns: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS duckdb-takes-folder-names-for-columns, seen:"
cat seen.txt
