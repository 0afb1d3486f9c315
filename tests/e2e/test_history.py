# SPDX-License-Identifier: GPL-2.0
"""Publishes on record, gone back to, and on trial."""
import os
import pty
import re
import signal
import subprocess
import time

import pytest

import frames
from lab import is_stopped, kill, named, until, wait_until
from test_attach import one_interface
from weir import judged

CONFIG = "feeds:\n  - { name: nets, kind: cnc, path: nets.txt }\n"
A, B = "198.19.66.6", "198.19.66.7"
FRAME = {host: frames.udp("198.18.1.1", host) for host in (A, B)}


def cut(lab, weir, host):
    return judged(weir, lab.outward, FRAME[host]) == (0, {"cnc_dst": 1})


def in_force(weir, host):
    return weir.json("lookup", host)["reason"] == "cnc_src"


@pytest.fixture
def loaded(weir):
    """Generation 1 lists A, 2 lists B."""
    weir.configure(CONFIG, one_interface("acc0"))
    weir.write("nets.txt", f"{A}\n")
    weir("load")
    weir.write("nets.txt", f"{B}\n2001:db8:19::/48\n")
    weir("reload")
    return weir


def history(weir):
    return weir.json_lines("history")


def test_who_published_what_and_what_changed(loaded):
    second, first = history(loaded)
    assert (first["generation"], second["generation"]) == (1, 2)
    assert (first["by"], second["command"].split()[0]) == ("root", "reload")
    assert second["in_force"] and first["kept"] and not first["in_force"]
    feed = {"name": "nets", "kind": "cnc", "entries": 2, "added": 2, "removed": 1}
    assert second["feeds"] == [feed]
    text = loaded("history").stdout
    assert re.search(r"^ +2  20\S+Z  root: reload .*, in force$", text, re.M)
    assert re.search(r"^ +cnc +nets +2 entries, \+2 -1$", text, re.M)


def test_a_feed_that_is_gone_is_told_too(loaded):
    loaded.configure("", one_interface("acc0"))
    loaded("reload")
    feed, = history(loaded)[0]["feeds"]
    assert (feed["name"], feed["entries"], feed["removed"]) == ("nets", 0, 2)


def test_every_change_by_a_person_is_on_record(loaded):
    loaded("zombie", "add", "198.18.65.1", "--why", "ticket 4711")
    loaded("allow", "add", "198.18.65.2")
    loaded("rollback")
    loaded("unload", "--forget")
    verbs = [row["verb"] for row in loaded.json_lines("history", "--audit")]
    assert verbs == ["unload", "rollback", "allow add", "zombie add", "reload", "load"]
    assert "zombie add 198.18.65.1 --why 'ticket 4711'" in loaded("history", "--audit").stdout


def test_options_before_the_verb_hide_nobody(loaded):
    before = ("--state-dir", loaded.state)
    loaded(*before, "reload")
    loaded(*before, "feed", "update", "nets", "--accept")
    verbs = [row["verb"] for row in loaded.json_lines("history", "--audit")]
    assert verbs[:2] == ["feed update", "reload"]
    loaded.start(*before, "run").wait_line("running; SIGHUP reloads")
    assert history(loaded)[0]["by"] == "daemon"


def test_rollback_and_back_again(lab, loaded):
    assert cut(lab, loaded, B) and not cut(lab, loaded, A)
    said = loaded("rollback").stderr
    assert "generation 1 is in force again, as 3, and is held" in said
    assert cut(lab, loaded, A) and not cut(lab, loaded, B)
    assert history(loaded)[0]["base"] == 1
    assert loaded.status()["held"] == 1 and "HELD" in loaded("status").stdout
    loaded("reload")
    assert cut(lab, loaded, B) and not cut(lab, loaded, A)
    assert loaded.status()["held"] is None
    loaded("rollback", "1")
    assert cut(lab, loaded, A)


def test_what_was_rolled_back_stays_so_until_a_person_says_otherwise(lab, loaded):
    loaded("rollback", "1")
    loaded("allow", "add", "198.18.1.9")  # publishes, and does not end it
    assert cut(lab, loaded, A) and not cut(lab, loaded, B)
    loaded("allow", "add", A)
    assert not cut(lab, loaded, A)
    loaded("allow", "del", A)
    loaded.reboot()
    daemon = loaded.run()
    assert cut(lab, loaded, A) and not cut(lab, loaded, B)
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("spamweir: reloaded")
    assert cut(lab, loaded, B)
    daemon.stop()


