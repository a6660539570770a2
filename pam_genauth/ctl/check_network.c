/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/socket.h>
#include <sys/types.h>

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/intl.h"
#include "ctl/check.h"
#include "genauth/check_app.h"
#include "genauth/http.h"
#include "genauth/probe.h"
#include "genauth/password_key.h"
#include "genauth/system.h"

/* A certificate about to expire, and a clock that is off. */
#define DAYS_WARNING 14
#define CLOCK_WARNING_S 60

static long long
deadline(const struct genauth_check *check)
{
	return genauth_clock_ms() + check->options.timeout_ms;
}

/* Host and port of "https://HOST[:PORT]" or of a proxy. */
static void
split(const char *url, char *host, size_t size, char *port, size_t port_size)
{
	const char *start = strstr(url, "://"), *end, *at;

	start = start == NULL ? url : start + 3;
	if ((at = strrchr(start, '@')) != NULL)
		start = at + 1;
	if (*start == '[') {
		start++;
		end = start + strcspn(start, "]");
		snprintf(host, size, "%.*s", (int)(end - start), start);
		end += *end == ']';
	} else {
		end = start + strcspn(start, ":/");
		snprintf(host, size, "%.*s", (int)(end - start), start);
	}
	if (*end == ':')
		snprintf(port, port_size, "%.*s", (int)strcspn(end + 1, "/"),
		    end + 1);
	else
		snprintf(port, port_size, "%s",
		    strncmp(url, "https", 5) == 0 ? "443" : "1080");
}

static struct addrinfo *
check_dns(struct genauth_check *check, const char *host, const char *port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found = NULL;
	long long start = genauth_clock_ms();
	char address[128] = "";
	int code;

	genauth_report_progress(&check->report, "dns");
	if ((code = getaddrinfo(host, port, &hints, &found)) != 0) {
		genauth_report_add(&check->report, "dns", GENAUTH_RESULT_ERROR,
		    _("check app_host or proxy, and /etc/resolv.conf"),
		    "%s: %s", host, gai_strerror(code));
		return NULL;
	}
	getnameinfo(found->ai_addr, found->ai_addrlen, address,
	    sizeof(address), NULL, 0, NI_NUMERICHOST);
	genauth_report_add(&check->report, "dns", GENAUTH_RESULT_OK, NULL,
	    _("%s is %s (%lld ms)"), host, address, genauth_clock_ms() -
	    start);
	return found;
}

/* 0, or an errno. */
static int
connect_to(const struct addrinfo *address, int limit_ms)
{
	int fd = socket(address->ai_family, address->ai_socktype |
	    SOCK_NONBLOCK | SOCK_CLOEXEC, address->ai_protocol);
	struct pollfd polled = { .fd = fd, .events = POLLOUT };
	socklen_t length = sizeof(int);
	int code = 0;

	if (fd < 0)
		return errno;
	if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
		code = errno;
		if (code == EINPROGRESS)
			code = poll(&polled, 1, limit_ms) == 1 ?
			    getsockopt(fd, SOL_SOCKET, SO_ERROR, &code,
			    &length) == 0 ? code : errno : ETIMEDOUT;
	}
	close(fd);
	return code;
}

static bool
check_tcp(struct genauth_check *check, const struct addrinfo *addresses,
    const char *host, const char *port)
{
	int limit = (int)check->options.connect_timeout_ms, code = 0;
	long long start = genauth_clock_ms();

	genauth_report_progress(&check->report, "tcp");
	for (; addresses != NULL; addresses = addresses->ai_next)
		if ((code = connect_to(addresses, limit)) == 0)
			break;
	if (code == 0)
		genauth_report_add(&check->report, "tcp", GENAUTH_RESULT_OK,
		    NULL, _("%s port %s answers (%lld ms)"), host, port,
		    genauth_clock_ms() - start);
	else
		genauth_report_add(&check->report, "tcp", GENAUTH_RESULT_ERROR,
		    _("is a firewall in the way, is a proxy needed?"),
		    _("%s port %s: %s"), host, port, strerror(code));
	return code == 0;
}

