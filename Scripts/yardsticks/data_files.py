"""Small data files as their usual writers make them, and the numbers in them: the yardstick of this project's readers.

    pip install numpy==2.4.6 scikit-learn==1.9.1 pillow==13.0.0
    python3 data_files.py Tests/Files

The files are written by scikit-learn (LIBSVM text), NumPy (npz), Python's json (LEAF), struct (IDX, CIFAR-100) and
Pillow (PNG, JPEG); `expected.json` has what the same libraries read back. Odd but valid variants are among them.
"""

import gzip
import io
import json
import os
import struct
import sys
import zipfile

import numpy as np
from PIL import Image
from sklearn.datasets import dump_svmlight_file, load_svmlight_file

root = sys.argv[1]
rng = np.random.default_rng(7)
expected = {"svmlight": [], "npz": [], "leaf": [], "images": []}


def write(name, data):
    path = os.path.join(root, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())
    return path


def floats(array):
    return [float(value) for value in np.asarray(array, dtype=np.float32).ravel()]


def svmlight():
    x = np.round(rng.normal(size=(9, 5)), 3) * (rng.random((9, 5)) < 0.5)
    x[0, 4], x[1, 0] = 1.5e-7, -3
    y = np.array([-1, 1] * 4 + [1])
    buffers = {"one.txt": io.BytesIO(), "zero.txt": io.BytesIO(), "queries.txt": io.BytesIO(), "long.txt": io.BytesIO()}
    dump_svmlight_file(x, y, buffers["one.txt"], zero_based=False)
    dump_svmlight_file(x, y, buffers["zero.txt"], zero_based=True, comment="column 0 is there")
    dump_svmlight_file(x, y, buffers["queries.txt"], zero_based=True, query_id=np.array([7, 7, 7, 2, 2, 9, 9, 9, 9]))
    # All digits of doubles, as numpy writes them.
    rows = rng.normal(size=(9, 5)) * 10.0 ** rng.integers(-12, 12, size=(9, 5))
    dump_svmlight_file(rows, y, buffers["long.txt"], zero_based=False)
    texts = {name: buffer.getvalue().decode() for name, buffer in buffers.items()}
    odd = "\ufeff# comment with 9:9\n\n+1 1:1e0\t3:.5  # 4:4\r\n-1.0   2:-2.  5:+3E+1\n1\n  -1 5:0\n"
    texts["odd.txt"] = odd
    for name, text in texts.items():
        data = text.encode()
        write(f"svmlight/{name}", data)
        read, labels = load_svmlight_file(io.BytesIO(data.lstrip(b"\xef\xbb\xbf")), zero_based="auto")
        expected["svmlight"].append(
            {"file": f"svmlight/{name}", "x": floats(read.toarray()), "y": floats(labels), "width": read.shape[1]}
        )
    write("svmlight/one.txt.gz", gzip.compress(texts["one.txt"].encode(), mtime=0))


def npz():
    x = rng.integers(0, 256, (6, 3, 2))
    y = np.array([3, 5, 3, 5, 5, 9])

    def add(name, arrays, packed=False, shape=(3, 2, 1), values=None, labels=(0, 1, 0, 1, 1, 2)):
        buffer = io.BytesIO()
        (np.savez_compressed if packed else np.savez)(buffer, **arrays)
        write(f"npz/{name}.npz", buffer.getvalue())
        features = arrays["x"] if values is None else values
        expected["npz"].append(
            {"file": f"npz/{name}.npz", "x": floats(features), "y": list(labels), "shape": list(shape)}
        )

    for kind in ["|u1", "<i2", ">i4", "<i8", ">u2", "<f2", ">f4", "<f4", "<f8", ">f8", "|b1"]:
        name = kind.replace("<", "little-").replace(">", "big-").replace("|", "")
        add(name, {"x": x.astype(kind), "y": y.astype(">i2")}, packed=kind in ["|u1", ">f4", "<f8"])
    add("fortran", {"x": np.asfortranarray(x.astype("<f4")), "y": y})
    add("texts", {"x": x.astype("<f4"), "y": np.array(["c", "é", "c", "é", "é", "ﬁ"])}, labels=(0, 1, 0, 1, 1, 2))
    add("column", {"x": x.reshape(6, 6).astype("<f4"), "y": y.reshape(6, 1).astype("f4")}, shape=(6,))
    # Versions 2 and 3 of the header, each forced.
    for version in [(2, 0), (3, 0)]:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for key, array in {"x": x.astype("<f4"), "y": y}.items():
                member = io.BytesIO()
                np.lib.format.write_array(member, array, version=version)
                archive.writestr(f"{key}.npy", member.getvalue())
        write(f"npz/version-{version[0]}.npz", buffer.getvalue())
        expected["npz"].append(
            {"file": f"npz/version-{version[0]}.npz", "x": floats(x), "y": [0, 1, 0, 1, 1, 2], "shape": [3, 2, 1]}
        )
    buffer = io.BytesIO()
    np.savez(buffer, x=np.array([{"a": 1}, None], dtype=object), y=np.array([0, 1]))
    write("npz/objects.npz", buffer.getvalue())
    buffer = io.BytesIO()
    np.savez(buffer, x_train=x[:4].astype("u1"), y_train=y[:4], x_test=x[4:].astype("u1"), y_test=y[[0, 1]])
    write("npz/keras.npz", buffer.getvalue())


