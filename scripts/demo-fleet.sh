#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# demo-fleet.sh [SPAMWEIR [ROUTERS [ENTRIES]]]: forty routers that know what one of them has
# found out, in a lab (see lab.sh): spamweir and BIRD in each, by scripts/fleet as it stands.
set -euo pipefail
export LC_ALL=C

here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
SPAMWEIR=$(realpath "${1:-$here/../.build/spamweir}")
tools=$(dirname "$SPAMWEIR")/lab
mkdir -p "$tools"
"$here/fleet/bird-tools.sh" "$tools"
export SPAMWEIR PYTHONDONTWRITEBYTECODE=1

# shellcheck source=scripts/lab.sh
. "$here/lab.sh"
lab_private timeout -k 10 600 /usr/bin/python3 "$here/fleet/demo.py" "$tools" "${@:2}"
