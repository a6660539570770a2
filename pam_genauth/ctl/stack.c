/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/stack.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/control.h"
#include "ctl/intl.h"

/* What is the same for all files of one stack. */
struct reading {
	struct genauth_stack *stack;
	const char *directory, *phase;
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
};

static bool read_file(struct reading *reading, const char *path, int level,
    int depth, const struct source *from);

static void complain(const struct source *source, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
complain(const struct source *source, const char *format, ...)
{
	char text[512], message[5120];
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		text[0] = '\0';
	va_end(arguments);
	snprintf(message, sizeof(message), "%s:%u: %s", source->path,
	    source->line, text);
	source->reading->report(source->reading->data, message);
	source->reading->failed = true;
}

static struct genauth_stack_line *
add_line(const struct source *source)
{
	struct genauth_stack *stack = source->reading->stack;
	struct genauth_stack_line *lines = reallocarray(stack->lines,
	    stack->count + 1, sizeof(*lines));

	if (lines == NULL)
		return NULL;
	stack->lines = lines;
	lines += stack->count;
	*lines = (struct genauth_stack_line){ .number = source->line,
	    .level = source->level, .file = strdup(source->path) };
	if (lines->file == NULL)
		return NULL;
	stack->count++;
	return lines;
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

/* "module argument …", behind the control. */
static void
take_module(struct source *source, char *control, char *rest)
{
	char *module = genauth_control_word(&rest), *argument;
	struct genauth_stack_line *line;
	int actions[GENAUTH_PAM_CODES];

	if (!genauth_control_parse(control, actions)) {
		complain(source, _("unknown control (see pam.d(5))"));
		return;
	}
	if (module == NULL) {
		complain(source, _("no module is named"));
		return;
	}
	line = add_line(source);
	if (line != NULL && (line->module = strdup(module)) != NULL) {
		memcpy(line->actions, actions, sizeof(actions));
		while ((argument = genauth_control_word(&rest)) != NULL)
			if (!add_argument(line, argument))
				break;
		if (argument == NULL)
			return;
	}
	complain(source, _("out of memory"));
}

static void
include(struct source *source, const char *name, int level)
{
	char path[4096];

	if (name == NULL) {
		complain(source, _("no file is named"));
		return;
	}
	if (source->depth >= GENAUTH_STACK_DEPTH) {
		complain(source, _("includes are nested too deep; a file "
		    "that includes itself?"));
		return;
	}
	if (name[0] == '/')
		snprintf(path, sizeof(path), "%s", name);
	else
		snprintf(path, sizeof(path), "%s/%s",
		    source->reading->directory, name);
	read_file(source->reading, path, level, source->depth + 1, source);
}

/* The line before it is what a jump over the substack counts. */
static void
include_substack(struct source *source, const char *name)
{
	if (add_line(source) == NULL)
		complain(source, _("out of memory"));
	else
		include(source, name, source->level + 1);
}

static void
take_line(struct source *source, char *text)
{
	char *phase = genauth_control_word(&text), *control;

	if (phase == NULL)
		return;
	if (strcasecmp(phase, "@include") == 0) {
		include(source, genauth_control_word(&text), source->level);
		return;
	}
	/* The '-' only silences the log when the module is missing. */
	phase += *phase == '-';
	if (strcasecmp(phase, source->reading->phase) != 0)
		return;
	if ((control = genauth_control_word(&text)) == NULL)
		complain(source, _("no control and no module"));
	else if (strcasecmp(control, "include") == 0)
		include(source, genauth_control_word(&text), source->level);
	else if (strcasecmp(control, "substack") == 0)
		include_substack(source, genauth_control_word(&text));
	else
		take_module(source, control, text);
}

/* Cuts the comment off; whether the next line continues this one. */
static bool
trim(char *line)
{
	size_t length;

	line[strcspn(line, "#\n")] = '\0';
	length = strlen(line);
	if (length == 0 || line[length - 1] != '\\')
		return false;
	line[length - 1] = ' ';
	return true;
}

static bool
read_file(struct reading *reading, const char *path, int level, int depth,
    const struct source *from)
{
	struct source source = { reading, path, 0, level, depth };
	FILE *file = fopen(path, "re");
	char line[1024], text[8192] = "";
	size_t length = 0, more;
	bool goes_on;

	if (file == NULL) {
		complain(from != NULL ? from : &source, "%s: %s", path,
		    strerror(errno));
		return false;
	}
	while (fgets(line, sizeof(line), file) != NULL) {
		source.line++;
		goes_on = trim(line);
		more = strlen(line);
		if (length + more >= sizeof(text)) {
			complain(&source, _("the line is too long"));
			goes_on = false;
			length = more = 0;
		}
		memcpy(text + length, line, more);
		length += more;
		text[length] = '\0';
		if (goes_on)
			continue;
		take_line(&source, text);
		text[length = 0] = '\0';
	}
	take_line(&source, text);
	fclose(file);
	return true;
}

bool
genauth_stack_read(struct genauth_stack *stack, const char *directory,
    const char *service, const char *path, const char *phase,
    genauth_stack_report *report, void *data)
{
	struct reading reading = { .stack = stack, .directory = directory,
	    .phase = phase, .report = report, .data = data };
	char own[4096];

	*stack = (struct genauth_stack){ 0 };
	snprintf(own, sizeof(own), "%s/%s", directory, service);
	return read_file(&reading, path != NULL ? path : own, 0, 0, NULL) &&
	    !reading.failed;
}

void
genauth_stack_free(struct genauth_stack *stack)
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
