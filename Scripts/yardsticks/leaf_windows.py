"""Windows, users and split of LEAF's Shakespeare on a small made text: the yardstick of `windows: leaf`.

    git clone https://github.com/TalwalkarLab/leaf && git -C leaf checkout 09ec454
    python3 leaf_windows.py leaf > Tests/Oracles/leaf-windows.json

Runs LEAF's own scripts (preprocess_shakespeare.py, gen_all_data.py, split_data.py) on plays of made words in the
layout of Project Gutenberg's file, once for each share of training windows. The windows of a user follow each other
by one character, which this script checks, so each part is stored as the first window and the characters after
the windows. `announced` is the num_samples of LEAF's file. Equal versions give equal output.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

SHARES = ["0.8", "0.9", "0.1"]
WORDS = "love thee not; what, ho! sweet night's crown [Exit] & 'tis 1603: Speak? (aside) O-ho \"nay\" }".split()
rng = random.Random(5)


def line(words):
    return " ".join(rng.choice(WORDS) for _ in range(words))


def speech(name, lines, indent="  "):
    """A role's speech: the first line after the name, the others further in."""
    rest = "" if indent == "" else "    "
    return [f"{indent}{name}. {line(6)}"] + [rest + line(rng.randint(5, 8)) for _ in range(lines - 1)]


def play(title, gap, roles, indent="  ", speeches=6):
    text = ["1599", "", title] + [""] * gap + ["by William Shakespeare", "", "", "DRAMATIS PERSONAE", ""]
    text += [f"{indent}ACT I. SCENE 1." if indent else "ACT I. SCENE 1. A street", "", "Enter all", ""]
    for _ in range(speeches):
        for name, lines in roles:
            text += speech(name, lines, indent) + [""]
    return text


def made_text():
    text = ["The first line is dropped, by William Shakespeare", "", "THE SONNETS", "", "by William Shakespeare", ""]
    text += ["  Nobody. A line before the plays", "    another one", ""]
    first = play("THE TRAGEDY OF N\u00c9RO'S  SON", 1, [("FIRST LORD", 4), ("First Lord", 2), ("Ros", 3), ("OLD MAN", 1)])
    # Blanks that collapse or stay, letters that LEAF does not know, and lines that belong to nobody.
    first += ["  Ros. Two  blanks,   three, a\ttab and a \u00e9", "    ", "     a fifth blank", "   three: nobody's", "      "]
    first += ["  O'er. no name", "  Mute.no blank", "  Brief. One line", "    Two lines", ""]
    second = play("THE COMEDY OF ERRORS", 4, [("DROMIO OF SYRACUSE", 4), ("Luce", 3)], indent="")
    second += ["Act II. SCENE 1", "nobody's", "LUCE. hers", "<nobody's", "nobody's too", ""]
    third = play("KING JOHN", 2, [("KING", 3)]) + play("KING LEAR", 1, [("KING", 3), ("FOOL", 2)])
    again = play("KING LEAR", 1, [("KING", 2), ("FOOL", 1)], speeches=3)
    return "\r\n".join(text + first + second + third + again) + "\r\n"


def run(folder, script, *arguments):
    subprocess.run([sys.executable, script, *arguments], cwd=folder, check=True, stdout=sys.stderr)


def part(path, users):
    with open(path) as file:
        data = json.load(file)
    assert sorted(data["users"]) == sorted(data["user_data"])
    for user, announced in zip(data["users"], data["num_samples"]):
        x, y = data["user_data"][user]["x"], data["user_data"][user]["y"]
        text = x[0] + "".join(y)
        for index, (window, after) in enumerate(zip(x, y, strict=True)):
            assert window == text[index : index + 80] and after == text[index + 80]
        users.setdefault(user, []).append({"text": text, "windows": len(y), "announced": announced})


def main():
    text = made_text()
    result = {"text": text, "shares": []}
    with tempfile.TemporaryDirectory() as work:
        leaf = os.path.join(work, "leaf")
        shutil.copytree(sys.argv[1], leaf, ignore=shutil.ignore_patterns(".git"))
        data = os.path.join(leaf, "data", "shakespeare", "data")
        for name in ("raw_data", "all_data", "train", "test"):
            os.makedirs(os.path.join(data, name))
        with open(os.path.join(data, "raw_data", "raw_data.txt"), "w", newline="") as file:
            file.write(text)
        scripts = os.path.join(leaf, "data", "shakespeare", "preprocess")
        run(scripts, "preprocess_shakespeare.py", "../data/raw_data/raw_data.txt", "../data/raw_data/")
        run(scripts, "gen_all_data.py")
        with open(os.path.join(data, "all_data", "all_data.json")) as file:
            result["users before the split"] = sorted(json.load(file)["users"])
        for share in SHARES:
            utils = os.path.join(leaf, "data", "utils")
            run(utils, "split_data.py", "--name", "shakespeare", "--by_sample", "--frac", share, "--seed", "1")
            users = {}
            for name in ("train", "test"):
                part(os.path.join(data, name, f"all_data_{name}_{share[2:]}.json"), users)
            result["shares"].append(
                {
                    "share": float(share),
                    "users": [
                        {"name": name, "train": parts[0], "test": parts[1]} for name, parts in sorted(users.items())
                    ],
                }
            )
    # What models/utils/language_utils.py makes of a letter that its list does not have.
    sys.path.insert(0, os.path.join(sys.argv[1], "models"))
    from utils import language_utils as letters

    result["letters"] = letters.ALL_LETTERS
    result["unknown"] = {
        "features": letters.word_to_indices("\t\u00e9"),
        "label": letters.letter_to_vec("\u00e9").index(1),
    }
    json.dump(result, sys.stdout, indent=1, ensure_ascii=True)
    print()


main()
