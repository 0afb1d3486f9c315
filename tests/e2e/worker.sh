#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# worker.sh ARGUMENT...: Python for one of several workers of pytest-xdist, in a
# lab of its own: pins, names of namespaces and scratch are never shared.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
# shellcheck source=scripts/lab.sh
. "$here/../../scripts/lab.sh"
# shellcheck disable=SC2016 # expands inside
lab_private bash -euc 'mkdir -p "$LAB/tests"; exec /usr/bin/python3 "$@"' worker "$@"
