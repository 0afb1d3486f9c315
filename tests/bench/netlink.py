# SPDX-License-Identifier: GPL-2.0
"""Reads a named counter of nftables. nft(8) would read all sets of the kernel
first, which takes minutes if they are as large as here."""
import socket
import struct

_NETLINK_NETFILTER = 12
_GET_OBJECT = 10 << 8 | 19  # NFNL_SUBSYS_NFTABLES, NFT_MSG_GETOBJ
_REQUEST = 1
_ERROR = 2
_OBJ_TABLE, _OBJ_NAME, _OBJ_TYPE, _OBJ_DATA = 1, 2, 3, 4
_TYPE_COUNTER = 1
_COUNTER_PACKETS = 2
_TYPE_MASK = 0x3fff  # without NLA_F_NESTED


def _pad(data):
    return data + b"\0" * (-len(data) % 4)


def _attribute(kind, data):
    return _pad(struct.pack("=HH", 4 + len(data), kind) + data)


def _attributes(data):
    found = {}
    while data:
        size, kind = struct.unpack_from("=HH", data)
        found[kind & _TYPE_MASK] = data[4:size]
        data = data[size + -size % 4:]
    return found


def nft_counter(family, table, name):
    """Its packets."""
    body = struct.pack("=BBH", family, 0, 0)
    body += _attribute(_OBJ_TABLE, table.encode() + b"\0")
    body += _attribute(_OBJ_NAME, name.encode() + b"\0")
    body += _attribute(_OBJ_TYPE, struct.pack("!I", _TYPE_COUNTER))
    header = struct.pack("=IHHII", 16 + len(body), _GET_OBJECT, _REQUEST, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_NETFILTER) as netlink:
        netlink.sendto(header + body, (0, 0))
        answer = netlink.recv(65536)
    size, kind = struct.unpack_from("=IH", answer)
    if kind == _ERROR:
        raise RuntimeError(f"nftables: no counter {table} {name}")
    data = _attributes(answer[20:size])[_OBJ_DATA]
    return struct.unpack("!Q", _attributes(data)[_COUNTER_PACKETS])[0]