static void
check_clock(struct genauth_check *check, const struct genauth_probe *probe)
{
	if (!probe->has_date)
		genauth_report_add(&check->report, "clock",
		    GENAUTH_RESULT_SKIPPED, NULL,
		    _("the reply does not say what time it is"));
	else if (llabs(probe->clock_ahead) > CLOCK_WARNING_S)
		genauth_report_add(&check->report, "clock",
		    GENAUTH_RESULT_WARNING, _("set the clock, see "
		    "timedatectl(1)"), _("this host is %lld seconds %s"),
		    llabs(probe->clock_ahead), probe->clock_ahead > 0 ?
		    _("ahead of GenAuth") : _("behind GenAuth"));
	else
		genauth_report_add(&check->report, "clock", GENAUTH_RESULT_OK,
		    NULL, _("at most %lld seconds off"),
		    llabs(probe->clock_ahead));
}

/* Some other HTTPS server would do for all that was looked at so far. */
static void
check_genauth(struct genauth_check *check, const struct genauth_probe *probe)
{
	const char *host = check->options.app_host;

	if (probe->http_status != 200 || !probe->is_json)
		genauth_report_add(&check->report, "genauth",
		    GENAUTH_RESULT_ERROR, _("compare app_host with the "
		    "authentication address in the console"),
		    _("%s is no GenAuth: HTTP status %lld for %s"), host,
		    probe->http_status, GENAUTH_SYSTEM_PATH);
	else if (!probe->has_keys)
		genauth_report_add(&check->report, "genauth",
		    GENAUTH_RESULT_WARNING, _("compare app_host with the "
		    "authentication address in the console"),
		    _("%s may be no GenAuth: no public keys at %s"), host,
		    GENAUTH_SYSTEM_PATH);
	else
		genauth_report_add(&check->report, "genauth",
		    GENAUTH_RESULT_OK, NULL, _("%s answers like GenAuth"),
		    host);
}

static bool
check_tls(struct genauth_check *check, struct genauth_http *http)
{
	const char *own = check->options.pinned_public_key;
	struct genauth_failure failure;
	struct genauth_probe probe;

	genauth_report_progress(&check->report, "tls");
	if (!genauth_probe(http, deadline(check), &probe, &failure)) {
		genauth_report_add(&check->report, "tls", GENAUTH_RESULT_ERROR,
		    _("see ca_file, pinned_public_key, client_cert and "
		    "tls_min_version in genauth.conf(5)"), "%s", failure.text);
		return false;
	}
	genauth_report_add(&check->report, "tls", probe.days_left <
	    DAYS_WARNING ? GENAUTH_RESULT_WARNING : GENAUTH_RESULT_OK,
	    probe.days_left < DAYS_WARNING ? _("tell who runs GenAuth; a new "
	    "key needs a new pinned_public_key") : NULL,
	    _("certificates: %u, days left: %ld (%s)"), probe.certificates,
	    probe.days_left, probe.expiring);
	genauth_report_add(&check->report, "pin", GENAUTH_RESULT_OK, NULL,
	    own != NULL ? _("set and right: %s") : _("would be %s"),
	    probe.pin);
	check_clock(check, &probe);
	check_genauth(check, &probe);
	return true;
}

/* What is not known is no error: GenAuth may lack the endpoint. */
static void
report_app(struct genauth_check *check, const char *name,
    enum genauth_checked checked, const struct genauth_failure *failure,
    const char *right, const char *cure)
{
	if (checked == GENAUTH_CHECKED_RIGHT)
		genauth_report_add(&check->report, name, GENAUTH_RESULT_OK,
		    NULL, "%s", right);
	else if (checked == GENAUTH_CHECKED_WRONG)
		genauth_report_add(&check->report, name, GENAUTH_RESULT_ERROR,
		    cure, "%s", failure->text);
	else
		genauth_report_add(&check->report, name,
		    GENAUTH_RESULT_WARNING, _("try genauthctl login"),
		    _("could not be checked: %s"), failure->text);
}

