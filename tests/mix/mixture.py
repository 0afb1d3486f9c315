# SPDX-License-Identifier: GPL-2.0
"""A synthetic mix of subscribers, as frames of an edge that sees both directions.

Nothing of it was captured anywhere. What each kind does, and in which shares it is answered, is
assumed, and stands here; the same seed makes the same frames. Addresses are those that
RFC 2544 and RFC 5737 set aside. What comes from subscribers bears VLAN 100, what comes to them
VLAN 200.
"""
import dataclasses
import random
import struct

SEED = 20041103
ACCESS, UPSTREAM = 100, 200
SYN, RST, ACK = 2, 4, 16

CNC = [f"203.0.113.{n}" for n in range(10, 18)]
PROVIDERS = [f"198.19.0.{n}" for n in range(1, 17)]  # where customers hand in their mail
LARGE = [f"198.19.1.{n}" for n in range(1, 9)]       # mail exchangers that half the world has
SMALL = [f"198.19.{2 + n // 250}.{1 + n % 250}" for n in range(4000)]
INTERNET = [f"192.0.2.{n}" for n in range(1, 255)]   # who sends mail to servers here

# Who they are, and how many of each.
LEGITIMATE = {"webmail": 560, "submission": 260, "scanner": 25, "newsletter": 15, "device": 20,
              "office": 40, "mail server": 50}
ZOMBIES = {"blaster": 5, "slow": 10, "very slow": 10, "caller": 5}
HALF = {"half answered": 10}  # very slow ones, that are hardest to tell
INFECTED = {*ZOMBIES, *HALF}


ANSWERED, REFUSED, DEAD = "answered", "refused", "dead"


@dataclasses.dataclass
class Connection:
    """What somebody tries, and what becomes of it."""
    at: float    # seconds
    kind: str    # of the subscriber's
    source: str
    server: str
    port: int
    fate: str


@dataclasses.dataclass
class Subscriber:
    address: str
    kind: str
    first: float = None  # when it opened its first SMTP connection, or called


def quad(address):
    return bytes(int(part) for part in address.split("."))


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


def frame(vlan, source, destination, sport, dport, flags, seq, ack=0):
    addresses = quad(source) + quad(destination)
    tcp = struct.pack(">HHIIBBHHH", sport, dport, seq, ack, 5 << 4, flags, 64240, 0, 0)
    sum_of = checksum(addresses + struct.pack(">HH", 6, len(tcp)) + tcp)
    tcp = tcp[:16] + struct.pack(">H", sum_of) + tcp[18:]
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0) + addresses
    header = header[:10] + struct.pack(">H", checksum(header)) + header[12:]
    return (b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01" + struct.pack(">HHH", 0x8100, vlan, 0x0800) +
            header + tcp)


