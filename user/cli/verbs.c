// SPDX-License-Identifier: GPL-2.0
#include "cli/verbs.h"

#include <limits.h>
#include <string.h>

#include "base/array.h"

#define FIELD(field) offsetof(struct sw_options, field)

/* Options of more than one verb. */
#define JSON                                                                                       \
	{                                                                                          \
		.name = "json", .help = "print JSON", .field = FIELD(json)                         \
	}
#define SHARED                                                                                     \
	{                                                                                          \
		.name = "shared", .help = "beside other XDP programs, in libxdp's dispatcher",     \
		.field = FIELD(instance.shared),                                                   \
	}

#define FILE_OF(what)                                                                              \
	{                                                                                          \
		.name = "file", .argument = "FILE", .values = SW_VALUES_FILE,                      \
		.help = what ", one a line; - is standard input", .field = FIELD(file),            \
	}

#define FOR                                                                                        \
	{                                                                                          \
		.name = "for", .argument = "TIME", .field = FIELD(duration),                       \
		.help = "how long, such as 90s, 1h30m or 2d; without end by default",              \
	}
#define WHY                                                                                        \
	{                                                                                          \
		.name = "why", .argument = "TEXT", .field = FIELD(why),                            \
		.help = "a line to keep with the entry",                                           \
	}

#define CONFIRM                                                                                    \
	{                                                                                          \
		.name = "confirm", .argument = "TIME", .field = FIELD(confirm),                    \
		.help = "go back in that time unless `spamweir confirm` comes",                    \
	}

const struct sw_option sw_common_options[] = {
	{
		.name = "config",
		.letter = 'c',
		.argument = "FILE",
		.values = SW_VALUES_FILE,
		.help = SW_DEFAULT_CONFIG,
		.field = FIELD(instance.config),
	},
	{
		.name = "pin-dir",
		.argument = "DIR",
		.values = SW_VALUES_DIRECTORY,
		.help = SW_DEFAULT_PIN_DIR,
		.field = FIELD(instance.pin_dir),
	},
	{
		.name = "state-dir",
		.argument = "DIR",
		.values = SW_VALUES_DIRECTORY,
		.help = SW_DEFAULT_STATE_DIR,
		.field = FIELD(instance.state_dir),
	},
	{
		.name = "help",
		.letter = 'h',
		.help = "print this, or with a verb what it takes",
		.field = FIELD(help),
	},
	{ .name = "version", .help = "print the version", .field = FIELD(version) },
	{},
};

