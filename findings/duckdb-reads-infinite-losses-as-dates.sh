#!/usr/bin/env bash
# One would guess that a loss that overflowed and was written `inf`, as Python, NumPy and C print it, is read as a
# number: pandas and polars do so.
#
# What happens: the first value decides. If a column begins with `inf`, DuckDB takes it for a date. A column of
# `inf` only becomes the date 9999-12-31 (and `-inf` a date in the year 1), without an error. If numbers follow, the
# column becomes text, and its largest value is the largest text: of inf, 10.25 and 9.5 without the first one it
# is "9.5". If a number or a NaN comes first, the same values are numbers. Quotes change nothing. `Infinity` is a
# number to DuckDB and a text to polars; 1e999 is infinite to all three.
#
# Seen with duckdb 2.0.1, polars 2.1.0, pandas 3.1.1.
#
# Why it matters: minimum, maximum and order of the losses of a run that overflowed in its first round are those of
# texts or dates; those of a run that overflowed later are right.
#
# Hyperfed writes infinite numbers as 1e999 and -1e999.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'duckdb==2.0.1' 'polars==2.1.0' 'pandas==3.1.1' 'numpy==2.4.6'

cat > probe.py <<'PYTHON'
import duckdb
import pandas
import polars


def show(name, losses):
    with open("rounds.csv", "w") as file:
        file.write("round,loss\n" + "".join(f"{r},{loss}\n" for r, loss in enumerate(losses)))
    kind, value = duckdb.sql("select typeof(loss), max(loss) from 'rounds.csv' group by 1").fetchall()[0]
    p, q = polars.read_csv("rounds.csv")["loss"], pandas.read_csv("rounds.csv")["loss"]
    print(f"{name}: DuckDB {kind}, largest {value}; polars {p.dtype}; pandas {q.dtype}")


show("inf, inf", ["inf", "inf"])
show("inf, 10.25, 9.5", ["inf", "10.25", "9.5"])
show("a quoted inf, 9.5", ['"inf"', "9.5"])
show("10.25, 9.5, inf", ["10.25", "9.5", "inf"])
show("nan, inf, 9.5", ["NaN", "inf", "9.5"])
show("9.5, Infinity", ["9.5", "Infinity"])
show("1e999, 9.5, -1e999", ["1e999", "9.5", "-1e999"])
with open("rounds.csv", "w") as file:
    file.write("round,loss\n0,inf\n1,10.25\n2,9.5\n")
print("inf, 10.25, 9.5: largest from round 1 on:",
      duckdb.sql("select max(loss) from 'rounds.csv' where round > 0").fetchall()[0][0])
PYTHON

cat > expected.txt <<'TEXT'
inf, inf: DuckDB DATE, largest 9999-12-31; polars Float64; pandas float64
inf, 10.25, 9.5: DuckDB VARCHAR, largest inf; polars Float64; pandas float64
a quoted inf, 9.5: DuckDB VARCHAR, largest inf; polars Float64; pandas float64
10.25, 9.5, inf: DuckDB DOUBLE, largest inf; polars Float64; pandas float64
nan, inf, 9.5: DuckDB DOUBLE, largest nan; polars Float64; pandas float64
9.5, Infinity: DuckDB DOUBLE, largest inf; polars String; pandas float64
1e999, 9.5, -1e999: DuckDB DOUBLE, largest inf; polars Float64; pandas float64
inf, 10.25, 9.5: largest from round 1 on: 9.5
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED duckdb-reads-infinite-losses-as-dates: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED duckdb-reads-infinite-losses-as-dates: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS duckdb-reads-infinite-losses-as-dates, seen:"
cat seen.txt
