// SPDX-License-Identifier: GPL-2.0
/*
 * Bots, as mail servers and C&C hosts see them: every connection comes from
 * the next address of the given ranges, mail goes straight to the MX by SMTP,
 * and what is not answered at once is given up, as worms do. One connection
 * attempt sends one SYN, so that attempts can be compared with drop counters.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_BOTS 4096
#define MAX_CONNS 4096
#define MAX_TARGETS 16
#define CONNECT_S 0.9 /* the kernel repeats a SYN after 1 s */
#define SESSION_S 3.0
#define ORDERS_S 2.0 /* orders older than this are void */

union address {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

struct bot {
	union address from;
	double ordered; /* when the C&C last answered */
};

/* SMTP: say[step], then wait for a reply that starts with want[step]. */
static const char *const say[] = {
	NULL,
	"HELO bot.example\r\n",
	"MAIL FROM:<bot@bot.example>\r\n",
	"RCPT TO:<you@mx.example>\r\n",
	"DATA\r\n",
	"Subject: cheap pills\r\n\r\nBuy now!\r\n.\r\n",
	"QUIT\r\n",
};
static const char want[] = { '2', '2', '2', '2', '3', '2', '2' };
#define STEPS ((int)sizeof(want))
#define STEP_SENT 5 /* the reply to this one says that the mail is accepted */

struct conn {
	int fd;
	bool used;
	bool report; /* to a C&C host; else SMTP */
	bool connected;
	bool midline;
	char status; /* first character of the reply line */
	int step;
	double since;
	struct bot *bot;
};

static struct bot bots[MAX_BOTS];
static struct conn conns[MAX_CONNS];
static union address mx[MAX_TARGETS], cnc[MAX_TARGETS];
static int nbots, nmx, ncnc, epoll_fd;
static bool orders_needed;
static struct {
	unsigned int tried, connected, mailed, reports, answered;
} count;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void __attribute__((noreturn)) usage(void)
{
	fputs("usage: bots [-m ADDR[,PORT]]... [-c ADDR[,PORT]]... [-r MAILS/S] [-a REPORTS/S]\n"
	      "            [-t SECONDS] [-o] ADDR[+COUNT]...\n"
	      "-m  mail server, port 25        -c  C&C host, port 443\n"
	      "-o  a bot sends mail only while its C&C answers\n"
	      "COUNT bots have one IPv4 address, or one IPv6 /64, each\n",
	      stderr);
	exit(2);
}

static int parse_address(const char *text, int port, union address *out)
{
	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, text, &out->v4.sin_addr) == 1) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons(port);
		return 0;
	}
	if (inet_pton(AF_INET6, text, &out->v6.sin6_addr) == 1) {
		out->v6.sin6_family = AF_INET6;
		out->v6.sin6_port = htons(port);
		return 0;
	}
	return -EINVAL;
}

static void add_target(char *text, int port, union address *list, int *n)
{
	char *comma = strchr(text, ',');

	if (comma) {
		*comma = 0;
		port = atoi(comma + 1);
	}
	if (*n == MAX_TARGETS || parse_address(text, port, &list[*n]))
		usage();
	(*n)++;
}

/* The n-th address, or /64, after the first. */
static void step_address(union address *address, unsigned int n)
{
	unsigned char *bytes = address->v6.sin6_addr.s6_addr;
	uint32_t low;

	if (address->sa.sa_family == AF_INET) {
		address->v4.sin_addr.s_addr = htonl(ntohl(address->v4.sin_addr.s_addr) + n);
		return;
	}
	memcpy(&low, bytes + 4, sizeof(low));
	low = htonl(ntohl(low) + n);
	memcpy(bytes + 4, &low, sizeof(low));
}

static void add_bots(char *text)
{
	char *plus = strchr(text, '+');
	int n = 1;
	union address first;

	if (plus) {
		*plus = 0;
		n = atoi(plus + 1);
	}
	if (n < 1 || n > MAX_BOTS - nbots || parse_address(text, 0, &first))
		usage();
	for (int i = 0; i < n; i++) {
		bots[nbots].from = first;
		step_address(&bots[nbots++].from, i);
	}
}

static void hang_up(struct conn *conn)
{
	struct linger reset = { .l_onoff = 1 };

	/* No lingering states: the next phase starts clean. */
	setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(conn->fd);
	conn->used = false;
}

static struct conn *free_conn(void)
{
	for (int i = 0; i < MAX_CONNS; i++)
		if (!conns[i].used)
			return &conns[i];
	return NULL;
}

static socklen_t address_size(const union address *address)
{
	return address->sa.sa_family == AF_INET ? sizeof(address->v4) : sizeof(address->v6);
}

static void dial(struct bot *bot, const union address *to, bool report)
{
	struct conn *conn = free_conn();
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT, .data.ptr = conn };
	int fd, on = 1;

	if (!conn)
		return;
	fd = socket(to->sa.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	if (bind(fd, &bot->from.sa, address_size(&bot->from)) ||
	    (connect(fd, &to->sa, address_size(to)) && errno != EINPROGRESS) ||
	    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event)) {
		perror("bots");
		close(fd);
		return;
	}
	*conn = (struct conn){
		.fd = fd, .used = true, .report = report, .since = now(), .bot = bot
	};
	if (report)
		count.reports++;
	else
		count.tried++;
}

