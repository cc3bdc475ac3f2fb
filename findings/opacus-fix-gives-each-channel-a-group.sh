#!/usr/bin/env bash
# One would guess that Opacus' ModuleValidator.fix replaces a batch normalization by a group normalization with a
# fixed number of groups, 32 as in Wu and He 2018, or of a fixed size, so that neighbouring widths behave alike.
#
# What happens: it takes the greatest common divisor of 32 and the number of channels. With 8, 16 or 32 channels each
# channel is a group of its own (instance normalization). With 33 channels there is one group (layer normalization).
# The first two stages of a ResNet for CIFAR (16 and 32 channels) lose the size of each channel in each image. Where
# the maps have shrunk to one place, each group is one number, and its normalized value is 0: the network gives the same
# output for all images. PyTorch's own check for such groups counts the whole batch, so there is no error and no warning.
#
# Seen with opacus 1.6.0, torch 2.13.0, NumPy 2.4.6.
#
# Why it matters: it is the usual way to make a model ready for private or for non-IID federated training. Widths are
# no longer comparable, and a small model that stays at chance looks like a wrong learning rate.
#
# In Hyperfed `group_norm` is a number of groups that must divide the channels, and groups of one number are refused.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile 'numpy==2.4.6' 'torch==2.13.0' 'opacus==1.6.0'

cat > probe.py <<'PYTHON'
import torch
from torch import nn
from opacus.validators import ModuleValidator

torch.manual_seed(0)
images = torch.rand(6, 3, 32, 32)


def network(widths):
    layers, channels = [], 3
    for width in widths:
        layers += [nn.Conv2d(channels, width, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
        channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))


for widths in ([16, 32, 64], [20, 33, 65], [8, 16, 32, 32, 32], [12, 24, 48, 48, 48]):
    model = ModuleValidator.fix(network(widths))
    groups = [layer.num_groups for layer in model if isinstance(layer, nn.GroupNorm)]
    problems = ModuleValidator.validate(model, strict=False)
    with torch.no_grad():
        spread = model(images).std(0).max().item()
    print(f"channels {widths}: groups {groups}, outputs differ between images: {spread > 1e-4}, problems: {len(problems)}")
PYTHON

cat > expected.txt <<'TEXT'
channels [16, 32, 64]: groups [16, 32, 32], outputs differ between images: True, problems: 0
channels [20, 33, 65]: groups [4, 1, 1], outputs differ between images: True, problems: 0
channels [8, 16, 32, 32, 32]: groups [8, 16, 32, 32, 32], outputs differ between images: False, problems: 0
channels [12, 24, 48, 48, 48]: groups [4, 8, 16, 16, 16], outputs differ between images: True, problems: 0
TEXT

if ! venv/bin/python -W ignore probe.py > seen.txt 2> errors.txt; then
    echo "CHANGED opacus-fix-gives-each-channel-a-group: the program below no longer runs"
    cat errors.txt
    exit 1
fi
if ! diff expected.txt seen.txt > changes.txt; then
    echo "CHANGED opacus-fix-gives-each-channel-a-group: lines with < were seen before, lines with > are seen now"
    cat changes.txt
    exit 1
fi
echo "PASS opacus-fix-gives-each-channel-a-group, seen:"
cat seen.txt
