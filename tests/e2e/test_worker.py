# SPDX-License-Identifier: GPL-2.0
"""Who starts the confined children for the daemon: when it is not there, hangs, dies, lies, or
is asked by somebody else. Nobody does its work then, and it is said."""
import array
import os
import signal
import socket
import struct
import subprocess
import sys
import threading

import pytest

from lab import is_stopped, wait_until
from test_doctor import only
from test_planted import ATTEMPTS, listener, target, bugged, is_reached  # noqa: F401
from units import Worker, asked, by_worker
from webs import ENTRIES, at, certificate, configure, requests, web  # noqa: F401 fixtures
from weir import Process

LISTED = "feeds:\n  - { name: bad, kind: cnc, path: list }\n"
MEND = "systemctl restart spamweir-worker.socket"
REQUEST = struct.Struct("64s16sII")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "w"


@pytest.fixture
def worker(lab, path):
    made = Worker(lab, path)
    yield made
    made.close()


@pytest.fixture
def listed(weir):
    weir.write("list", "198.19.66.6\n")
    weir.configure(LISTED)
    return weir


def by(weir, path, *arguments):
    """Runs it with this worker."""
    return weir.namespace.run(*by_worker(path, weir.command(*arguments)), check=False)


def start(weir, path, *arguments):
    return Process(weir.namespace.start(*by_worker(path, weir.command(*arguments)),
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT))


def unfit(weir, path, why):
    """A load that lacks the list, whoever runs it having all rights to read it himself."""
    done = by(weir, path, "load")
    assert done.returncode == 3 and why in done.stderr, done
    assert weir.json("lookup", "198.19.66.6")["reason"] == "clean"
    feed, = weir.json("feed", "list")
    assert not feed["ok"] and why in feed["unfit"]["why"]
    return done


def test_it_reads_what_is_listed(listed, path, worker):
    done = by(listed, path, "load")
    assert done.returncode == 0, done
    assert listed.json("lookup", "198.19.66.6")["reason"] == "cnc_src"


def test_none_is_there(listed, path):
    done = unfit(listed, path, f"{path}: spamweir's worker, which reads lists and sends notices, "
                               "does not answer: No such file or directory")
    assert MEND in done.stderr
    # What was read before goes on, and so does the daemon; doctor names it, and what mends it.
    listed("load")
    daemon = start(listed, path, "run")
    try:
        daemon.wait_line("running; SIGHUP reloads")
        listed.write("list", "198.19.66.7\n")
        daemon.kill(signal.SIGHUP)
        daemon.wait_line("does not answer")
        wait_until(lambda: not listed.json("feed", "list")[0]["ok"])
        assert listed.json("lookup", "198.19.66.6")["reason"] == "cnc_src"
        assert listed.json("lookup", "198.19.66.7")["reason"] == "clean"
        finding = only(listed, "worker")
        assert finding["severity"] == "warning" and finding["mend"] == MEND
        assert "does not answer: No such file or directory" in finding["text"]
        assert daemon.stop() == 0
    finally:
        daemon.close()


def test_who_asks_is_nowhere(listed, path, worker):
    """Paths are of the directory that one works in, and somebody has removed it."""
    listed.configure(LISTED.replace("path: list", f"path: {listed.directory}/list"))
    gone = listed.directory / "gone"
    gone.mkdir()
    done = listed.namespace.run(
        "sh", "-c", 'cd "$0" && rmdir "$0" && "$@"', gone,
        *by_worker(path, listed.command("load")), check=False)
    assert done.returncode == 3, done
    assert "an order to spamweir's worker: No such file or directory" in done.stderr
    assert by(listed, path, "load").returncode == 0


def test_one_comes_back(lab, listed, path):
    """Without anybody's doing."""
    listed("load")
    daemon = start(listed, path, "run")
    worker = None
    try:
        daemon.wait_line("running; SIGHUP reloads")
        listed.write("list", "198.19.66.7\n")
        daemon.kill(signal.SIGHUP)
        daemon.wait_line("does not answer")
        worker = Worker(lab, path)
        wait_until(lambda: listed.json("lookup", "198.19.66.7")["reason"] == "cnc_src")
        finding = only(listed, "worker")
        # Started by hand, without its unit's filter of system calls.
        assert finding["severity"] == "note" and f"lives (process {worker.pid})" in finding["text"]
        assert finding["mend"] == MEND
        assert daemon.stop() == 0
    finally:
        daemon.close()
        if worker:
            worker.close()