def test_rollback_needs_neither_the_feeds_nor_the_configuration(lab, loaded):
    (loaded.directory / "nets.txt").unlink()
    loaded.config.write_text("nonsense: [")
    loaded("rollback")
    assert cut(lab, loaded, A)


def test_what_cannot_be_gone_back_to(loaded):
    assert "generation 7 is not kept" in loaded.fails("rollback", "7")
    assert "generation 2 is in force" in loaded.fails("rollback", "2")
    assert loaded("rollback", "x", check=False).returncode == 2
    rules = loaded.state / "generations" / "1" / "rules"
    rules.write_bytes(rules.read_bytes()[:-3] + b"xyz")
    assert "is damaged" in loaded.fails("rollback", "1")
    assert loaded.status()["held"] is None and in_force(loaded, B)
    rules.unlink()
    assert "nothing before generation 2 is kept" in loaded.fails("rollback")


def test_a_few_are_kept(loaded):
    for _ in range(8):
        loaded("reload")
    kept = sorted(int(path.name) for path in (loaded.state / "generations").iterdir())
    assert kept == [6, 7, 8, 9, 10]
    assert [row["kept"] for row in history(loaded)] == [True] * 5 + [False] * 5


def test_numbers_go_on_after_a_reboot(lab, loaded):
    loaded.reboot()
    loaded("load")
    assert loaded.generation() == 3
    loaded("rollback", "1")
    assert cut(lab, loaded, A)


def standing(weir):
    metrics = weir.metrics()
    return metrics.sum("held_generation"), metrics.sum("confirm_pending")


def test_metrics_show_what_is_held_and_what_waits_for_a_confirm(loaded):
    assert standing(loaded) == (0, 0)
    loaded("rollback", "1")
    assert standing(loaded) == (1, 0)
    loaded("reload", "--confirm", "300s")
    assert standing(loaded) == (0, 1)
    assert loaded.json("metrics")["spamweir_confirm_pending"] == 1
    loaded("confirm")
    assert standing(loaded) == (0, 0)
    kill_watcher(loaded)


def test_metrics_show_when_a_list_changed_and_not_only_its_file(loaded, tool):
    """The same list, written anew a day later."""
    def changed():
        return loaded.metrics().sum("feed_changed_timestamp_seconds", feed="nets")

    def reload(days):
        with loaded.namespace.inside():
            loaded.namespace.run("env", f"LD_PRELOAD={tool('clock.so')}",
                                 f"WALL_SHIFT={86400 * days}", *loaded.command("reload"))

    first = changed()
    assert abs(first - time.time()) < 600
    text = (loaded.directory / "nets.txt").read_text()
    loaded.write("nets.txt", text)
    reload(1)
    assert changed() == first
    loaded.write("nets.txt", text + f"{A}\n")
    reload(2)
    assert abs(changed() - first - 2 * 86400) < 600


# On trial.

@pytest.fixture
def trial(loaded):
    """Starts one that puts A in force again: of B, which comes back."""
    def start(verb="reload", seconds=3):
        loaded.write("nets.txt", f"{A}\n")
        return loaded(verb, "--confirm", f"{seconds}s").stderr

    return start


@pytest.mark.parametrize("verb", ["load", "reload"])
def test_what_nobody_confirms_goes(lab, loaded, trial, verb):
    ends = time.monotonic() + 3
    said = trial(verb)
    assert "generation 3 is on trial: 2 comes back at 20" in said
    assert until(ends, cut(lab, loaded, A))
    assert until(ends, "ON TRIAL" in loaded("status").stdout)
    assert until(ends, (loaded.status()["trial"] or {}).get("back") == 2)
    wait_until(lambda: loaded.status()["held"] == 2, 60)
    wait_until(lambda: history(loaded)[0]["base"] == 2, 60)
    assert cut(lab, loaded, B) and not cut(lab, loaded, A)
    last = history(loaded)[0]
    assert (last["by"], last["command"]) == ("nobody", "nobody has confirmed")
    wait_until(lambda: loaded.status()["trial"] is None, 60)
    assert loaded("confirm", check=False).returncode == 1


def watchers(weir):
    """Processes that watch over a trial of this instance."""
    return named("spamweir-trial", str(weir.pins))


def test_what_is_confirmed_stays(lab, loaded, trial):
    for seconds in 3, 60:  # the longer one where the machine is too busy for the other
        trial(seconds=seconds)
        generation = loaded.generation()
        if "confirmed" in loaded("confirm", check=False).stderr:
            break
    assert loaded.status()["trial"] is None
    wait_until(lambda: watchers(loaded) == [], 90)  # it wakes when the time is up
    assert cut(lab, loaded, A) and loaded.generation() == generation
    assert "nothing is to be confirmed" in loaded.fails("confirm")