const struct sw_verb sw_verbs[] = {
	{
		.name = "load",
		.help = "compile, attach, publish; replaces atomically what is there",
		.option = { SHARED, CONFIRM },
		.example = { "spamweir load", "spamweir load -c lab.yaml --pin-dir /sys/fs/bpf/lab" },
		.changes = true,
		.run = cmd_load,
	},
	{
		.name = "unload",
		.help = "detach and unpin; enforcement ends",
		.option = {
			{
				.name = "forget",
				.help = "do not keep the live zombies for the next load",
				.field = FIELD(forget),
			},
		},
		.example = { "spamweir unload", "spamweir unload --pin-dir /sys/fs/bpf/lab" },
		.changes = true,
		.run = cmd_unload,
	},
	{
		.name = "reload",
		.help = "read config and feeds again, publish if all is well",
		.option = { CONFIRM },
		.example = { "spamweir reload", "spamweir reload -c /root/stricter.yaml" },
		.changes = true,
		.run = cmd_reload,
	},
	{
		.name = "run",
		.help = "load, then stay: feeds, expiry, events, metrics",
		.option = { SHARED },
		.example = { "spamweir run", "spamweir run --shared --state-dir /var/lib/lab" },
		.changes = true,
		.run = cmd_run,
	},
	{
		.name = "worker",
		.help = "start what reads lists and sends notices, confined, for the daemon",
		.option = {
			{
				.name = "socket",
				.argument = "PATH",
				.values = SW_VALUES_FILE,
				.help = "where to listen; by default where systemd does",
				.field = FIELD(socket),
			},
		},
		.example = { "spamweir worker --socket /run/spamweir-worker.socket",
			     "spamweir worker" },
		.run = cmd_worker,
	},
	{
		.name = "init",
		.help = "write a first config by looking at this machine; overwrites nothing",
		.example = { "spamweir init", "spamweir init -c lab.yaml" },
		.run = cmd_init,
	},
	{
		.name = "check",
		.help = "validate config and feeds, touch nothing",
		.option = { JSON },
		.example = { "spamweir check", "spamweir check -c new.yaml --json" },
		.run = cmd_check,
	},
	{
		.name = "doctor",
		.argument = "[NIC]",
		.values = SW_VALUES_INTERFACE,
		.most = 1,
		.help = "what hinders on this machine and its NICs, and what mends it",
		.option = { JSON },
		.example = { "spamweir doctor", "spamweir doctor enp1s0 --json" },
		.run = cmd_doctor,
	},
	{
		.name = "status",
		.help = "what is wrong, and interfaces, rates, feeds, fill levels, totals",
		.option = {
			{
				.name = "watch",
				.argument = "SECONDS",
				.optional = true,
				.help = "look again and again, every two seconds by default",
				.field = FIELD(watch),
			},
			JSON,
		},
		.example = { "spamweir status --watch 5", "spamweir status --json" },
		.run = cmd_status,
	},
	{
		.name = "top",
		.help = "what goes on now: rates, sources, suspects, and what is wrong",
		.option = {
			{
				.name = "once",
				.help = "print it once, for no terminal",
				.field = FIELD(once),
			},
			JSON,
		},
		.example = { "spamweir top", "spamweir top --once" },
		.run = cmd_top,
	},
	{
		.name = "lookup",
		.argument = "ADDR",
		.least = 1,
		.most = 1,
		.help = "why would this address, or the first of a prefix, be dropped or passed",
		.option = {
			{
				.name = "at",
				.argument = "WHEN",
				.help = "whose was it then, as 2026-11-29T10:00:00Z or Unix time",
				.field = FIELD(at),
			},
			{
				.name = "port",
				.argument = "PORT",
				.help = "whose is this port, where subscribers share the address",
				.field = FIELD(port),
			},
			JSON,
		},
		.example = { "spamweir lookup 203.0.113.7", "spamweir lookup 2001:db8::1 --json" },
		.run = cmd_lookup,
	},
	{
		.name = "suspects",
		.argument = "[ADDR]",
		.most = 1,
		.help = "who behaves like a zombie, or like a mail server nobody has allowed",
		.option = {
			{
				.name = "servers",
				.help = "those mail servers, as lines of an allow feed",
				.field = FIELD(servers),
			},
			JSON,
		},
		.example = { "spamweir suspects 198.51.100.25",
			     "spamweir suspects --servers" },
		.run = cmd_suspects,
	},
	{
		.name = "report",
		.help = "what was held back in a time, from whom, by which lists, and what came of it",
		.option = {
			{
				.name = "monitor",
				.help = "whether it is safe to switch from monitor mode",
				.field = FIELD(monitor),
			},
			{
				.name = "stranded",
				.argument = "FEED|PREFIX",
				.values = SW_VALUES_FEED,
				.help = "who called these command servers, and does what since",
				.field = FIELD(stranded),
			},
			{
				.name = "since",
				.argument = "TIME",
				.help = "how far back, such as 12h or 30d; a day, or 7d of --stranded",
				.field = FIELD(since),
			},
			{
				.name = "html",
				.argument = "FILE",
				.values = SW_VALUES_FILE,
				.help = "write it as a page to this file, which is replaced as a whole",
				.field = FIELD(html),
			},
			JSON,
		},
		.example = { "spamweir report --since 30d --html /root/month.html",
			     "spamweir report --stranded 203.0.113.0/24 --since 14d" },
		.run = cmd_report,
	},
	{
		.name = "zombie",
		.sub = "add",
		.argument = "ADDR",
		.most = 1,
		.help = "drop the mail of an address from now on, as a live zombie's",
		.option = {
			FILE_OF("many: ADDR [TIME] [TEXT]"),
			FOR,
			WHY,
		},
		.example = { "spamweir zombie add 100.64.7.9 --for 1d --why \"ticket 4711\"",
			     "spamweir zombie add --file infected.txt --for 7d" },
		.changes = true,
		.run = cmd_zombie_add,
	},
	{
		.name = "zombie",
		.sub = "del",
		.argument = "ADDR",
		.most = 1,
		.help = "lift a live zombie",
		.option = { FILE_OF("many") },
		.example = { "spamweir zombie del 100.64.7.9",
			     "spamweir zombie del --file cleaned.txt" },
		.changes = true,
		.run = cmd_zombie_del,
	},
	{
		.name = "zombie",
		.sub = "list",
		.help = "list the live zombies",
		.option = { JSON },
		.example = { "spamweir zombie list", "spamweir zombie list --json" },
		.run = cmd_zombie_list,
	},
	{
		.name = "feed",
		.sub = "list",
		.help = "the feeds, their state, age and what is wrong with them",
		.option = { JSON },
		.example = { "spamweir feed list", "spamweir feed list --json" },
		.run = cmd_feed_list,
	},
	{
		.name = "feed",
		.sub = "update",
		.argument = "[NAME]",
		.values = SW_VALUES_FEED,
		.most = 1,
		.help = "fetch the feeds that have a URL, read all again, and publish",
		.option = {
			{
				.name = "accept",
				.help = "take the feed however much it lists or has changed",
				.field = FIELD(accept),
			},
		},
		.example = { "spamweir feed update drop", "spamweir feed update drop --accept" },
		.run = cmd_feed_update,
	},
	{
		.name = "feed",
		.sub = "diff",
		.argument = "[NAME|FILE]...",
		.values = SW_VALUES_FEED | SW_VALUES_FILE,
		.most = SW_MAX_FEEDS,
		.help = "what would change if the feeds were published now; touch nothing",
		.option = { JSON },
		.example = { "spamweir feed diff", "spamweir feed diff drop --json" },
		.run = cmd_feed_diff,
	},
	{
		.name = "feed",
		.sub = "test",
		.argument = "FILE [NAME]",
		.values = SW_VALUES_FILE | SW_VALUES_FEED,
		.least = 1,
		.most = 2,
		.help = "judge a file as the feed of that name, or as a new one; touch nothing",
		.option = {
			{
				.name = "as",
				.argument = "NAME",
				.values = SW_VALUES_FEED,
				.help = "as the feed of that name",
				.field = FIELD(as),
			},
			{
				.name = "kind",
				.argument = "KIND",
				.values = SW_VALUES_KIND,
				.help = "as a new feed of this kind; cnc by default",
				.field = FIELD(kind),
			},
			{
				.name = "format",
				.argument = "FORMAT",
				.values = SW_VALUES_FORMAT,
				.help = "in this format; auto by default",
				.field = FIELD(format),
			},
			JSON,
		},
		.example = { "spamweir feed test fetched.txt --kind zombie",
			     "spamweir feed test fetched.txt --as drop" },
		.run = cmd_feed_test,
	},
	{
		.name = "allow",
		.sub = "add",
		.argument = "PREFIX",
		.most = 1,
		.help = "let an address or prefix send and be reached, whatever lists it",
		.option = {
			FILE_OF("many: PREFIX [TIME] [TEXT]"),
			FOR,
			WHY,
			{
				.name = "force",
				.help = "though it is wide",
				.field = FIELD(force),
			},
		},
		.example = { "spamweir allow add 198.51.100.25 --for 2h --why \"ticket 4711\"",
			     "spamweir allow add --file list.txt --for 7d" },
		.changes = true,
		.run = cmd_allow_add,
	},
	{
		.name = "allow",
		.sub = "del",
		.argument = "PREFIX",
		.most = 1,
		.help = "end that",
		.option = { FILE_OF("many") },
		.example = { "spamweir allow del 198.51.100.25", "spamweir allow del --file list.txt" },
		.changes = true,
		.run = cmd_allow_del,
	},
	{
		.name = "allow",
		.sub = "list",
		.help = "list what is allowed by hand",
		.option = { JSON },
		.example = { "spamweir allow list", "spamweir allow list --json" },
		.run = cmd_allow_list,
	},
	{
		.name = "block",
		.sub = "add",
		.argument = "PREFIX",
		.most = 1,
		.help = "drop all traffic from and to an address or prefix",
		.option = {
			FILE_OF("many: PREFIX [TIME] [TEXT]"),
			FOR,
			WHY,
			{
				.name = "force",
				.help = "though it is wide, or in own or special space",
				.field = FIELD(force),
			},
		},
		.example = { "spamweir block add 203.0.113.7 --for 2h --why \"ticket 4711\"",
			     "spamweir block add --file list.txt --for 7d" },
		.changes = true,
		.run = cmd_block_add,
	},
	{
		.name = "block",
		.sub = "del",
		.argument = "PREFIX",
		.most = 1,
		.help = "lift that",
		.option = { FILE_OF("many") },
		.example = { "spamweir block del 203.0.113.7", "spamweir block del --file list.txt" },
		.changes = true,
		.run = cmd_block_del,
	},
	{
		.name = "block",
		.sub = "list",
		.help = "list what is blocked by hand",
		.option = { JSON },
		.example = { "spamweir block list", "spamweir block list --json" },
		.run = cmd_block_list,
	},
	{
		.name = "bounces",
		.argument = "off|on|RATE",
		.values = SW_VALUES_SAID,
		.least = 1,
		.most = 1,
		.help = "let a mail gateway take no bounces, as many as else, or so many",
		.option = {
			{
				.name = "to",
				.argument = "ADDR",
				.help = "the gateway",
				.field = FIELD(to),
			},
			FOR,
			WHY,
		},
		.example = { "spamweir bounces off --to 192.0.2.25 --for 2h",
			     "spamweir bounces 30/min --to 2001:db8::25" },
		.changes = true,
		.run = cmd_bounces,
	},
	{
		.name = "history",
		.help = "what was published when, by whom, and what changed",
		.option = {
			{
				.name = "audit",
				.help = "instead, every change that a person made",
				.field = FIELD(audit),
			},
			JSON,
		},
		.example = { "spamweir history", "spamweir history --audit" },
		.run = cmd_history,
	},
	{
		.name = "rollback",
		.argument = "GENERATION",
		.most = 1,
		.help = "put a publish in force again that is kept, and hold it",
		.example = { "spamweir rollback", "spamweir rollback 12" },
		.changes = true,
		.run = cmd_rollback,
	},
	{
		.name = "confirm",
		.help = "keep what was published with --confirm",
		.example = { "spamweir confirm",
			     "spamweir confirm --state-dir /var/lib/lab" },
		.changes = true,
		.run = cmd_confirm,
	},
	{
		.name = "case",
		.sub = "list",
		.help = "what there is against subscribers, the gravest and oldest first",
		.option = {
			{
				.name = "all",
				.help = "closed ones too",
				.field = FIELD(all),
			},
			JSON,
		},
		.example = { "spamweir case list", "spamweir case list --all --json" },
		.run = cmd_case_list,
	},
	{
		.name = "case",
		.sub = "show",
		.argument = "ID|ADDRESS|ACCOUNT",
		.values = SW_VALUES_CASE,
		.least = 1,
		.most = 1,
		.help = "a case with its evidence and its time line",
		.option = { JSON },
		.example = { "spamweir case show 12", "spamweir case show 100.64.7.9 --json" },
		.run = cmd_case_show,
	},
	{
		.name = "case",
		.sub = "note",
		.argument = "ID|ADDRESS|ACCOUNT TEXT",
		.values = SW_VALUES_CASE,
		.least = 2,
		.most = 2,
		.help = "write a line into its time line",
		.example = { "spamweir case note 12 \"told by phone\"",
			     "spamweir case note 100.64.7.9 \"mail sent\"" },
		.run = cmd_case_note,
	},
	{
		.name = "case",
		.sub = "close",
		.argument = "ID|ADDRESS|ACCOUNT",
		.values = SW_VALUES_CASE,
		.least = 1,
		.most = 1,
		.help = "close it; a relapse opens it again",
		.option = {
			{
				.name = "why",
				.argument = "TEXT",
				.help = "a line to keep with it",
				.field = FIELD(why),
				.required = true,
			},
		},
		.example = { "spamweir case close 12 --why cleaned",
			     "spamweir case close 100.64.7.9 --why \"a mail server\"" },
		.run = cmd_case_close,
	},
	{
		.name = "case",
		.sub = "reopen",
		.argument = "ID|ADDRESS|ACCOUNT",
		.values = SW_VALUES_CASE,
		.least = 1,
		.most = 1,
		.help = "open it again",
		.example = { "spamweir case reopen 12", "spamweir case reopen 100.64.7.9" },
		.run = cmd_case_reopen,
	},
	{
		.name = "notice",
		.sub = "list",
		.help = "what somebody is still to be told, or could not be",
		.option = {
			{
				.name = "all",
				.help = "what was told, too",
				.field = FIELD(all),
			},
			JSON,
		},
		.example = { "spamweir notice list", "spamweir notice list --all --json" },
		.run = cmd_notice_list,
	},
	{
		.name = "notice",
		.sub = "retry",
		.argument = "ID",
		.values = SW_VALUES_NOTICE,
		.most = 1,
		.help = "try again now what waits or was given up; without ID all of it",
		.example = { "spamweir notice retry", "spamweir notice retry 12" },
		.changes = true,
		.run = cmd_notice_retry,
	},
	{
		.name = "notice",
		.sub = "test",
		.argument = "RECEIVER",
		.values = SW_VALUES_RECEIVER,
		.least = 1,
		.most = 1,
		.help = "send a receiver of the configuration a test, now",
		.option = {
			{
				.name = "to",
				.argument = "ADDRESS",
				.help = "mail it there instead",
				.field = FIELD(to),
			},
		},
		.example = { "spamweir notice test desk",
			     "spamweir notice test customers --to me@example.net" },
		.changes = true,
		.run = cmd_notice_test,
	},
	{
		.name = "metrics",
		.help = "Prometheus text",
		.option = {
			JSON,
			{
				.name = "textfile",
				.argument = "PATH",
				.values = SW_VALUES_FILE,
				.help = "write it to this file, which is replaced as a whole",
				.field = FIELD(textfile),
			},
		},
		.example = { "spamweir metrics", "spamweir metrics --textfile "
			     "/var/lib/prometheus/node-exporter/spamweir.prom" },
		.run = cmd_metrics,
	},
	{
		.name = "replay",
		.argument = "CAPTURE",
		.values = SW_VALUES_FILE,
		.least = 1,
		.most = 1,
		.help = "judge a capture with the real BPF program",
		.option = {
			{
				.name = "role",
				.argument = "ROLE",
				.values = SW_VALUES_ROLE,
				.help = "whose program judges: access or upstream",
				.field = FIELD(role),
			},
			{
				.name = "interface",
				.argument = "NAME",
				.values = SW_VALUES_INTERFACE,
				.help = "judge by this NIC's role instead",
				.field = FIELD(interface),
			},
			{
				.name = "direction",
				.argument = "in|all",
				.values = SW_VALUES_SAID,
				.help = "in: what came in, the default; all: what went out as well",
				.field = FIELD(direction),
			},
			{
				.name = "rows",
				.help = "what the ledger and the conduct table know in the end, too",
				.field = FIELD(rows),
			},
			JSON,
		},
		.example = { "spamweir replay yesterday.pcap --role access -c new.yaml",
			     "spamweir replay monday.pcapng.gz --interface enp1s0 --json" },
		.run = cmd_replay,
	},
	{
		.name = "events",
		.help = "follow drops as they happen",
		.option = { JSON },
		.example = { "spamweir events", "spamweir events --json" },
		.run = cmd_events,
	},
	{
		.name = "capture",
		.help = "write the frames that are dropped, with the reason, as pcapng",
		.option = {
			{
				.name = "write",
				.letter = 'w',
				.argument = "FILE",
				.values = SW_VALUES_FILE,
				.help = "the file; - is standard output",
				.field = FIELD(write),
				.required = true,
			},
			{
				.name = "reason",
				.argument = "REASON",
				.values = SW_VALUES_REASON,
				.help = "for this reason; several have commas between",
				.field = FIELD(reason),
			},
			{
				.name = "address",
				.argument = "PREFIX",
				.help = "from or to an address, or one of a prefix",
				.field = FIELD(address),
			},
			{
				.name = "feed",
				.argument = "NAME",
				.values = SW_VALUES_FEED,
				.help = "that this feed decides",
				.field = FIELD(feed),
			},
			{
				.name = "verdict",
				.argument = "drop|reply|would_drop|would_reply|pass",
				.values = SW_VALUES_SAID,
				.help = "of this verdict; several have commas between",
				.field = FIELD(verdict),
			},
			{
				.name = "interface",
				.argument = "NAME",
				.values = SW_VALUES_INTERFACE,
				.help = "that come in on this NIC",
				.field = FIELD(interface),
			},
			{
				.name = "sample",
				.argument = "N",
				.help = "one in N of those",
				.field = FIELD(sample),
			},
			{
				.name = "count",
				.argument = "N",
				.help = "end after N frames",
				.field = FIELD(count),
			},
			{
				.name = "seconds",
				.argument = "N",
				.help = "end after N seconds",
				.field = FIELD(seconds),
			},
			{
				.name = "snaplen",
				.argument = "N",
				.help = "keep the first N bytes of a frame; all by default",
				.field = FIELD(snaplen),
			},
		},
		.example = { "spamweir capture -w dropped.pcapng --seconds 60",
			     "spamweir capture -w - --reason cnc_dst | tshark -r -" },
		.run = cmd_capture,
	},
	{
		.name = "verbs",
		.help = "this table: verb, option, argument and help, with tabs between",
		.example = { "spamweir verbs", "spamweir verbs | cut -f 1 | sort -u" },
		.hidden = true,
		.run = cmd_verbs,
	},
	{
		.name = "complete",
		.argument = "-- WORD...",
		.least = 1,
		.most = INT_MAX,
		.help = "what may stand for the last of the words, which is begun",
		.example = { "spamweir complete -- zombie ''", "spamweir complete -- feed test --" },
		.hidden = true,
		.run = cmd_complete,
	},
};

const size_t sw_verb_count = SW_COUNT(sw_verbs);

const struct sw_option *sw_option_find(const struct sw_option *options, const char *name)
{
	for (; options->name; options++) {
		if (!strcmp(options->name, name))
			return options;
	}
	return NULL;
}
