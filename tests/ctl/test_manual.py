"""Numbers and lists of the manuals are those of the source."""
import re

import pytest

import conftest
from machine import example_stacks

CONF = (conftest.BUILD / "man/genauth.conf.5").read_text()
COMMON = conftest.SOURCE / "pam_genauth/common"
ROWS = re.findall(r"^OPTION\((TEXT|PATH), (\w+), .*?, \d+, (\d+),", (COMMON / "options.def").read_text(), re.MULTILINE)


def paragraph(key):
    return CONF.split(f".It Cm {key}\n", 1)[1].split(".It Cm ", 1)[0]


def constant(file, name):
    value, = re.findall(rf"^#define {name} (\d+)$", (COMMON / file).read_text(), re.MULTILINE)
    return int(value)


def test_there_are_rows():
    assert len(ROWS) > 10 and {kind for kind, _, _ in ROWS} == {"TEXT", "PATH"}


@pytest.mark.parametrize("kind, key, maximum", ROWS)
def test_length_of_an_option(kind, key, maximum):
    """Each has its own, but paths, which have one for all."""
    if kind == "PATH":
        assert f"a path is absolute and has at most {maximum} bytes" in CONF and "At most" not in paragraph(key)
    else:
        assert re.findall(r"at most (\d+) bytes", paragraph(key), re.IGNORECASE) == [maximum]


def test_limits_of_the_file():
    assert f"A line has at most {constant('ini.c', 'LINE_LIMIT')} bytes" in CONF
    assert f"The name has at most {constant('options_file.c', 'SECTION_NAME_LIMIT')} bytes" in CONF
    assert f"There are at most {constant('options_file.c', 'SECTION_LIMIT')} sections" in CONF
    assert f"at most {constant('options_file.c', 'FILE_LIMIT') // 1024} KiB" in CONF


def test_limits_of_the_map():
    source = conftest.SOURCE / "pam_genauth/login"
    name, account = (re.findall(rf"_MAP_{word} (\d+)$", (source / "account_map.h").read_text(), re.MULTILINE)
                     for word in ("NAME", "ACCOUNT"))
    assert name == account and f"have at most {name[0]} bytes each" in CONF
    assert f"at most {constant('answer.h', 'GENAUTH_SUB_SIZE') - 1} letters, digits" in CONF
    assert "#define FILE_LIMIT (1024 * 1024)" in (source / "account_map.c").read_text() and "at most 1 MiB" in CONF
    assert f"its lines {constant('ini.c', 'LINE_LIMIT')} bytes" in CONF


def test_services_that_get_no_tokens():
    source = (conftest.SOURCE / "pam_genauth/login/policy.c").read_text()
    services = re.findall(r'"([^"]+)"', source.split("services[] = {", 1)[1].split("};", 1)[0])
    named = re.split(r", (?:and )?| and ", " ".join(paragraph("export_tokens").split()).split("for the services ")[1]
                     .split(", in programs")[0])
    assert named == services and len(services) > 10


def auth_lines(text):
    """Word by word, stack by stack: lines without anything between them."""
    return [[line.split() for line in stack.splitlines()]
            for stack in re.findall(r"^((?:auth .*\n)+)", text, re.MULTILINE)]


def stacks_of_the_readme(heading):
    return [[["auth", *line.split()] for line in stack] for stack in example_stacks(heading, "pam_genauth.so")]


STACKS = auth_lines((conftest.SOURCE / "man" / "pam_genauth.8.in").read_text().replace("\\e\n", ""))
FIVE, SHORT = stacks_of_the_readme("The five lines")[:2]


def test_the_stacks_are_those_of_the_readme():
    assert STACKS == [FIVE, SHORT, stacks_of_the_readme("Wrong passwords: fail2ban, pam_faillock, bots")[0]]
    assert len(FIVE) == 5 and FIVE[0][-1] == "prepare"


@pytest.mark.parametrize("name", ["common-auth", "login", "sshd", "su", "sudo"])
def test_the_five_lines_are_in_each_example(name):
    text = (conftest.SOURCE / "pam.d-examples" / name).read_text()
    lines, = auth_lines("".join(line for line in text.splitlines(True) if re.match("-?auth ", line)))
    assert FIVE in [lines[start : start + 5] for start in range(len(lines))]


def password_line(text):
    """The words of the line of pam_genauth that changes passwords."""
    text = text.replace("\\e\n", "").replace("\\\n", "")
    return re.search(r"^ *password +(\[success=done[^\]]*\]) +pam_genauth\.so$", text, re.MULTILINE)[1].split()


def test_the_line_that_changes_passwords_is_the_same_everywhere():
    texts = [(conftest.SOURCE / name).read_text() for name in
             ("man/pam_genauth.8.in", "pam.d-examples/README", "pam.d-examples/passwd")]
    manual, readme, example = map(password_line, texts)
    assert manual == readme == example
