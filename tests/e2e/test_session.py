# SPDX-License-Identifier: GPL-2.0
"""The session that README shows: from a first configuration to a block that is explained
and lifted. Its commands are run, in a lab of their own, and each must do."""
import re
import subprocess
import xml.dom.minidom
from pathlib import Path

from weir import BINARY

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def shown(text):
    drawn = xml.dom.minidom.parseString(text).getElementsByTagName("text")
    return ["".join(node.data for each in [line, *line.getElementsByTagName("tspan")]
                    for node in each.childNodes if node.nodeType == node.TEXT_NODE)
            for line in drawn]


def test_each_command_does_and_the_block_is_explained_and_lifted():
    done = subprocess.run([SCRIPTS / "session.sh", Path(BINARY).parent], capture_output=True,
                          text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    lines = shown(done.stdout)
    said = "\n".join(lines)
    assert re.search(r"^203\.0\.113\.7: drop, cnc_src", said, re.M)
    assert re.search(r"^203\.0\.113\.7: pass, allow", said, re.M)
    # What README shows is of these commands.
    kept = [line for line in shown((SCRIPTS / "session.svg").read_text())
            if line.startswith(("$ ", "# "))]
    assert kept == [line for line in lines if line.startswith(("$ ", "# "))]