def test_one_hangs(listed, path, worker):
    """Each list would wait for long: the first does."""
    listed.configure(LISTED + "".join(
        f"  - {{ name: bad{i}, kind: cnc, path: list }}\n" for i in range(4)))
    worker.kill(signal.SIGSTOP)
    wait_until(lambda: is_stopped(worker.pid))
    done = by(listed, path, "load")
    assert done.returncode == 3
    assert done.stderr.count("does not answer: Connection timed out") == 5, done
    worker.kill(signal.SIGCONT)
    assert by(listed, path, "load").returncode == 0


def children(pid):
    return subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True,
                          text=True, check=False).stdout.split()


def has_ended(pid):
    """Whether or not anybody wants to know."""
    stat = subprocess.run(["ps", "-o", "stat=", pid], capture_output=True, text=True, check=False)
    return stat.stdout[:1] in "Z"


def test_one_is_killed_in_the_middle_of_a_list(lab, weir, web, requests, path, worker):
    (web / "again.txt").write_text(ENTRIES)
    configure(weir, at("slow"), ", every: 1s, timeout: 600s")
    done = start(weir, path, "feed", "update", "web")
    try:
        wait_until(requests)
        begun = children(worker.pid)
        assert len(begun) == 2
        worker.stop(signal.SIGKILL)
        done.wait_line("the worker ended, and with it the confined process that read it")
        assert done.wait() != 0
        wait_until(lambda: all(has_ended(pid) for pid in begun))
    finally:
        done.close()
    # systemd begins another.
    path.unlink()
    another = Worker(lab, path)
    try:
        configure(weir, at("again.txt"), ", every: 1s")
        assert by(weir, path, "feed", "update", "web").returncode == 0
    finally:
        another.close()


def test_who_asks_ends_what_it_asked_for(weir, web, path, worker):
    configure(weir, at("slow"), ", every: 1s, timeout: 600s")
    asking = start(weir, path, "feed", "update", "web")
    try:
        wait_until(lambda: len(children(worker.pid)) == 2)
    finally:
        asking.stop(signal.SIGKILL)
        asking.close()
    wait_until(lambda: not children(worker.pid))


def request(version, kind=b"", seconds=10, pipe=0):
    return REQUEST.pack(version, kind, seconds, pipe)


def send(connection, message, *fds):
    connection.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))])


def ask(worker, message, fds=None):
    """What it says; b"": it has hung up."""
    null = os.open("/dev/null", os.O_RDWR)
    with worker.asked() as connection:
        send(connection, message, *([null, null] if fds is None else fds))
        os.close(null)
        try:
            return connection.recv(65536)
        except ConnectionResetError:  # with something unread
            return b""


def version_of(weir):
    said = weir.namespace.run(*weir.command("--version")[:2]).stdout
    return said.split()[1].encode()


def text_of(answer):
    return answer[12:].split(b"\0")[0].decode()


def test_what_is_no_request_is_cut_off(weir, path, worker):
    version = version_of(weir)
    good = request(version)
    assert struct.unpack_from("iii", ask(worker, good)) == (0, 0, worker.pid)
    null = os.open("/dev/null", os.O_RDWR)
    for message, fds in ((b"x", None), (good + b"x", None), (good[:-1], None), (os.urandom(88), None),
                         (good, [null]), (good, [null] * 3), (request(version, pipe=1), None),
                         (request(version, pipe=2), [null] * 3), (good, [null] * 4)):
        assert ask(worker, message, fds) == b"", (message, fds)
        worker.wait_line("what is asked of it is no request; who asked is cut off")
    os.close(null)
    err, = struct.unpack_from("i", answer := ask(worker, request(version, b"dance")))
    assert err < 0 and text_of(answer) == "spamweir's worker knows no `dance`"
    err, = struct.unpack_from("i", answer := ask(worker, request(b"0.1", b"parse")))
    assert err < 0 and "and who asks of 0.1; `systemctl restart" in text_of(answer)
    assert struct.unpack_from("i", ask(worker, good)) == (0,)


