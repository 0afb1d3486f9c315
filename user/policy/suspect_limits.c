// SPDX-License-Identifier: GPL-2.0
#include "policy/suspect_limits.h"

#include <math.h>

static double part(__u32 millionths)
{
	return (double)millionths / SW_MILLIONTHS;
}

static double nats(double factor)
{
	return log(factor) * SW_SUSPECT_NAT;
}

struct sw_suspect_limits sw_suspect_limits(const struct sw_suspects_config *config,
					   enum sw_suspect_action action)
{
	double theta0 = part(config->theta0), theta1 = part(config->theta1);
	struct sw_suspect_limits limits = { .servers_too = config->servers_too };

	if (config->action[SW_RULE_SERVERS] >= action) {
		limits.servers = config->servers;
		limits.servers_answered = config->servers_answered;
	}
	if (config->action[SW_RULE_SILENT] >= action)
		limits.silent = config->silent;
	if (config->action[SW_RULE_FAILURES] >= action) {
		limits.failed = floor(nats((1 - theta1) / (1 - theta0)));
		limits.answered = ceil(nats(theta0 / theta1));
		limits.enough = ceil(nats((1 - part(config->beta)) / part(config->alpha)));
	}
	return limits;
}