@pytest.mark.parametrize("shift", [86400, -60])
def test_a_trial_from_a_container_with_a_clock_of_its_own(lab, loaded, shift):
    if not os.path.exists("/proc/self/ns/time"):
        pytest.skip("the kernel has no time namespaces")
    loaded.write("nets.txt", f"{A}\n")
    loaded.namespace.run("unshare", "--time", "--fork", "--boottime", str(shift),
                         *loaded.command("reload", "--confirm", "3s"))
    wait_until(lambda: loaded.status()["held"] == 2, 60)
    assert cut(lab, loaded, B) and not cut(lab, loaded, A)
    loaded("reload", check=False)
    loaded.namespace.run("unshare", "--time", "--fork", "--boottime", str(shift),
                         *loaded.command("reload", "--confirm", "1h"))
    assert loaded.status()["trial"]["seconds_left"] in range(3400, 3601)
    loaded("confirm")
    kill_watcher(loaded)


def test_shell_terminal_and_daemon_may_go(lab, loaded):
    daemon = loaded.run()
    before = loaded.generation()
    loaded.write("nets.txt", f"{A}\n")
    words = " ".join(str(word) for word in loaded.command("reload", "--confirm", "4s"))
    ends = time.monotonic() + 4
    with loaded.namespace.inside():
        pid, terminal = pty.fork()
        if not pid:
            os.execv("/bin/sh", ["sh", "-c", f"{words}; exec sleep 600"])
    wait_until(lambda: loaded.generation() > before)
    daemon.kill(signal.SIGKILL)
    os.close(terminal)  # hangs up on all that has it
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert until(ends, (loaded.status()["trial"] or {}).get("back") == before)
    wait_until(lambda: loaded.status()["held"] == before and in_force(loaded, B), 60)
    assert cut(lab, loaded, B) and not cut(lab, loaded, A)


@pytest.fixture
def late(loaded, tool):
    """Starts a trial of A, which is over, and whose watcher is about to take the lock. Then
    late() lets it have that, and stops it where it wants it again; late(False) lets it go."""
    paused = loaded.directory / "paused"
    paused.touch()
    loaded.write("nets.txt", f"{A}\n")
    done = loaded.namespace.run("env", f"LD_PRELOAD={tool('pause.so')}", f"PAUSE={paused}",
                                *loaded.command("reload", "--confirm", "1s"), check=False)
    assert done.returncode == 0, done
    watcher, = watchers(loaded)
    wait_until(lambda: is_stopped(watcher), 60)

    def go_on(stop=True):
        if not stop:
            paused.unlink()
        os.kill(watcher, signal.SIGCONT)
        wait_until(lambda: is_stopped(watcher) if stop else not watchers(loaded), 60)

    yield go_on
    kill_watcher(loaded)


def publish(weir, host, *verb):
    weir.write("nets.txt", f"{host}\n")
    weir(*verb)
    assert in_force(weir, host)


def test_memory_that_is_another_generations_by_then_is_not_put_in_force(loaded, late):
    """What comes back is kept open by the watcher, and written over by others until it has
    the lock: twice, so that an old list stands there."""
    publish(loaded, "198.19.66.8", "feed", "update", "nets")
    publish(loaded, "198.19.66.9", "feed", "update", "nets")
    late()
    assert in_force(loaded, "198.19.66.9") and not in_force(loaded, "198.19.66.8")
    late(False)
    assert in_force(loaded, B) and loaded.status()["held"] == 2


def test_what_a_person_publishes_at_the_last_moment_stays(loaded, late):
    publish(loaded, "198.19.66.8", "reload")
    late(False)
    assert in_force(loaded, "198.19.66.8") and loaded.status()["held"] is None


def test_what_a_person_publishes_while_it_goes_back_stays(loaded, late):
    """Between the swap, which is done at once, and the publish that follows."""
    late()
    assert in_force(loaded, B)
    publish(loaded, "198.19.66.8", "reload")
    late(False)
    assert in_force(loaded, "198.19.66.8") and loaded.status()["held"] is None


