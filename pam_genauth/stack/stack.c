/* SPDX-License-Identifier: BSD-2-Clause */
#include "stack/stack.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/intl.h"
#include "common/paths.h"
#include "stack/control.h"
#include "stack/libpam.h"
#include "stack/lines.h"

#define ANY GENAUTH_PHASES

#define LIMIT (GENAUTH_LINES_LIMIT - 1)
#define TOO_LONG N_("longer than %d bytes, which libpam up to 1.5 cuts up")

/* What is the same for all files of one service. */
struct reading {
	struct genauth_stack *stacks;
	const char *directory;
	genauth_stack_report *report;
	void *data;
	bool failed;
};

/* One file; it knows who included it. */
struct source {
	struct reading *reading;
	const char *path;
	unsigned line;
	int level, depth;
	enum genauth_phase phase;	/* the one that is wanted, or ANY */
	char vendor[GENAUTH_STACK_PATH];	/* in place of path */
};

static bool read_file(const char *path, struct source *source,
    const struct source *from);

static void
tell(const struct source *source, enum genauth_stack_finding finding,
    unsigned line, const char *text)
{
	char message[5120];

	snprintf(message, sizeof(message), "%s:%u: %s", source->path, line,
	    text);
	if (source->reading->report != NULL)
		source->reading->report(source->reading->data, finding,
		    message);
}

