#!/usr/bin/env bash
# One would guess that pyzmq's zmq.auth.create_certificates writes the secret key so that only its owner
# can read it, as ssh-keygen does. The file itself says: "DO NOT PROVIDE THIS FILE TO OTHER USERS nor
# change its permissions."
#
# What happens: it writes both files with the permissions that the umask leaves. With the usual umask 022
# every user of the machine can read the secret key, and load_certificate reads such a file without a word.
#
# Seen with pyzmq 27.3.0 (libzmq 4.3.5).
#
# Why it matters: on a shared cluster, anybody can join a federation with another client's key, and its
# updates count as those of that client.
#
# Hyperfed: reads these files, but refuses a secret key that others can read; `hyperfed keys new` writes it
# with mode 0600.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'pyzmq==27.3.0'
umask 022
venv/bin/python - <<'PYTHON'
import os

import zmq.auth

public, secret = zmq.auth.create_certificates(".", "site-1")
mode = os.stat(secret).st_mode & 0o777
print(f"{secret} has mode {mode:04o}")
assert mode == 0o644, "the secret key is not readable by others any more"
loaded_public, loaded_secret = zmq.auth.load_certificate(secret)
assert loaded_secret is not None
print("load_certificate reads it without a warning")
PYTHON
