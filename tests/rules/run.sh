#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# run.sh BUILD: the rules of the house, against the code and against themselves.
set -eu
cd "$(dirname "$0")/../.."
build=${1:?usage: run.sh BUILD}

tests/rules/check.py
tests/rules/headers.sh "$build"
PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m pytest -q -p no:cacheprovider --color=no tests/rules
