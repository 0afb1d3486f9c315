// SPDX-License-Identifier: GPL-2.0
#include "cli/first_config.h"

#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/version.h"
#include "contract.h"

#define SCHEMA "share/spamweir/schema/config.schema.json"
#define TEXTFILES "/var/lib/prometheus/node-exporter"

/* A schema that was installed with this binary stands beside its directory. */
static void print_editor_line(FILE *out)
{
	char path[PATH_MAX + sizeof("/../" SCHEMA)], real[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", real, sizeof(real) - 1);

	if (size > 0) {
		real[size] = '\0';
		snprintf(path, sizeof(path), "%s/../%s", dirname(real), SCHEMA);
	}
	if (size <= 0 || !realpath(path, real))
		snprintf(real, sizeof(real), "/usr/%s", SCHEMA);
	fprintf(out, "# yaml-language-server: $schema=file://%s\n", real);
}

/* In quotes, as YAML has them: a name may look like a number, or like "null". */
static void print_name(FILE *out, const char *name)
{
	putc('"', out);
	for (; *name; name++)
		fprintf(out, "%s%c", *name == '"' || *name == '\\' ? "\\" : "", *name);
	putc('"', out);
}

static const char *role_of(const struct sw_survey_nic *nic)
{
	return nic->upstream ? "upstream" : "access";
}

/* Those VLANs on it whose role is not its own. */
static void print_vlans(FILE *out, const struct sw_survey *survey, const struct sw_survey_nic *nic)
{
	const char *sign = ", vlans: { ";
	size_t i;

	for (i = 0; i < survey->nics; i++) {
		const struct sw_survey_nic *vlan = &survey->nic[i];

		if (!vlan->vlan || vlan->link.lower != nic->link.ifindex || !vlan->up ||
		    !strcmp(role_of(vlan), role_of(nic)))
			continue;
		fprintf(out, "%s%u: %s", sign, vlan->vlan, role_of(vlan));
		sign = ", ";
	}
	if (*sign == ',' && sign[1] == ' ' && !sign[2])
		fputs(" }", out);
}

static void print_nic(FILE *out, const struct sw_survey *survey, const struct sw_survey_nic *nic)
{
	fputs(nic->unfit ? "#  - { name: " : "  - { name: ", out);
	print_name(out, nic->link.name);
	fprintf(out, ", role: %s", role_of(nic));
	print_vlans(out, survey, nic);
	fputs(" } # ", out);
	if (nic->unfit)
		fprintf(out, "%s\n", nic->unfit);
	else if (nic->upstream)
		fputs("packets for the Internet leave by it\n", out);
	else if (nic->access)
		fputs("prefixes of yours are behind it\n", out);
	else
		fputs("nothing was seen behind it: IS IT ACCESS?\n", out);
}

size_t sw_first_config_nics(const struct sw_survey *survey)
{
	size_t count = 0, i;

	for (i = 0; i < survey->nics; i++)
		count += !survey->nic[i].unfit;
	return count < SW_MAX_INTERFACES ? count : SW_MAX_INTERFACES;
}

static void print_nics(FILE *out, const struct sw_survey *survey)
{
	bool upstream = false;
	size_t named = 0, i;

	fputs("\n# The NICs that packets come in on. access: your subscribers are behind it;\n"
	      "# upstream: the Internet is. Look each over: a wrong role drops wrong packets.\n"
	      "interfaces:\n",
	      out);
	for (i = 0; i < survey->nics; i++) {
		if (survey->nic[i].unfit || named == SW_MAX_INTERFACES)
			continue;
		print_nic(out, survey, &survey->nic[i]);
		upstream |= survey->nic[i].upstream;
		named++;
	}
	if (!upstream)
		fputs("# NO ROUTE TO THE INTERNET WAS FOUND: name the NIC that it is behind.\n",
		      out);
	for (i = 0; i < survey->nics; i++) {
		if (survey->nic[i].unfit)
			print_nic(out, survey, &survey->nic[i]);
	}
}

static void print_own(FILE *out, const struct sw_survey *survey)
{
	char text[SW_PREFIX_TEXT];
	size_t i;

	fputs("\n"
	      "  # Your own space: no list from outside can cut it off. This is what routes of the\n"
	      "  # kernel's, of administrators and of DHCP lead to, by access NICs; add the rest.\n",
	      out);
	if (!survey->owns)
		fputs("  # NONE WAS FOUND:\n"
		      "#  - { name: home, kind: own, entries: [198.51.100.0/24, \"2001:db8::/32\"] }\n",
		      out);
	else
		fputs("  - name: home\n    kind: own\n    entries:\n", out);
	for (i = 0; i < survey->owns; i++)
		fprintf(out, "      - \"%s\"\n", sw_prefix_format(&survey->own[i], text));
	if (survey->more_own)
		fputs("      # and more: name the prefixes that they lie in\n", out);
}

static void print_resolvers(FILE *out, const struct sw_survey *survey)
{
	char text[SW_PREFIX_TEXT];
	const char *sign = "";
	size_t i;

	fputs("\n"
	      "# Lists of addresses, and what is done with them. Special-purpose space, and this\n"
	      "# machine's own addresses, gateways and resolvers",
	      out);
	for (i = 0; i < survey->hosts.count; i++) {
		if (survey->hosts.host[i].is != SW_HOST_RESOLVER)
			continue;
		fprintf(out, "%s%s", *sign ? sign : " (",
			sw_prefix_format(&survey->hosts.host[i].address, text));
		sign = ", ";
	}
	fprintf(out, "%s, are kept out of them by themselves.\nfeeds:\n", *sign ? ")" : "");
}

static const char allow_text[] =
	"\n"
	"  # Whoever may always send mail: your relays, and customers' mail servers. They cannot\n"
	"  # be found out from here. `spamweir suspects --servers` writes these lines after some\n"
	"  # days in monitor mode.\n"
	"#  - name: relays\n"
	"#    kind: allow\n"
	"#    to: true                  # mail to them passes, too\n"
	"#    entries:\n"
	"#      - 192.0.2.25            # our relay\n"
	"\n"
	"  # What others list: kind cnc is cut off in both directions, kind zombie sends no mail.\n"
	"#  - name: drop\n"
	"#    kind: cnc\n"
	"#    url: https://www.spamhaus.org/drop/drop_v4.json\n"
	"#    every: 12h\n";

static const char smtp_text[] =
	"\n"
	"# monitor decides and counts everything, and drops nothing. Change it to enforce once\n"
	"# `spamweir status` has shown for some days what would be dropped.\n"
	"mode: monitor\n"
	"\n"
	"# New SMTP connections of a source: `burst` at once, then `rate` of them. People send\n"
	"# less; zombies send more. Submission (465, 587) is not touched.\n"
	"smtp:\n"
	"  ports: [25]\n"
	"  limit:\n"
	"    access: { rate: 30/min, burst: 10 }\n"
	"    upstream: { rate: 600/min, burst: 100 }\n";

static void print_metrics(FILE *out)
{
	const char *off = access(TEXTFILES, F_OK) ? "#" : "";

	fprintf(out,
		"\n"
		"# For Prometheus: `spamweir run` writes this file, the node exporter reads it%s.\n"
		"%smetrics:\n"
		"%s  textfile: " TEXTFILES "/spamweir.prom\n",
		*off ? ", which is not\n# installed here" : "", off, off);
}

void sw_first_config_print(FILE *out, const struct sw_survey *survey)
{
	print_editor_line(out);
	fprintf(out,
		"# Written by `spamweir init` (%s) from what this machine looks like. Read it, mend\n"
		"# it, then: spamweir check, spamweir doctor, spamweir load. All keys are in\n"
		"# spamweir.yaml(5). Lines that begin with # say what could not be known.\n",
		sw_version);
	print_nics(out, survey);
	fputs(smtp_text, out);
	print_resolvers(out, survey);
	print_own(out, survey);
	fputs(allow_text, out);
	print_metrics(out);
}
