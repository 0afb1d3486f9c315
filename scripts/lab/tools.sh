#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tools.sh DIR: puts there what demo and tests run in the lab: smtp-sink,
# smtp-source, bots, bindsrc.so.
set -euo pipefail

dir=${1:?usage: tools.sh DIR}
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
cc=${CC:-gcc}

mkdir -p "$dir"
"$here/../postfix-tools.sh" "$dir"
"$cc" -O2 -Wall -Wextra -o "$dir/bots" "$here/bots.c"
"$cc" -O2 -Wall -Wextra -shared -fPIC -o "$dir/bindsrc.so" "$here/bindsrc.c"