/* false: they are wrong. */
static bool
check_secret(struct genauth_check *check, struct genauth_http *http)
{
	struct genauth_failure failure;
	enum genauth_checked checked;

	if (check->options.token_endpoint_auth_method == GENAUTH_AUTH_NONE) {
		genauth_report_add(&check->report, "app",
		    GENAUTH_RESULT_SKIPPED, NULL, _("without a secret "
		    "there is nothing to compare"));
		return true;
	}
	genauth_report_progress(&check->report, "app");
	checked = genauth_check_app_secret(http, &check->options,
	    deadline(check), &failure);
	report_app(check, "app", checked, &failure,
	    _("GenAuth accepts app_id and app_secret"), _("compare app_id, "
	    "app_secret and app_host with the console"));
	return checked != GENAUTH_CHECKED_WRONG;
}

static void
check_method(struct genauth_check *check, struct genauth_http *http)
{
	bool secret = check->options.token_endpoint_auth_method !=
	    GENAUTH_AUTH_NONE;
	struct genauth_failure failure;
	enum genauth_checked checked;

	genauth_report_progress(&check->report, "method");
	checked = genauth_check_app_method(http, &check->options,
	    deadline(check), &failure);
	report_app(check, "method", checked, &failure,
	    secret ? _("the token endpoint accepts "
	    "token_endpoint_auth_method") : _("the token endpoint asks for no "
	    "secret, as token_endpoint_auth_method says"),
	    _("compare token_endpoint_auth_method and app_secret with the "
	    "console"));
}

static void
check_key(struct genauth_check *check, struct genauth_http *http)
{
	enum genauth_option option = GENAUTH_OPTION_password_encrypt_type;
	const char *type = genauth_options_word(&check->options, option);
	struct genauth_failure failure;

	if (check->options.password_encrypt_type == GENAUTH_ENCRYPT_NONE)
		return;
	genauth_report_progress(&check->report, "key");
	if (genauth_password_key_check(http, &check->options, deadline(check),
	    &failure))
		genauth_report_add(&check->report, "key", GENAUTH_RESULT_OK,
		    NULL, _("GenAuth publishes a usable %s key"), type);
	else
		genauth_report_add(&check->report, "key", GENAUTH_RESULT_ERROR,
		    _("see password_encrypt_type in genauth.conf(5)"), "%s",
		    failure.text);
}

/* DNS and TCP, to the proxy where there is one. */
static bool
check_path(struct genauth_check *check)
{
	const char *proxy = check->options.proxy;
	char host[256], port[16];
	struct addrinfo *addresses;
	bool reached;

	split(proxy != NULL ? proxy : check->options.app_host, host, sizeof(host), port, sizeof(port));
	if (proxy != NULL)
		genauth_report_add(&check->report, "proxy", GENAUTH_RESULT_OK,
		    NULL, _("%s port %s, which also looks up the name of "
		    "GenAuth"), host, port);
	if ((addresses = check_dns(check, host, port)) == NULL)
		return false;
	reached = check_tcp(check, addresses, host, port);
	freeaddrinfo(addresses);
	return reached;
}

static void
skip(struct genauth_check *check, const char *why)
{
	static const char *const checks[] = { "dns", "tcp", "tls", "clock",
	    "genauth", "app", "method" };

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		genauth_report_add(&check->report, checks[i],
		    GENAUTH_RESULT_SKIPPED, NULL, "%s", why);
}

void
genauth_check_network(struct genauth_check *check)
{
	struct genauth_failure failure;
	struct genauth_files files;
	struct genauth_http *http = NULL;

	if (!check->usable) {
		skip(check, _("not before the options are right"));
		return;
	}
	if (genauth_files_open(&files, &check->options, &failure))
		http = genauth_http_new(&check->options, &files, -1, &failure);
	genauth_files_close(&files);
	if (http == NULL) {
		genauth_report_add(&check->report, "files",
		    GENAUTH_RESULT_ERROR, _("repair the file, or name "
		    "another"), "%s", failure.text);
		skip(check, _("not before the files are right"));
		return;
	}
	genauth_report_add(&check->report, "files", GENAUTH_RESULT_OK, NULL,
	    _("what the options name can be read"));
	if (check->offline)
		skip(check, "--offline");
	else if (check_path(check) && check_tls(check, http)) {
		if (check_secret(check, http))
			check_method(check, http);
		check_key(check, http);
	}
	genauth_http_free(http);
}