/* Of the same family as the bot; they take turns. */
static const union address *pick(const union address *list, int n, const struct bot *bot)
{
	static int turn;

	for (int i = 0; i < n; i++) {
		const union address *to = &list[turn++ % n];

		if (to->sa.sa_family == bot->from.sa.sa_family)
			return to;
	}
	return NULL;
}

static void send_mail(void)
{
	static int turn;

	for (int i = 0; i < nbots; i++) {
		struct bot *bot = &bots[turn++ % nbots];
		const union address *to = pick(mx, nmx, bot);

		if (!to || (orders_needed && now() - bot->ordered > ORDERS_S))
			continue;
		dial(bot, to, false);
		return;
	}
}

static void report_to_cnc(void)
{
	static int turn;
	struct bot *bot = &bots[turn++ % nbots];
	const union address *to = pick(cnc, ncnc, bot);

	if (to)
		dial(bot, to, true);
}

/* True once the last line of a reply is complete. */
static bool reply_complete(struct conn *conn, const char *data, ssize_t n)
{
	bool complete = false;

	for (ssize_t i = 0; i < n; i++) {
		if (!conn->midline)
			conn->status = data[i];
		conn->midline = data[i] != '\n';
		complete |= !conn->midline;
	}
	return complete;
}

static bool put(struct conn *conn, const char *text)
{
	return send(conn->fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

static void on_reply(struct conn *conn)
{
	if (conn->report) {
		count.answered++;
		conn->bot->ordered = now();
		hang_up(conn);
		return;
	}
	if (conn->status == want[conn->step]) {
		count.mailed += conn->step == STEP_SENT;
		if (++conn->step < STEPS && put(conn, say[conn->step]))
			return;
	}
	hang_up(conn);
}

static void on_event(struct conn *conn, uint32_t events)
{
	struct epoll_event in = { .events = EPOLLIN, .data.ptr = conn };
	char data[512];
	ssize_t n;

	if (!conn->connected && !(events & (EPOLLERR | EPOLLHUP))) {
		conn->connected = true;
		count.connected += !conn->report;
		epoll_ctl(epoll_fd, EPOLL_CTL_MOD, conn->fd, &in);
		if (conn->report && !put(conn, "bot reporting\n")) {
			hang_up(conn);
			return;
		}
	}
	n = recv(conn->fd, data, sizeof(data), 0);
	if (n > 0) {
		if (reply_complete(conn, data, n))
			on_reply(conn);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		hang_up(conn);
	}
}

/* How many are still open. */
static int give_up_late(void)
{
	double t = now();
	int open = 0;

	for (int i = 0; i < MAX_CONNS; i++) {
		struct conn *conn = &conns[i];

		if (!conn->used)
			continue;
		if (t - conn->since > (conn->connected ? SESSION_S : CONNECT_S))
			hang_up(conn);
		else
			open++;
	}
	return open;
}

static void wait_events(int timeout_ms)
{
	struct epoll_event events[256];
	int n = epoll_wait(epoll_fd, events, 256, timeout_ms);

	for (int i = 0; i < n; i++)
		on_event(events[i].data.ptr, events[i].events);
}

static void blast(double rate, double reports, double seconds)
{
	double start = now(), t, swept = 0, mails_due = 0, reports_due = 0;

	while ((t = now() - start) < seconds || give_up_late()) {
		double end = t < seconds ? t : seconds;

		for (; mails_due < end * rate; mails_due++)
			send_mail();
		for (; reports_due < end * reports; reports_due++)
			report_to_cnc();
		wait_events(5);
		if (t - swept > 0.02) {
			give_up_late();
			swept = t;
		}
	}
}

int main(int argc, char **argv)
{
	struct rlimit files = { MAX_CONNS + 64, MAX_CONNS + 64 };
	double rate = 0, reports = 0, seconds = 5;
	int option;

	while ((option = getopt(argc, argv, "m:c:r:a:t:o")) != -1) {
		if (option == 'm')
			add_target(optarg, 25, mx, &nmx);
		else if (option == 'c')
			add_target(optarg, 443, cnc, &ncnc);
		else if (option == 'r')
			rate = atof(optarg);
		else if (option == 'a')
			reports = atof(optarg);
		else if (option == 't')
			seconds = atof(optarg);
		else if (option == 'o')
			orders_needed = true;
		else
			usage();
	}
	for (; optind < argc; optind++)
		add_bots(argv[optind]);
	if (!nbots)
		usage();
	for (int i = 0; i < nbots; i++)
		bots[i].ordered = -ORDERS_S;
	if (setrlimit(RLIMIT_NOFILE, &files) || (epoll_fd = epoll_create1(EPOLL_CLOEXEC)) < 0) {
		perror("bots");
		return 1;
	}
	blast(rate, reports, seconds);
	printf("tried %u connected %u mailed %u reports %u answered %u\n", count.tried,
	       count.connected, count.mailed, count.reports, count.answered);
	return 0;
}
