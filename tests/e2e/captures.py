# SPDX-License-Identifier: GPL-2.0
"""Capture files, written by hand: (time in ns, frame) each."""
import struct

ETHERNET, RAW_IP = 1, 101


def pcap(packets, link=ETHERNET, nanoseconds=True):
    magic, unit = (0xa1b23c4d, 1) if nanoseconds else (0xa1b2c3d4, 1000)
    out = struct.pack("<IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    for when, frame in packets:
        seconds, rest = divmod(when, 10**9)
        out += struct.pack("<IIII", seconds, rest // unit, len(frame), len(frame)) + frame
    return out


def _block(kind, body):
    body += bytes(-len(body) % 4)
    size = len(body) + 12
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def pcapng(packets, link=ETHERNET):
    out = _block(0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1))
    nanoseconds = struct.pack("<HHB3xHH", 9, 1, 9, 0, 0)  # if_tsresol
    out += _block(1, struct.pack("<HHI", link, 0, 65535) + nanoseconds)
    for when, frame in packets:
        head = struct.pack("<IIIII", 0, when >> 32, when & 0xffffffff, len(frame), len(frame))
        out += _block(6, head + frame)
    return out