def leaf():
    def part(users, make):
        data = {user: make(user, count) for user, count in users}
        return {"users": [u for u, _ in users], "num_samples": [len(d["y"]) for d in data.values()], "user_data": data}

    def numbers(user, count):
        x = np.round(rng.random((count, 6)), 16).tolist()
        return {"x": x, "y": [int(v) for v in rng.integers(0, 4, count)]}

    def speech(user, count):
        text = "".join(rng.choice(list("abc \"\\\u00e9\n"), 5 + count))
        return {"x": [text[i : i + 5] for i in range(count)], "y": [text[i + 5] for i in range(count)]}

    for name, make in [("numbers", numbers), ("speech", speech)]:
        train = [part([("f_1", 3), ("f_0", 2)], make), part([("g \u00e9", 4)], make)]
        test = [part([("f_1", 1), ("f_0", 1), ("g \u00e9", 1)], make)]
        files = {"train/all_data_0.json": train[0], "train/all_data_1.json": train[1], "test/all_data_0.json": test[0]}
        for index, (file, content) in enumerate(files.items()):
            write(f"leaf/{name}/{file}", json.dumps(content, indent=[None, 1, None][index], ensure_ascii=index != 2))

        def all_of(parts, key):
            return [value for p in parts for user in p["users"] for value in p["user_data"][user][key]]

        expected["leaf"].append(
            {
                "folder": f"leaf/{name}",
                "x": floats(all_of(train, "x")) if make is numbers else all_of(train, "x"),
                "y": all_of(train, "y"),
                "test_x": floats(all_of(test, "x")) if make is numbers else all_of(test, "x"),
                "test_y": all_of(test, "y"),
                "owners": ["f_1", "f_0", "g \u00e9"],
            }
        )


def images():
    base = rng.integers(0, 256, (5, 4, 4), dtype=np.uint8)
    smooth = np.asarray(Image.fromarray(base[..., :3]).resize((20, 14), Image.Resampling.BICUBIC))
    colour = Image.fromarray(smooth)
    alpha = Image.fromarray(np.dstack([smooth, np.full((14, 20), 90, dtype=np.uint8)]))
    deep = Image.fromarray((smooth[..., 0].astype(np.uint16) * 257).astype(np.uint16))
    # Four inks: cyan, magenta, yellow and black.
    inks = Image.fromarray(np.dstack([255 - smooth, smooth[..., 1] // 2]), "CMYK")
    pictures = {
        "cat/colour.png": (colour, {}),
        "cat/grey.png": (colour.convert("L"), {}),
        "cat/palette.png": (colour.quantize(16), {}),
        "dog/bits.png": (colour.convert("1"), {}),
        "dog/alpha.png": (alpha, {}),
        "dog/deep.png": (deep, {}),
        "dog/colour.jpg": (colour, {"quality": 90}),
        "dog/grey.jpeg": (colour.convert("L"), {"quality": 90, "progressive": True}),
        "dog/inks.jpg": (inks, {"quality": 90}),
    }
    for name, (image, options) in pictures.items():
        buffer = io.BytesIO()
        kind = "PNG" if name.endswith("png") else "JPEG"
        image.save(buffer, kind, **options)
        write(f"images/{name}", buffer.getvalue())
        read = Image.open(io.BytesIO(buffer.getvalue()))
        # Pillow's own way from 16 bits is to cut off at 255; the high byte is meant here.
        if name == "dog/deep.png":
            read = Image.fromarray((np.asarray(read) // 257).astype(np.uint8))
        read = read.convert("RGB")
        for size in [(20, 14), (8, 6), (31, 9)]:
            values = np.asarray(read.resize(size, Image.Resampling.BILINEAR)).ravel().tolist()
            if size == (20, 14) or name in ["cat/colour.png", "dog/colour.jpg"]:
                expected["images"].append({"file": f"images/{name}", "size": [size[1], size[0]], "x": values})


svmlight()
npz()
leaf()
images()
write("expected.json", json.dumps(expected, separators=(",", ":")) + "\n")
