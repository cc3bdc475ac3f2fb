#!/usr/bin/env bash
# One would guess that a loss that overflowed and was written `inf`, as Python, NumPy and C print it, is read as a
# number: pandas and polars do so.
#
# What happens: DuckDB takes `inf` for a date first. A column of `inf` only becomes the date 9999-12-31 (and `-inf` a
# date in the year 1), without an error. A column with `inf` and numbers becomes text, and its largest value is the
# largest text: "inf" is above "10.25", but "9.5" is above "10.25" as well. If a NaN comes before the first `inf`,
# or if `inf` comes after the rows that DuckDB looks at, the column is one of numbers. Quotes help only behind a
# number. `Infinity` is a number to DuckDB and a text to polars; 1e999 is infinite to all three.
#
# Seen with duckdb 2.0.1, polars 2.1.0, pandas 3.1.1.
#
# Why it matters: minimum, maximum and order of the losses of a run that diverged are those of texts, and depend on
# where the first infinite loss stands.
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
show("10.25, 9.5, -inf", ["10.25", "9.5", "-inf"])
show("nan, inf, 9.5", ["NaN", "inf", "9.5"])
show("inf behind 30,000 numbers", ["0.5"] * 30_000 + ["inf"])
show("9.5 and a quoted inf", ["9.5", '"inf"'])
show("a quoted inf and 9.5", ['"inf"', "9.5"])
show("9.5, Infinity", ["9.5", "Infinity"])
show("1e999, 9.5, -1e999", ["1e999", "9.5", "-1e999"])
PYTHON

cat > expected.txt <<'TEXT'
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
