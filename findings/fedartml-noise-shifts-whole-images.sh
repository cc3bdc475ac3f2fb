#!/usr/bin/env bash
# One would guess that FedArtML's feature skew by Gaussian noise (of NIID-Bench: client j adds noise of
# standard deviation sigma j / N) draws a number for each pixel.
#
# What happens: it draws one number for each image, if the images come as an array, as in its documentation's
# example with MNIST from keras. All pixels of an image are shifted by the same number: brightness changes,
# and no pixel is noisy against its neighbours. With the same images as nested lists each pixel has noise of
# its own.
#
# Seen with fedartml 0.1.34, NumPy 2.4.6, pandas 3.1.1.
#
# Why it matters: "noise of sigma 0.5" is a change that a bias of the first layer or a normalisation takes
# away, so the clients' optimal rates hardly move; results differ from NIID-Bench's for this reason, and
# between two people who load the same images differently.
#
# Hyperfed: `data.shift` of kind noise draws a number for each value of each sample.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6' 'pandas==3.1.1' 'scipy==1.17.1' 'scikit-learn==1.9.1' 'matplotlib==3.11.2' 'ipywidgets==8.1.9'
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps 'fedartml==0.1.34'

cat > probe.py <<'PYTHON'
import numpy as np
from fedartml import SplitAsFederatedData

images = np.zeros((600, 8, 8))  # black, so that what is added can be read off
labels = [k % 10 for k in range(600)]
for kind, given in (("an array", images), ("nested lists", images.tolist())):
    federated = SplitAsFederatedData(random_state=1).create_clients(
        image_list=given, label_list=labels, num_clients=2, method="dirichlet", alpha=1000,
        sigma_noise=0.5, bins=10)[0]["without_class_completion"]
    for client in ("client_1", "client_2"):
        seen = np.array([image for image, _ in federated[client]])
        print(f"images as {kind}, {client}: standard deviation over all pixels {seen.std():.1f},"
              f" within an image {seen.std((1, 2)).mean():.1f}")
PYTHON

cat > expected.txt <<'TEXT'
images as an array, client_1: standard deviation over all pixels 0.2, within an image 0.0
images as an array, client_2: standard deviation over all pixels 0.5, within an image 0.0
images as nested lists, client_1: standard deviation over all pixels 0.3, within an image 0.2
images as nested lists, client_2: standard deviation over all pixels 0.5, within an image 0.5
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED fedartml-noise-shifts-whole-images: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED fedartml-noise-shifts-whole-images: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS fedartml-noise-shifts-whole-images, seen:"
cat seen.txt
