# SPDX-License-Identifier: GPL-2.0
"""Captures: pcap and pcapng, read and written with nothing but struct.

A capture in memory is a list of (time in ns, frame). The frame is what was captured, a Cut one if
that is not all of it.
"""
import struct

ETHERNET = 1
SNAP_LENGTH = 262144

SECTION, INTERFACE, PACKET, SIMPLE, NAMES, ENHANCED, UNKNOWN = 0x0A0D0D0A, 1, 2, 3, 4, 6, 0x7777
END_OF_OPTIONS, IF_TSRESOL, IF_TSOFFSET = 0, 9, 14


class Unreadable(Exception):
    pass


class Cut(bytes):
    """The start of a frame that had `wire` bytes."""

    wire = 0


def frame_of(data, wire):
    """What was captured of a frame that had so many bytes."""
    if wire <= len(data):
        return data
    cut = Cut(data)
    cut.wire = wire
    return cut


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    magic = data[:4]
    for order in "<", ">":
        if magic == struct.pack(order + "I", 0xA1B2C3D4):
            return _read_pcap(data, order, 1000)
        if magic == struct.pack(order + "I", 0xA1B23C4D):
            return _read_pcap(data, order, 1)
    if magic == struct.pack("<I", SECTION):
        return _read_pcapng(data)
    raise Unreadable(f"{path}: neither pcap nor pcapng")


def wire_of(frame):
    """How many bytes the frame had."""
    return getattr(frame, "wire", len(frame))


def _read_pcap(data, order, unit):
    if struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF != ETHERNET:
        raise Unreadable("not Ethernet")
    packets = []
    at = 24
    while at + 16 <= len(data):
        seconds, fraction, captured, wire = struct.unpack_from(order + "4I", data, at)
        at += 16
        packets.append((seconds * 10**9 + fraction * unit,
                        frame_of(data[at : at + captured], wire)))
        at += captured
    return packets


def _read_pcapng(data):
    packets = []
    interfaces = []
    order = "<"
    at = time = 0
    while at + 12 <= len(data):
        if data[at : at + 4] == struct.pack("<I", SECTION):
            order = "<" if data[at + 8 : at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            interfaces = []
        kind, length = struct.unpack_from(order + "2I", data, at)
        body = data[at + 8 : at + length - 4]
        at += length
        if kind == INTERFACE:
            interfaces.append(_interface(body, order))
        elif kind == ENHANCED:
            index, high, low, captured, wire = struct.unpack_from(order + "5I", body)
            per_second, offset = interfaces[index]
            time = (high << 32 | low) * 10**9 // per_second + offset * 10**9
            packets.append((time, frame_of(body[20 : 20 + captured], wire)))
        elif kind == PACKET:
            index, _, high, low, captured, wire = struct.unpack_from(order + "2H4I", body)
            per_second, offset = interfaces[index]
            time = (high << 32 | low) * 10**9 // per_second + offset * 10**9
            packets.append((time, frame_of(body[20 : 20 + captured], wire)))
        elif kind == SIMPLE:
            wire = struct.unpack_from(order + "I", body)[0]
            packets.append((time, frame_of(body[4 : 4 + wire], wire)))
    return packets


def _interface(body, order):
    """How many units a second its time stamps have, and where they begin, in s."""
    if struct.unpack_from(order + "H", body)[0] != ETHERNET:
        raise Unreadable("not Ethernet")
    per_second, offset = 10**6, 0
    at = 8
    while at + 4 <= len(body):
        code, length = struct.unpack_from(order + "2H", body, at)
        value = body[at + 4 : at + 4 + length]
        at += 4 + (length + 3) // 4 * 4
        if code == END_OF_OPTIONS:
            break
        if code == IF_TSRESOL:
            per_second = 2 ** (value[0] & 127) if value[0] & 128 else 10 ** value[0]
        elif code == IF_TSOFFSET:
            offset = struct.unpack(order + "q", value)[0]
    return per_second, offset


def write_pcap(path, packets, nano=False, order="<", lost=0, link=ETHERNET):
    """lost: bytes of each frame that were on the wire and not captured."""
    magic, unit = (0xA1B23C4D, 1) if nano else (0xA1B2C3D4, 1000)
    with open(path, "wb") as file:
        file.write(struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, SNAP_LENGTH, link))
        for time, frame in packets:
            seconds, rest = divmod(time, 10**9)
            file.write(struct.pack(order + "4I", seconds, rest // unit, len(frame),
                                   wire_of(frame) + lost))
            file.write(frame)


def write_pcapng(path, packets, resolution=6, order="<", lost=0, interfaces=1, offset=0,
                 others=False):
    """resolution is the byte of if_tsresol: a power of ten, or of two with the top bit set.
    others: blocks that are not packets stand between them."""
    per_second = 2 ** (resolution & 127) if resolution & 128 else 10**resolution
    options = struct.pack(order + "2HB3x", IF_TSRESOL, 1, resolution)
    options += struct.pack(order + "2Hq2H", IF_TSOFFSET, 8, offset, END_OF_OPTIONS, 0)
    with open(path, "wb") as file:
        file.write(_block(order, SECTION, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)))
        for _ in range(interfaces):
            head = struct.pack(order + "2HI", ETHERNET, 0, SNAP_LENGTH)
            file.write(_block(order, INTERFACE, head + options))
        for n, (time, frame) in enumerate(packets):
            if others and n % 100 == 0:
                file.write(_block(order, NAMES, struct.pack(order + "2H", 0, 0)))
                file.write(_block(order, UNKNOWN, bytes(n % 20)))
            units = (time - offset * 10**9) * per_second // 10**9
            head = struct.pack(order + "5I", n % interfaces, units >> 32, units & 0xFFFFFFFF,
                               len(frame), wire_of(frame) + lost)
            file.write(_block(order, ENHANCED, head + frame))


def _block(order, kind, body):
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length
