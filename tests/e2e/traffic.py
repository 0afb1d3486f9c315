# SPDX-License-Identifier: GPL-2.0
"""A steady stream of clean and of listed packets, both counted where they arrive.

Few packets are in flight at a time: the next ones go out when all clean ones
before them have arrived. So no queue ever overflows, and a clean packet that
does not arrive was dropped by whoever judges it.
"""
import threading
import time

from lab import PATIENCE

ROUND_S = 0.001
LOST_AFTER_S = PATIENCE  # only what is really lost waits for so long


class Stream:
    def __init__(self, path, clean, listed):
        assert len(clean) == len(listed)
        self._path = path
        self._clean, self._listed = clean, listed
        self._frames = [path.frame(packet) for pair in zip(listed, clean) for packet in pair]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._pump)
        self._error = None
        self.sent = 0  # clean ones, and as many listed ones
        self.lost = 0  # of the clean
        self.passed = 0  # of the listed

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()
        if self._error:
            raise self._error

    def _pump(self):
        try:
            with self._path.counting(*flows(self._clean)) as clean, \
                 self._path.counting(*flows(self._listed)) as listed:
                while not self._stop.is_set():
                    started = time.monotonic()
                    self._round(clean)
                    self.passed = listed.total
                    self._stop.wait(max(0, started + ROUND_S - time.monotonic()))
        except Exception as error:  # for the thread that waits for this one
            self._error = error

    def _round(self, clean):
        for frame in self._frames:
            self._path.send_frame(frame)
        self.sent += len(self._clean)
        deadline = time.monotonic() + LOST_AFTER_S
        missing = self.sent - clean.total
        while missing > self.lost and time.monotonic() < deadline:
            time.sleep(0.0001)
            missing = self.sent - clean.total
        self.lost = missing


def flows(packets):
    return {(packet.src, packet.dst) for packet in packets}