@pytest.mark.parametrize("verb", ["reload", "load", "rollback"])
def test_what_a_person_has_just_published_stays(loaded, late, tool, verb):
    """The trial ends with the publish: what goes back comes when the lock is free again, and
    the person's command has not returned."""
    behind = loaded.directory / "behind"
    behind.touch()
    loaded.write("nets.txt", "198.19.66.8\n")
    with loaded.namespace.inside():
        command = subprocess.Popen(loaded.command(verb, *(["1"] if verb == "rollback" else [])),
                                   stderr=subprocess.PIPE, text=True,
                                   env={**os.environ, "LD_PRELOAD": str(tool("pause.so")),
                                        "PAUSE_BEHIND": str(behind)})
    wait_until(lambda: is_stopped(command.pid), 60)
    wanted = loaded.generation()
    late(False)
    behind.unlink()
    os.kill(command.pid, signal.SIGCONT)
    _, said = command.communicate(timeout=120)
    assert command.returncode == 0, said
    assert loaded.generation() == wanted
    assert in_force(loaded, A if verb == "rollback" else "198.19.66.8")
    assert loaded.status()["held"] == (1 if verb == "rollback" else None)
    assert loaded.status()["trial"] is None


def test_a_second_trial_that_fails_leaves_the_first(loaded, trial):
    trial(seconds=300)
    kept = loaded.config.read_text()
    loaded.config.write_text("nonsense: [")
    loaded.fails("reload", "--confirm", "60s")
    loaded.config.write_text(kept)
    left = loaded.status()["trial"]
    assert left["back"] == 2 and 60 < left["seconds_left"] <= 300
    assert in_force(loaded, A)
    loaded("confirm")
    kill_watcher(loaded)


def kill_watcher(weir):
    kill(watchers(weir))  # none, where the machine was too busy to be in time


def time_is_up(weir):
    trial = weir.status()["trial"]
    return not trial or trial["seconds_left"] == 0


def test_without_its_watcher_the_next_command_goes_back(lab, loaded, trial):
    trial()
    kill_watcher(loaded)
    wait_until(lambda: time_is_up(loaded))
    assert "nothing is to be confirmed" in loaded("confirm", check=False).stderr
    assert cut(lab, loaded, B) and not cut(lab, loaded, A)
    assert loaded.status()["trial"] is None


def test_without_its_watcher_the_daemon_goes_back(lab, loaded, trial):
    trial()
    kill_watcher(loaded)
    wait_until(lambda: time_is_up(loaded))
    loaded.reboot()
    daemon = loaded.run()
    assert cut(lab, loaded, B) and not cut(lab, loaded, A)
    assert loaded.status()["held"] == 2
    daemon.stop()


def test_a_second_trial_goes_back_to_what_was_confirmed(lab, loaded, trial):
    trial(seconds=300)
    loaded.write("nets.txt", "198.19.66.8\n")
    loaded("reload", "--confirm", "3s")
    wait_until(lambda: in_force(loaded, B), 60)
    wait_until(lambda: len(watchers(loaded)) == 1, 60)  # the first one's
    kill_watcher(loaded)


def test_another_publish_ends_the_trial(loaded, trial):
    trial(seconds=300)
    kill_watcher(loaded)
    back = loaded.status()["trial"]["back"]
    assert f"generation {back} does not come back by itself" in loaded("reload").stderr
    assert loaded.status()["trial"] is None
    assert loaded("reload").stderr == ""


def test_a_rollback_to_where_a_trial_goes_back_says_nothing_else(loaded, trial):
    trial(seconds=300)
    kill_watcher(loaded)
    assert "does not come back" not in loaded("rollback").stderr
    assert loaded.status()["trial"] is None


def test_what_fails_is_not_on_trial(loaded):
    loaded.config.write_text("nonsense: [")
    loaded.fails("reload", "--confirm", "60s")
    assert loaded.status()["trial"] is None and in_force(loaded, B)
    kill_watcher(loaded)


def test_nothing_to_go_back_to(weir):
    weir.configure(CONFIG, one_interface("acc0"))
    weir.write("nets.txt", f"{A}\n")
    assert "nothing is loaded" in weir.fails("load", "--confirm", "60s")
    assert weir("reload", "--confirm", "soon", check=False).returncode == 2


def test_a_change_of_mode_is_on_record(loaded):
    enforcing = loaded.config.read_text()
    loaded.config.write_text("mode: monitor\n" + enforcing)
    loaded("reload")
    loaded("reload")
    loaded.config.write_text(enforcing)
    loaded("reload")
    loaded("rollback", "4")
    assert [publish["mode"] for publish in loaded.json_lines("history")] == [
        "monitor", "enforce", "monitor", "monitor", "enforce", "enforce"]
    text = re.sub(r"\n +\w+ +nets .*", "", loaded("history").stdout)
    assert re.sub(r"(?m)^( +\d+) .*", r"\1", text).splitlines() == [
        "    6", "       mode monitor, before it enforce",
        "    5", "       mode enforce, before it monitor",
        "    4", "    3", "       mode monitor, before it enforce", "    2", "    1"]