class Mix:
    """So many minutes, in order: `connections`, and as frames `packets`, (time in seconds,
    frame)."""

    def __init__(self, minutes, zombies, legitimate=None, seed=SEED):
        self.random = random.Random(seed)
        self.end = minutes * 60
        self.packets = []
        self.connections = []
        self.subscribers = {}
        for kind, count in {**(legitimate or LEGITIMATE), **zombies}.items():
            for _ in range(count):
                self._add(kind)
        self.packets.sort(key=lambda packet: packet[0])
        self.connections.sort(key=lambda connection: connection.at)

    def _add(self, kind):
        n = len(self.subscribers)
        subscriber = Subscriber(f"198.18.{n // 250}.{1 + n % 250}", kind)
        self.subscribers[subscriber.address] = subscriber
        getattr(self, "_" + kind.replace(" ", "_"))(subscriber)

    def _out(self, at, *fields):
        if at < self.end:
            self.packets.append((at, frame(ACCESS, *fields)))

    def _in(self, at, *fields):
        if at < self.end:
            self.packets.append((at, frame(UPSTREAM, *fields)))

    def _note(self, at, who, *fields):
        if at < self.end:
            self.connections.append(Connection(at, who.kind, *fields))

    def _connect(self, at, who, server, port, dead=0.0, refused=0.0):
        """A connection, as Linux opens one: SYNs are sent again after 1, 3, 7 and 15 s."""
        if at >= self.end:
            return
        if port != 443 and (who.first is None or at < who.first):
            who.first = at
        sport, seq = self.random.randrange(20000, 60000), self.random.getrandbits(32)
        fate, back = self.random.random(), self.random.uniform(0.01, 0.2)
        self._note(at, who, who.address, server, port, DEAD if fate < dead else
                   REFUSED if fate < dead + refused else ANSWERED)
        for again in (0, 1, 3, 7, 15) if fate < dead else (0,):
            self._out(at + again, who.address, server, sport, port, SYN, seq)
        if dead <= fate < dead + refused:
            self._in(at + back, server, who.address, port, sport, RST | ACK, 0, seq + 1 & 2**32 - 1)
        elif fate >= dead:
            self._in(at + back, server, who.address, port, sport, SYN | ACK,
                     self.random.getrandbits(32), seq + 1 & 2**32 - 1)

    def _is_written_to(self, at, who):
        """A connection from outside to port 25 here."""
        host, sport = self.random.choice(INTERNET), self.random.randrange(20000, 60000)
        seq = self.random.getrandbits(32)
        self._note(at, who, host, who.address, 25, ANSWERED)
        self._in(at, host, who.address, sport, 25, SYN, seq)
        self._out(at + 0.001, who.address, host, 25, sport, SYN | ACK, self.random.getrandbits(32),
                  seq + 1 & 2**32 - 1)

    def _times(self, mean, start=None):
        """Moments, apart by so many seconds on average."""
        at = self.random.uniform(0, mean) if start is None else start
        while at < self.end:
            yield at
            at += self.random.expovariate(1 / mean)

    def _exchanger(self, large):
        return self.random.choice(LARGE if self.random.random() < large else SMALL)

    # Those who are no zombies.

    def _webmail(self, who):
        for at in self._times(300):
            self._connect(at, who, self.random.choice(LARGE), 443)

    def _submission(self, who):
        """A mail program with an account or two."""
        accounts = self.random.sample(PROVIDERS, self.random.choice([1, 1, 1, 2, 2, 3]))
        for at in self._times(self.random.uniform(120, 600)):
            self._connect(at, who, self.random.choice(accounts),
                          self.random.choice([465, 587]), dead=0.005)

    def _scanner(self, who):
        """A copier that mails what it scans, by one relay."""
        relay = self.random.choice(PROVIDERS)
        for at in self._times(600):
            self._connect(at, who, relay, 25, dead=0.01)

    def _device(self, who):
        """A camera or an alarm that mails straight to where its owner's mail is."""
        owner = [self._exchanger(0.7) for _ in range(self.random.choice([1, 1, 2]))]
        for at in self._times(900):
            self._connect(at, who, self.random.choice(owner), 25, dead=0.02)

    def _newsletter(self, who):
        """A club's, from a computer there straight to its members' servers, of which some
        are gone."""
        at = self.random.uniform(0, self.end / 3)
        for _ in range(self.random.randrange(30, 200)):
            self._connect(at, who, self._exchanger(0.4), 25, dead=0.025, refused=0.01)
            at += self.random.expovariate(self.random.uniform(8, 20) / 60)

    def _office(self, who):
        """Ten to fifty mail programs behind one address."""
        accounts = [self.random.choice(PROVIDERS) for _ in range(self.random.randrange(10, 50))]
        for at in self._times(400 / len(accounts)):
            self._connect(at, who, self.random.choice(accounts),
                          self.random.choice([25, 465, 587]), dead=0.005)

    def _mail_server(self, who):
        """A small office's own: it is written to, from the first minute on, and sends to
        servers of which some do not answer; what was deferred it tries again."""
        for at in self._times(self.random.uniform(20, 90), self.random.uniform(0, 5)):
            self._is_written_to(at, who)
        deferred = []
        for at in self._times(self.random.uniform(20, 120), self.random.uniform(10, 60)):
            server = self._exchanger(0.5)
            self._connect(at, who, server, 25, dead=0.05, refused=0.02)
            if self.random.random() < 0.07:
                deferred.append((at, server))
        for at, server in deferred:
            for again in (300, 900, 2100):
                self._connect(at + again, who, server, 25, dead=0.8)

    # And those who are.

    def _spam(self, who, every, start, fails=None):
        """Straight to mail exchangers, of which between one and four in ten answer, unless
        it is said how many do not."""
        fails = fails or self.random.uniform(0.6, 0.9)
        for n in range(int((self.end - start) / every)):
            self._connect(start + (n + self.random.uniform(0, 0.1)) * every, who,
                          self._exchanger(0.2), 25, dead=0.6 * fails, refused=0.4 * fails)

    def _blaster(self, who):
        """Seven a second, for five minutes."""
        start, end = self.random.uniform(60, 600), self.end
        self.end = start + 300
        self._spam(who, 1 / 7, start)
        self.end = end

    def _slow(self, who):
        """Six a minute."""
        self._spam(who, 10, self.random.uniform(60, 600))

    def _very_slow(self, who):
        """Ten an hour."""
        self._spam(who, 360, self.random.uniform(0, self.end - 3700 if self.end > 3700 else 300))

    def _half_answered(self, who):
        """As slow, with a list of which half is good."""
        self._spam(who, 360, self.random.uniform(0, self.end - 3700), fails=0.5)

    def _caller(self, who):
        """It asks for orders, and sends no mail."""
        for at in self._times(180):
            if who.first is None:
                who.first = at
            server = self.random.choice(CNC)
            self._note(at, who, who.address, server, 443, DEAD)
            self._out(at, who.address, server, self.random.randrange(20000, 60000), 443, SYN,
                      self.random.getrandbits(32))


def short(seed=SEED):
    """Thirty minutes, of 1,000 subscribers."""
    return Mix(30, ZOMBIES, seed=seed)


def long(seed=SEED):
    """Two hours and a half, for those who take their time; of the others, one in two."""
    return Mix(150, {"very slow": ZOMBIES["very slow"], **HALF},
               {kind: count // 2 for kind, count in LEGITIMATE.items()}, seed=seed)


def live(minutes):
    """The same 1,000 subscribers, for so long."""
    return Mix(minutes, ZOMBIES)


def write_pcap(packets, path):
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for at, data in packets:
            whole = int(at)
            out.write(struct.pack("<IIII", 1700000000 + whole, int((at - whole) * 1000000),
                                  len(data), len(data)))
            out.write(data)
