# SPDX-License-Identifier: GPL-2.0
"""Mail gateways: Postfix, all of it, each in a configuration of its own; and what those of
the time of MyDoom did with mail in which they found a virus."""
import collections
import os
import pathlib
import shutil
import smtplib
import subprocess

from lab import wait_until

OWNER, SUBMITTERS = "mail", "uucp"      # as good as `postfix` and `postdrop`, which are not here
QUEUES = ("maildrop", "incoming", "active", "deferred")
OTHERS = ("bounce", "corrupt", "defer", "flush", "hold", "private", "saved", "trace")

# Time has no say in it: nothing is tried again but by a flush.
MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = {programs}
daemon_directory = {programs}
mail_owner = {owner}
setgid_group = {submitters}
import_environment = MAIL_CONFIG LD_LIBRARY_PATH={programs}
export_environment = MAIL_CONFIG PATH LD_LIBRARY_PATH
maillog_file = {home}/log/mail
maillog_file_prefixes = {home}/log
myhostname = gateway.{domain}
myorigin = {domain}
mydestination =
relay_domains = {domain}
local_recipient_maps =
alias_maps =
alias_database =
inet_interfaces = all
smtp_bind_address = {address}
inet_protocols = ipv4
transport_maps = texthash:{home}/etc/transport
notify_destination_recipient_limit = 1
notify_destination_concurrency_limit = 2
smtpd_relay_restrictions = reject_unauth_destination
smtpd_peername_lookup = no
smtpd_timeout = 300s
smtp_connection_cache_on_demand = no
fast_flush_domains =
notify_classes =
in_flow_delay = 0
max_idle = 1s
queue_run_delay = 1h
minimal_backoff_time = 1h
"""

MASTER = """\
{address}:25 inet n - n - 20 smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
notify unix - n n - 4 pipe user=nobody argv={home}/etc/notify
unknown unix - n n - 4 pipe user=nobody argv={home}/etc/unknown
"""

# Who are unknown gets real bounces; all other mail is looked through for viruses.
TRANSPORT = """\
unknown@{domain} unknown:
{domain} notify:
{peer_domain} smtp:[{peer}]:25
"""

# The mail is told by its last `X-Way`, which a bounce quotes. It came by as many hops as
# there are dots in it; mail loops of the time knew no end.
NOTIFY = """#!/bin/sh
mail=$(cat)
from=$(echo "$mail" | sed -n 's/^From:[^@]*@\\([a-z.]*\\).*/\\1/p;T;q')
way=$(echo "$mail" | sed -n 's/^X-Way: //p;T;q')
dots=$(echo "$way" | tr -cd .)
if [ ${{#dots}} -lt {hops} ]; then
	for who in mailer-daemon postmaster; do
		{programs}/sendmail -i -f '<>' "$who@$from" <<-MAIL || exit 75
			From: Virus Scanner <mailer-daemon@{domain}>
			To: $who@$from
			Subject: you have sent a virus
			X-Way: $way.$who

			It was removed.
		MAIL
	done
fi
echo "$way" >>{home}/arrived
"""


# EX_NOUSER, by what the gateway takes mail for.
UNKNOWN = """#!/bin/sh
cat >/dev/null
exit 67
"""


def ways(seed, hops):
    """The `X-Way` of all that a bounce becomes, itself included."""
    found = latest = [seed]
    for _ in range(hops):
        latest = [f"{way}.{who}" for way in latest for who in ("mailer-daemon", "postmaster")]
        found = found + latest
    return found


class Gateway:
    """`peer`: (address, domain) of the gateway that bounces to this one. A notice is sent of
    each notice, two in fact, until `hops` of them."""

    FILES = {"main.cf": MAIN, "master.cf": MASTER, "transport": TRANSPORT, "notify": NOTIFY,
             "unknown": UNKNOWN}

    def __init__(self, postfix, namespace, home, address, domain, peer, hops):
        self.namespace, self.home = namespace, pathlib.Path(home)
        self.address, self.domain = address, domain
        self._programs = self.home / "programs"     # as good for nobody as for root
        shutil.copytree(postfix, self._programs)
        self._make_places()
        says = dict(home=self.home, programs=self._programs, owner=OWNER, submitters=SUBMITTERS,
                    address=address, domain=domain, peer=peer[0], peer_domain=peer[1], hops=hops)
        for name, text in self.FILES.items():
            (self.home / "etc" / name).write_text(text.format(**says))
            (self.home / "etc" / name).chmod(0o755)
        self._environment = os.environ | {"LD_LIBRARY_PATH": str(self._programs),
                                          "MAIL_CONFIG": str(self.home / "etc")}
        self._master = self._start("master")
        wait_until(lambda: self._master.poll() is None and
                   f"{address}:25 " in namespace.run("ss", "-Hltn").stdout, 60, self.log)

    def _make_places(self):
        for parent in self.home, *self.home.parents[:4]:
            os.chmod(parent, 0o755)
        for name in "etc", "log", "queue", "queue/pid":
            (self.home / name).mkdir(mode=0o755)
        for name in "data", *(f"queue/{name}" for name in (*QUEUES, *OTHERS, "public")):
            (self.home / name).mkdir(mode=0o700)
            shutil.chown(self.home / name, OWNER, OWNER)
        # Programs of set group are none when they are copied, and everybody may do this.
        (self.home / "queue/maildrop").chmod(0o1777)
        (self.home / "queue/public").chmod(0o755)
        (self.home / "arrived").touch()
        (self.home / "arrived").chmod(0o666)

    def _start(self, program, *arguments):
        return self.namespace.start(self._programs / program, *arguments, env=self._environment,
                                    start_new_session=True, stderr=subprocess.DEVNULL)

    def log(self):
        path = self.home / "log/mail"
        return path.read_text() if path.exists() else ""

    def flush(self):
        assert self._start("postqueue", "-f").wait(60) == 0

    def queued(self, *queues):
        """How many mails are in these queues, of the four there are."""
        found = 0
        for queue in queues or QUEUES:
            for _, _, names in os.walk(self.home / "queue" / queue):
                found += len(names)
        return found

    def rests(self):
        """Whether all that is here waits to be tried again."""
        return self.queued("maildrop", "incoming", "active") == 0

    def servers(self):
        """How many processes of it serve SMTP, or could."""
        served = f"smtpd\0-n\0{self.address}:25\0".encode()
        found = 0
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                found += served in (process / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                pass
        return found

    def sessions(self):
        """TCP connections of its server that are not over."""
        return self.namespace.run("ss", "-Htn", "state", "connected", "exclude", "time-wait",
                                  "src", f"{self.address}:25").stdout.splitlines()

    def arrived(self):
        return collections.Counter((self.home / "arrived").read_text().split())

    def close(self):
        self._master.terminate()
        self._master.wait(60)


def send_virus(namespace, source, gateway, forged, way):
    """Mail for somebody unknown, by a zombie, from somebody else's address."""
    with namespace.inside(), smtplib.SMTP(gateway.address, 25, "zombie.example", 60,
                                          (source, 0)) as client:
        client.sendmail(forged, f"unknown@{gateway.domain}",
                        f"From: {forged}\r\nX-Way: {way}\r\n\r\nMyDoom\r\n")
