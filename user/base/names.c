// SPDX-License-Identifier: GPL-2.0
#include "base/names.h"

static const char unknown[] = "unknown";

const char *sw_role_name(enum sw_role role)
{
	switch (role) {
	case SW_ACCESS:
		return "access";
	case SW_UPSTREAM:
		return "upstream";
	case SW_ROLES:
		break;
	}
	return unknown;
}

const char *sw_kind_name(enum sw_kind kind)
{
	switch (kind) {
	case SW_KIND_NONE:
		return "none";
	case SW_KIND_CNC:
		return "cnc";
	case SW_KIND_ZOMBIE:
		return "zombie";
	case SW_KIND_ALLOW:
		return "allow";
	case SW_KIND_OWN:
		return "own";
	case SW_KIND_LIMIT:
		return "limit";
	case SW_KIND_PROTECT:
		return "protect";
	case SW_KINDS:
		break;
	}
	return unknown;
}

const char *sw_verdict_name(enum sw_verdict verdict)
{
	switch (verdict) {
	case SW_PASS:
		return "pass";
	case SW_DROP:
		return "drop";
	case SW_REPLY:
		return "reply";
	case SW_WOULD_DROP:
		return "would_drop";
	case SW_WOULD_REPLY:
		return "would_reply";
	case SW_VERDICTS:
		break;
	}
	return unknown;
}

const char *sw_reason_name(enum sw_reason reason)
{
	switch (reason) {
#define REASON_NAME(id, name, verdict, help)                                                       \
	case SW_##id:                                                                              \
		return #name;
		SW_REASONS(REASON_NAME)
#undef REASON_NAME
	case SW_REASON_COUNT:
	case SW_GO_ON:
		break;
	}
	return unknown;
}

const char *sw_reason_help(enum sw_reason reason)
{
	switch (reason) {
#define REASON_HELP(id, name, verdict, help)                                                       \
	case SW_##id:                                                                              \
		return help;
		SW_REASONS(REASON_HELP)
#undef REASON_HELP
	case SW_REASON_COUNT:
	case SW_GO_ON:
		break;
	}
	return unknown;
}

const char *sw_tunnel_name(enum sw_tunnel kind)
{
	switch (kind) {
#define TUNNEL_NAME(id, name, opened)                                                              \
	case SW_TUNNEL_##id:                                                                       \
		return name;
		SW_TUNNELS(TUNNEL_NAME)
#undef TUNNEL_NAME
	case SW_NO_TUNNEL:
	case SW_TUNNEL_KINDS:
		break;
	}
	return unknown;
}

/* Those that were not sent again are attempts. */
const char *sw_attempt_name(enum sw_attempt kind)
{
	static const char *const name[SW_ATTEMPT_KINDS] = {
		[SW_ATTEMPT_PASSED] = "passed",		[SW_ATTEMPT_LIMITED] = "limited",
		[SW_AGAIN_PASSED] = "again_passed",	[SW_AGAIN_REFUSED] = "again_limited",
		[SW_AGAIN_ADMITTED] = "again_admitted",
	};

	return kind < SW_ATTEMPT_KINDS ? name[kind] : "unknown";
}
