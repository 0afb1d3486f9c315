#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""TCP hosts of a lab: they answer whoever says something, and log the contact.

usage: hosts.py LOG ADDRESS,PORT...

A line of LOG, "HOST CLIENT", is a request that arrived and was answered.
"""
import selectors
import socket
import sys


def listener(host, port):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, int(port)))
    sock.listen(512)
    sock.setblocking(False)
    return sock


def accept(events, listening):
    try:
        conn, peer = listening.accept()
    except OSError:
        return
    conn.setblocking(False)
    events.register(conn, selectors.EVENT_READ, (conn.getsockname()[0], peer[0]))


def answer(events, conn, ends, log):
    try:
        if conn.recv(256):
            conn.send(b"hello\n")
            print(*ends, file=log)
    except OSError:
        pass
    events.unregister(conn)
    conn.close()


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    with open(sys.argv[1], "a", buffering=1) as log:
        events = selectors.DefaultSelector()
        for where in sys.argv[2:]:
            events.register(listener(*where.split(",")), selectors.EVENT_READ)
        while True:
            for key, _ in events.select():
                if key.data is None:
                    accept(events, key.fileobj)
                else:
                    answer(events, key.fileobj, key.data, log)


if __name__ == "__main__":
    main()
