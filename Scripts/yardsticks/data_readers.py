"""The seconds in which Python's usual readers read the files of `hyperfed bench data`.

    pip install scikit-learn orjson pandas
    python3 data_readers.py FOLDER

Prints a line for each format that can be read: its name and the median of five times.
"""

import statistics
import sys
import time

folder = sys.argv[1]


def timed(name, read):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        read()
        times.append(time.perf_counter() - start)
    print(name, statistics.median(times), flush=True)


def leaf():
    with open(f"{folder}/train/all.json", "rb") as file:
        return orjson.loads(file.read())


try:
    from sklearn.datasets import load_svmlight_file

    timed("svmlight", lambda: load_svmlight_file(f"{folder}/rows.txt"))
except ImportError:
    pass
try:
    import orjson

    timed("leaf", leaf)
except ImportError:
    pass
try:
    import pandas

    timed("csv", lambda: pandas.read_csv(f"{folder}/table.csv"))
except ImportError:
    pass