def test_an_order_that_cannot_be_read(weir, path, worker):
    version = version_of(weir)
    order = os.memfd_create("order")
    os.write(order, os.urandom(4096))
    for kind in b"parse", b"transfer", b"deliver", b"subscribers", b"execute":
        read, write = os.pipe()
        with worker.asked() as connection:
            send(connection, request(version, kind), order, write)
            os.close(write)
            assert struct.unpack_from("i", connection.recv(65536)) == (0,)
            said = b"".join(iter(lambda: os.read(read, 65536), b""))
            assert b"what the worker is to do cannot be read: Bad message" in said, kind
            _, status = struct.unpack_from("ii", connection.recv(65536))
            assert os.waitstatus_to_exitcode(status) == 1
        os.close(read)
    os.close(order)
    assert struct.unpack_from("i", ask(worker, request(version))) == (0,)


CONNECT = """\
import socket, sys
connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
try:
    connection.connect(sys.argv[1])
    print("hung up" if connection.recv(100) == b"" else "answered")
except PermissionError:
    print("refused")
"""


def test_nobody_else_may_ask(weir, tmp_path):
    """Neither where the socket is his to write to, nor where somebody has made it so."""
    for directory in (tmp_path, *tmp_path.parents):
        directory.chmod(directory.stat().st_mode | 0o055)
    path = tmp_path / "w"
    worker = weir.start("worker", "--socket", path)
    wait_until(path.exists)
    other = ["setpriv", "--reuid", "4711", "--regid", "4711", "--clear-groups", sys.executable,
             "-c", CONNECT, path]
    assert weir.namespace.run(*other).stdout == "refused\n"
    path.chmod(0o666)
    assert weir.namespace.run(*other).stdout == "hung up\n"
    worker.wait_line("the user 4711 may not ask anything of it")
    assert asked(path)  # and it lives


class Liar:
    """Answers as it is told to; `tell(connection, pipe)`, the latter of what is ordered."""

    def __init__(self, path, tell):
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.server.bind(str(path))
        self.server.listen()
        self.tell = tell
        threading.Thread(target=self._go_on, daemon=True).start()

    def _go_on(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection:
                _, fds, _, _ = socket.recv_fds(connection, 100, 3)
                self.tell(connection, fds[1])
                for fd in fds:
                    os.close(fd)


def lies(size):
    """Name: (what it does, what is said of it)."""
    begun = bytes(size)
    wrong = struct.pack("iii", -5, 0, 0) + b"\x1b[2Jno\nnews" + b"x" * size

    def piped(what):
        def tell(connection, pipe):
            connection.send(begun)
            os.write(pipe, what)
        return tell
    return {
        "hangs up": (lambda *_: None, "does not answer: Connection reset by peer"),
        "short": (lambda connection, _: connection.send(b"x"), "does not answer: Bad message"),
        "long": (lambda connection, _: connection.send(bytes(size + 1)),
                 "does not answer: Bad message"),
        "positive": (lambda connection, _: connection.send(b"\x01" * size),
                     "does not answer: Bad message"),
        "painted": (lambda connection, _: connection.send(wrong[:size]), "no"),
        "nothing": (piped(b""), "the worker ended, and with it the confined process"),
        "half": (piped(b"\0" * 3), "the worker ended, and with it the confined process"),
        "noise": (piped(b"\x01" * 60000), "what a confined process says first is no greeting"),
        "zeroes": (piped(b"\0" * 60000), "list"),
    }


@pytest.mark.parametrize("lie", lies(13))
def test_one_lies(listed, lab, tmp_path, lie):
    honest = Worker(lab, tmp_path / "h")
    size = len(ask(honest, request(version_of(listed))))
    honest.close()
    tell, why = lies(size)[lie]
    liar = Liar(tmp_path / "w", tell)
    try:
        done = unfit(listed, tmp_path / "w", why)
        assert "\x1b" not in done.stderr and "Traceback" not in done.stderr
    finally:
        liar.server.close()


def test_a_planted_bug_can_do_nothing(lab, weir, tool, target, listener, path):
    """In a child of the worker, which is of the same user as that."""
    worker = Worker(lab, path, *bugged(tool, target, listener.getsockname()[1])[1:])
    weir.configure(LISTED)
    try:
        for letter, what in ATTEMPTS.items():
            weir.write("list", f"198.19.66.6\n# PLANTED-{letter}\n")
            unfit(weir, path, "the confined process that read it was killed by signal")
            assert not os.path.lexists(target), what
            assert not is_reached(listener) and worker.popen.poll() is None, what
        weir.write("list", "198.19.66.6\n")
        assert by(weir, path, "load").returncode == 0
    finally:
        worker.close()
