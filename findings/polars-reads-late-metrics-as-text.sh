#!/usr/bin/env bash
# One would guess that a metric that is empty for the first rounds and a number afterwards is read as a
# column of numbers.
#
# What happens: polars' read_csv decides by the first 100 rows. With an evaluation every 150 rounds all of
# these are empty, the column becomes text, and its largest value is the largest *text*: "9.5" is above
# "10.25". Arithmetic fails, comparisons and sorting do not. DuckDB looks at 20,480 rows, so a table with
# a row per client and round reaches its limit too; pandas reads numbers at any length.
#
# A `nan` among the first 100 rows does the same: polars reads the column of a run that diverged early as
# text, its mean is None. DuckDB reads numbers there, but nan is above all of them and is the largest; pandas
# leaves nan out of both.
#
# Seen with polars 2.1.0, duckdb 2.0.1, pandas 3.1.1.
#
# Why it matters: `best accuracy` or `rounds to target` from such a column is wrong without an error.
# Use `infer_schema_length=None` in polars, and give types in DuckDB.
#
# Hyperfed writes NaN in columns of `rounds.csv` that have no number in the first 100 rows, so that they are numbers
# to polars and DuckDB, too; `run.json` has the best and final values.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'polars==2.1.0' 'duckdb==2.0.1' 'pandas==3.1.1' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import duckdb
import pandas
import polars


def write(name, rounds, evaluated):
    with open(name, "w") as file:
        file.write("round,test_loss\n")
        for r in range(rounds):
            file.write(f"{r},{evaluated.get(r, '')}\n")


write("rounds.csv", 400, {150: "10.25", 300: "9.5"})
table = polars.read_csv("rounds.csv")
print(f"polars, first value in row 150: {table['test_loss'].dtype}, largest {table['test_loss'].max()!r}")
whole = polars.read_csv("rounds.csv", infer_schema_length=None)["test_loss"]
print(f"polars, infer_schema_length=None: {whole.dtype}, largest {whole.max()!r}")
for rows in (400, 30_000):
    write("long.csv", rows, {rows - 250: "10.25", rows - 100: "9.5"})
    kind = duckdb.sql("describe select * from 'long.csv'").fetchall()[1][1]
    largest = duckdb.sql("select max(test_loss) from 'long.csv'").fetchall()[0][0]
    print(f"DuckDB, {rows} rows: {kind}, largest {largest!r};"
          f" pandas: largest {float(pandas.read_csv('long.csv').test_loss.max())!r}")
write("diverged.csv", 3, {0: "2.5", 1: "3.5", 2: "nan"})
p, q = polars.read_csv("diverged.csv")["test_loss"], pandas.read_csv("diverged.csv").test_loss
d = duckdb.sql("select max(test_loss), avg(test_loss) from 'diverged.csv'").fetchall()[0]
print(f"losses 2.5, 3.5, nan: largest and mean: polars {p.max()}, {p.mean()}; DuckDB {d[0]}, {d[1]};"
      f" pandas {q.max()}, {q.mean()}")
PYTHON

cat > expected.txt <<'TEXT'
polars, first value in row 150: String, largest '9.5'
polars, infer_schema_length=None: Float64, largest 10.25
DuckDB, 400 rows: DOUBLE, largest 10.25; pandas: largest 10.25
DuckDB, 30000 rows: VARCHAR, largest '9.5'; pandas: largest 10.25
losses 2.5, 3.5, nan: largest and mean: polars nan, None; DuckDB nan, nan; pandas 3.5, 3.0
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED polars-reads-late-metrics-as-text: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED polars-reads-late-metrics-as-text: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS polars-reads-late-metrics-as-text, seen:"
cat seen.txt