static void complain(const struct source *source, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
complain(const struct source *source, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		text[0] = '\0';
	va_end(arguments);
	tell(source, GENAUTH_STACK_ERROR, source->line, text);
	source->reading->failed = true;
}

/* All codes are bad until the control says otherwise; NULL: out of memory. */
static struct genauth_stack_line *
add_line(const struct source *source, enum genauth_phase phase,
    enum genauth_stack_kind kind)
{
	struct genauth_stack *stack = &source->reading->stacks[phase];
	struct genauth_stack_line *lines = reallocarray(stack->lines,
	    stack->count + 1, sizeof(*lines));

	if (lines != NULL) {
		stack->lines = lines;
		lines += stack->count;
		*lines = (struct genauth_stack_line){ .kind = kind,
		    .number = source->line, .level = source->level,
		    .file = strdup(source->path) };
		genauth_control_parse("default=bad", lines->actions);
		if (lines->file != NULL) {
			stack->count++;
			return lines;
		}
	}
	complain(source, _("out of memory"));
	return NULL;
}

static bool
add_argument(struct genauth_stack_line *line, const char *argument)
{
	char **arguments = reallocarray(line->arguments,
	    line->argument_count + 1, sizeof(*arguments));

	if (arguments == NULL)
		return false;
	line->arguments = arguments;
	if ((arguments[line->argument_count] = strdup(argument)) == NULL)
		return false;
	line->argument_count++;
	return true;
}

/* "module argument …", behind the control; false: out of memory. */
static bool
take_module(const struct source *source, struct genauth_stack_line *line,
    char *text)
{
	char *word = genauth_control_word(&text);

	if (word == NULL && line->kind == GENAUTH_STACK_MODULE)
		complain(source, _("no module is named"));
	if (word == NULL)
		line->kind = GENAUTH_STACK_MUST_FAIL;
	if (line->kind == GENAUTH_STACK_MUST_FAIL)
		return true;
	if ((line->module = strdup(word)) == NULL)
		return false;
	while ((word = genauth_control_word(&text)) != NULL)
		if (!add_argument(line, word))
			return false;
	return true;
}

/* false: it cannot be read, or not to its end. */
static bool
include(const struct source *from, enum genauth_phase phase, int level,
    const char *name)
{
	struct source source = { .reading = from->reading, .level = level,
	    .depth = from->depth + 1, .phase = phase };
	char path[4096];

	if (name == NULL) {
		complain(from, _("no file is named"));
		return false;
	}
	if (source.depth > GENAUTH_STACK_DEPTH) {
		complain(from, _("includes are nested too deep; a file "
		    "that includes itself?"));
		return false;
	}
	snprintf(path, sizeof(path), "%s%s%s", name[0] == '/' ? "" :
	    from->reading->directory, name[0] == '/' ? "" : "/", name);
	return read_file(path, &source, from);
}

/* What stands behind the phase; false: out of memory. */
static bool
take_entry(const struct source *source, enum genauth_phase phase,
    enum genauth_stack_kind kind, bool silent, char *text)
{
	char *control = genauth_control_word(&text);
	bool substack = control != NULL && strcasecmp(control, "substack") ==
	    0;
	struct genauth_stack_line *line;

	if (substack || (control != NULL &&
	    strcasecmp(control, "include") == 0)) {
		/* A jump over the substack counts this line. */
		if (substack && add_line(source, phase,
		    GENAUTH_STACK_SUBSTACK) == NULL)
			return false;
		return include(source, phase, source->level + substack,
		    genauth_control_word(&text)) ||
		    add_line(source, phase, GENAUTH_STACK_MUST_FAIL) != NULL;
	}
	if ((line = add_line(source, phase, kind)) == NULL)
		return false;
	line->silent = silent;
	if (control == NULL) {
		complain(source, _("no control and no module"));
		line->kind = GENAUTH_STACK_MUST_FAIL;
	} else if (!genauth_control_parse(control, line->actions))
		complain(source, _("unknown control (see pam.d(5))"));
	return take_module(source, line, text);
}

/* false: libpam gives up this file. */
static bool
take_line(const struct source *source, char *text)
{
	enum genauth_stack_kind kind = GENAUTH_STACK_MODULE;
	enum genauth_phase phase = GENAUTH_PHASE_AUTH;
	char *word = genauth_control_word(&text);
	bool silent = *word == '-';

	word += silent;
	if (strcasecmp(word, "@include") == 0)
		return include(source, source->phase, source->level,
		    genauth_control_word(&text)) || (source->phase != ANY &&
		    add_line(source, source->phase, GENAUTH_STACK_MUST_FAIL) !=
		    NULL);
	while (phase < GENAUTH_PHASES && strcasecmp(word,
	    genauth_stack_phase(phase)) != 0)
		phase++;
	if (phase == GENAUTH_PHASES) {
		complain(source, _("\"%s\" is none of auth, account, "
		    "password, session; libpam refuses"), word);
		phase = source->phase != ANY ? source->phase :
		    GENAUTH_PHASE_AUTH;
		kind = GENAUTH_STACK_MUST_FAIL;
	}
	return (source->phase != ANY && phase != source->phase) ||
	    take_entry(source, phase, kind, silent, text);
}

bool
genauth_stack_vendor(const char *path, char vendor[GENAUTH_STACK_PATH])
{
	const size_t length = strlen(genauth_paths.pam_d);

	if (strncmp(path, genauth_paths.pam_d, length) != 0 ||
	    path[length] != '/')
		return false;
	snprintf(vendor, GENAUTH_STACK_PATH, "%s%s",
	    genauth_paths.vendor_pam_d, path + length);
	return access(path, F_OK) != 0 && access(vendor, F_OK) == 0;
}

/* What other versions of libpam make of the file. */
static void
compare(const struct source *source, const struct genauth_lines *lines)
{
	char text[256];

	if (lines->difference == GENAUTH_LINES_SAME)
		return;
	if (genauth_libpam_get() == GENAUTH_LIBPAM_UNKNOWN) {
		complain(source, _("versions of libpam differ here, and which "
		    "one is installed cannot be found out"));
	} else if (lines->difference == GENAUTH_LINES_GAP) {
		tell(source, GENAUTH_STACK_GAP, lines->different,
		    _("libpam up to 1.5 goes on behind this backslash, later "
		    "ones end the line"));
	} else {
		snprintf(text, sizeof(text), _(TOO_LONG), LIMIT);
		tell(source, GENAUTH_STACK_LONG, lines->different, text);
	}
}

/* false: libpam gives up this file, or we do. */
static bool
take(const struct source *source, enum genauth_lines_result result, char *text)
{
	switch (result) {
	case GENAUTH_LINES_LINE:
		return take_line(source, text);
	case GENAUTH_LINES_TOO_LONG:
		complain(source, _(TOO_LONG), LIMIT);
		return true;
	case GENAUTH_LINES_CUT:
		complain(source, _("the file ends with a backslash; libpam "
		    "gives it up"));
		return false;
	case GENAUTH_LINES_NUL:
		complain(source, _("a NUL byte"));
		return false;
	default:
		complain(source, _("out of memory"));
		return false;
	}
}

static bool
read_file(const char *path, struct source *source, const struct source *from)
{
	struct genauth_lines lines = {
	    .old = genauth_libpam_get() != GENAUTH_LIBPAM_NEW };
	enum genauth_lines_result result;
	bool good;

	if (genauth_stack_vendor(path, source->vendor))
		path = source->vendor;
	lines.file = fopen(path, "re");
	source->path = path;
	if (lines.file == NULL) {
		complain(from, "%s: %s", path, strerror(errno));
		return false;
	}
	do {
		result = genauth_lines_next(&lines);
		source->line = lines.number;
		compare(source, &lines);
		good = result == GENAUTH_LINES_END || take(source, result,
		    lines.text);
	} while (good && result != GENAUTH_LINES_END);
	genauth_lines_close(&lines);
	return good;
}

const char *
genauth_stack_phase(enum genauth_phase phase)
{
	static const char *const names[GENAUTH_PHASES] = { "auth", "account",
	    "password", "session" };

	return names[phase];
}

bool
genauth_stack_read(struct genauth_stack stacks[GENAUTH_PHASES],
    const char *directory, const char *service, const char *path,
    genauth_stack_report *report, void *data)
{
	struct reading reading = { .stacks = stacks, .directory = directory,
	    .report = report, .data = data };
	struct source source = { .reading = &reading, .phase = ANY };
	char own[4096];
	bool broken;

	memset(stacks, 0, GENAUTH_PHASES * sizeof(stacks[0]));
	snprintf(own, sizeof(own), "%s/%s", directory, service);
	source.path = own;
	broken = !read_file(path != NULL ? path : own, &source, &source);
	for (int phase = 0; phase < GENAUTH_PHASES; phase++)
		stacks[phase].broken = broken;
	return !broken && !reading.failed;
}

static void
free_lines(struct genauth_stack *stack)
{
	for (size_t i = 0; i < stack->count; i++) {
		struct genauth_stack_line *line = &stack->lines[i];

		for (size_t k = 0; k < line->argument_count; k++)
			free(line->arguments[k]);
		free(line->arguments);
		free(line->module);
		free(line->file);
	}
	free(stack->lines);
	*stack = (struct genauth_stack){ 0 };
}

void
genauth_stack_free(struct genauth_stack stacks[GENAUTH_PHASES])
{
	for (int phase = 0; phase < GENAUTH_PHASES; phase++)
		free_lines(&stacks[phase]);
}

bool
genauth_stack_is(const struct genauth_stack_line *line, const char *module)
{
	const char *slash = line->module == NULL ? NULL :
	    strrchr(line->module, '/');

	return line->module != NULL &&
	    strcmp(slash != NULL ? slash + 1 : line->module, module) == 0;
}

bool
genauth_stack_has(const struct genauth_stack_line *line, const char *argument)
{
	for (size_t i = 0; i < line->argument_count; i++)
		if (strcmp(line->arguments[i], argument) == 0)
			return true;
	return false;
}

size_t
genauth_stack_find(const struct genauth_stack *stack, const char *module,
    size_t from)
{
	while (from < stack->count &&
	    !genauth_stack_is(&stack->lines[from], module))
		from++;
	return from;
}
