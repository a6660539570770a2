/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/arguments.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ctl/say.h"
#include "ctl/service.h"
#include "ctl/usage.h"

/* What getopt_long returns for the first option. */
#define FIRST 256

/* What it needs to know of a command. */
struct known {
	struct option words[GENAUTH_COMMAND_OPTIONS + 1];
	/* Stops at an operand, and leaves it to us to complain. */
	char letters[2 * GENAUTH_COMMAND_OPTIONS + 3];
};

/* known is zeroed. */
static void
describe(struct known *known, const struct genauth_command_option *options)
{
	char *letter = known->letters;

	*letter++ = '+';
	*letter++ = ':';
	for (size_t i = 0; options[i].name != NULL; i++) {
		known->words[i] = (struct option){ options[i].name,
		    options[i].argument != NULL ? required_argument :
		    no_argument, NULL, FIRST + (int)i };
		if (options[i].letter == '\0')
			continue;
		*letter++ = options[i].letter;
		if (options[i].argument != NULL)
			*letter++ = ':';
	}
}

/* The option that getopt_long has found by its word or its letter. */
static size_t
find_option(const struct genauth_command_option *options, int found)
{
	size_t i = 0;

	if (found >= FIRST)
		return (size_t)(found - FIRST);
	while (options[i].name != NULL && options[i].letter != found)
		i++;
	return i;
}

static size_t
find_name(const struct genauth_command_option *options, const char *name,
    size_t length)
{
	size_t i = 0;

	while (options[i].name != NULL && (strlen(options[i].name) != length ||
	    strncmp(options[i].name, name, length) != 0))
		i++;
	return i;
}

/*
 * Says what is wrong with an option, which getopt_long has answered with that
 * character.  false: nobody knows it, and nothing has been said.
 */
static bool
complain_option(const struct genauth_command *const commands[],
    const struct genauth_command *command, int answer, const char *word)
{
	size_t length = strcspn(word, "=");

	if (answer == ':' || optopt >= FIRST) {
		genauth_say_error(answer == ':' ? _("%s: needs an argument") :
		    _("%s: takes no argument"), word);
		return true;
	}
	for (size_t i = 0; length > 2 && commands[i] != NULL; i++) {
		const struct genauth_command_option *options = commands[i]->options;

		if (options[find_name(options, word + 2, length - 2)].name !=
		    NULL) {
			genauth_say_error(_("%.*s: not with %s"), (int)length,
			    word, command->name);
			return true;
		}
	}
	return false;
}

/* Not an option: a word, or "-1", which is a code, if an unknown one. */
static bool
is_operand(const char *word)
{
	return word[0] != '-' || word[1] == '\0' || (word[1] >= '0' &&
	    word[1] <= '9');
}

/* What the words of a command line have come to. */
struct state {
	int operands;		/* or options in their place */
	const char *unknown;	/* a word that is no option; or NULL */
	bool help, bad;		/* that has been said */
};

static void
take_option(struct genauth_arguments *arguments, struct state *state,
    size_t index)
{
	const struct genauth_command_option *option =
	    &arguments->command->options[index];

	arguments->values[index] = optarg != NULL ? optarg : "";
	state->operands += option->role == GENAUTH_ROLE_INSTEAD;
	state->help = state->help || option->letter == 'h';
}

/* Takes the words one by one until the end, "--help" or something wrong. */
static void
take_words(struct genauth_arguments *arguments, struct state *state,
    const struct genauth_command *const commands[], char **argv, int argc)
{
	const struct genauth_command *command = arguments->command;
	struct known known = { 0 };
	const char *word;
	int found = 0;

	describe(&known, command->options);
	opterr = 0;
	while (!state->help && !state->bad && (word = argv[optind]) != NULL) {
		if (found == -1 || is_operand(word)) {
			arguments->operand = word;
			state->operands++;
			optind++;
			continue;
		}
		found = getopt_long(argc, argv, known.letters, known.words,
		    NULL);
		if (found == '?' || found == ':')
			state->bad = complain_option(commands, command, found,
			    word);
		if (found == '?' && !state->bad && state->unknown == NULL)
			state->unknown = word;
		else if (found != -1 && found != '?' && found != ':')
			take_option(arguments, state, find_option(
			    command->options, found));
	}
}

/* An operand too many or too few; the usage says which are right. */
static int
complain_operand(const struct genauth_arguments *arguments,
    const struct genauth_command *const commands[])
{
	const struct genauth_command *command = arguments->command;

	if (command->complain == NULL) {
		genauth_say_error(_("%s: not expected"), arguments->operand);
		return genauth_usage_hint(command);
	}
	command->complain();
	genauth_usage_of(stderr, commands, command);
	return GENAUTH_EXIT_USAGE;
}

static bool
check_kinds(const struct genauth_arguments *arguments)
{
	const struct genauth_command *command = arguments->command;

	for (size_t i = 0; command->options[i].name != NULL; i++)
		if (arguments->values[i] != NULL &&
		    command->options[i].kind == GENAUTH_KIND_SERVICE &&
		    !genauth_service_check(arguments->values[i]))
			return false;
	return arguments->operand == NULL ||
	    command->kind != GENAUTH_KIND_SERVICE ||
	    genauth_service_check(arguments->operand);
}

int
genauth_arguments_read(struct genauth_arguments *arguments,
    const struct genauth_command *const commands[],
    const struct genauth_command *command, int argc, char **argv)
{
	const int wanted = command->operand != NULL ? 1 : 0;
	struct state state = { 0 };

	*arguments = (struct genauth_arguments){ .command = command };
	take_words(arguments, &state, commands, argv, argc);
	if (state.help) {
		genauth_usage_of(stdout, commands, command);
		return 0;
	}
	if (state.bad)
		return genauth_usage_hint(command);
	/* The word may be meant as one: the usage says more than a hint. */
	if (state.operands != wanted && (state.unknown == NULL ||
	    state.operands < wanted))
		return complain_operand(arguments, commands);
	if (state.unknown != NULL) {
		genauth_say_error(_("%s: no such option"), state.unknown);
		return genauth_usage_hint(command);
	}
	return check_kinds(arguments) ? -1 : GENAUTH_EXIT_USAGE;
}

const char *
genauth_arguments_value(const struct genauth_arguments *arguments,
    const char *name)
{
	size_t index = find_name(arguments->command->options, name,
	    strlen(name));

	/* The place behind the last is empty. */
	return arguments->values[index];
}

bool
genauth_arguments_have(const struct genauth_arguments *arguments,
    const char *name)
{
	return genauth_arguments_value(arguments, name) != NULL;
}

void
genauth_arguments_give(struct genauth_arguments *arguments, const char *name,
    const char *value)
{
	arguments->values[find_name(arguments->command->options, name,
	    strlen(name))] = value;
}
