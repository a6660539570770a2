"""Shell completion knows the commands and options that the tool has."""
import os
import re
import shutil
import subprocess

import pexpect
import pytest

import conftest

FOLDER = conftest.BUILD / "completion"
COMMANDS = ["setup", "check", "login", "account", "explain", "key", "try", "keep", "undo", "restore", "release-stacks"]


def complete(*words):
    """What bash offers for the last word."""
    quoted = " ".join(f"'{word}'" for word in ("genauthctl", *words))
    script = (f". {FOLDER}/genauthctl; COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; _genauthctl; "
              "printf '%s\\n' \"${COMPREPLY[@]}\"")
    return subprocess.run(["bash", "-c", script], check=True, capture_output=True, text=True).stdout.split()


def options(world, command):
    """The options that --help names."""
    return set(re.findall(r"^ +(?:-\w, )?(--[\w-]+)", world.run(command, "--help").stdout, re.MULTILINE))


def test_commands(world):
    named = re.findall(r"^  ([\w-]+) ", world.run("--help").stdout, re.MULTILINE)
    assert named == COMMANDS and set(complete("")) == {*COMMANDS, "--help", "--version"}
    assert complete("ch") == ["check"]


def zsh_of(command):
    """What _arguments gets for it in zsh."""
    text = (FOLDER / "_genauthctl").read_text()
    return text.split(f"\n        {command})\n", 1)[1].split(";;", 1)[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_options(world, command):
    """Both shells have those of --help, and no others."""
    wanted = options(world, command)
    assert len(wanted) > (4 if command in ("check", "login", "try") else 1) and "--help" in wanted
    assert set(complete(command, "--")) == wanted
    assert set(re.findall(r"'(--[\w-]+)\[", zsh_of(command))) == wanted


@pytest.mark.parametrize("command", COMMANDS)
def test_arguments(world, command):
    """An option has an argument in zsh where it has one in --help; so has the command."""
    shown = world.run(command, "--help").stdout
    wanted = {option: bool(word) for option, word in re.findall(r"^ +(?:-h, )?(--[\w-]+)( [A-Z]+)?  ", shown, re.MULTILINE)}
    found = {option: bool(word) for option, word in re.findall(r"'(--[\w-]+)\[.*\](:\w+:_\w+)?'", zsh_of(command))}
    assert found == wanted
    assert ("'1:" in zsh_of(command)) == bool(re.search(rf"genauthctl {command} [A-Z]", shown))


def test_each_kind_of_argument_is_known():
    for name in ("_genauthctl", "genauthctl"):
        text = (FOLDER / name).read_text()
        assert "@" not in text.replace('"$@"', "").replace("[@]", ""), name
    used = set(re.findall(r":_genauthctl_(\w+)'", text := (FOLDER / "_genauthctl").read_text()))
    assert used and all(f"\n_genauthctl_{kind}() {{" in text for kind in used)
    bash = (FOLDER / "genauthctl").read_text()
    kinds = set(re.findall(r"=(\w+)", bash.split("case $1 in", 1)[1].split("esac", 1)[0]))
    assert kinds == used and all(f"\n    {kind}) " in bash for kind in kinds)


def test_values(world):
    world.write_stack("sudo", "")
    assert complete("try", "--pam-dir", world.pam, "s") == ["sshd", "sudo"]
    assert complete("check", "--pam-dir", world.pam, "--service", "su") == ["sudo"]
    assert complete("explain", "LO") == ["LOCKED"]
    verdicts = re.findall(r"^VERDICT\((\w+)", (conftest.SOURCE / "pam_genauth/common/verdicts.def").read_text(), re.MULTILINE)
    assert len(verdicts) == 11 and set(complete("explain", "")) == {*verdicts, "--help", "--list", "--replay"}
    assert complete("try", "--minutes", "") == ["5", "10", "30"] and "root" in complete("login", "ro")
    assert complete("check", "") == complete("check", "--")


@pytest.fixture
def shell(tmp_path):
    """Types into an interactive bash, and reads the arguments that its command then has."""
    folder = tmp_path / "typed"
    (folder / "a folder").mkdir(parents=True)
    (folder / "stacks").mkdir()
    (folder / "stacks" / "sshd").touch()
    (folder / "file.conf").touch()
    (tmp_path / "rc").write_text(f". {FOLDER}/genauthctl\ngenauthctl() {{ printf '<%s>' \"$@\"; echo; }}\n"
                                 "PS1='READY '\nbind 'set enable-bracketed-paste off'\n")

    def run(typed):
        bash = pexpect.spawn("bash", ["--norc", "--rcfile", str(tmp_path / "rc"), "-i"], cwd=folder, encoding="utf-8",
                             env={"PATH": os.environ["PATH"], "TERM": "dumb", "LC_ALL": "C.UTF-8"}, timeout=10)
        bash.setwinsize(24, 200)
        bash.sendline(f". {tmp_path}/rc")
        bash.expect("READY ")
        bash.send(typed + "\n")
        bash.expect("\r\n(<[^\r]*>)\r\n")
        arguments = bash.match.group(1)
        bash.close()
        return arguments

    return run


@pytest.mark.parametrize("typed, arguments", [
    ("check --conf fi\t--json", "<check><--conf><file.conf><--json>"),
    ("check --conf st\tss\t--json", "<check><--conf><stacks/sshd><--json>"),
    ("try --example st\tss\tsudo", "<try><--example><stacks/sshd><sudo>"),
    ("check --conf a\tx", "<check><--conf><a folder/x>"),
    ("try --pam-dir st\tx", "<try><--pam-dir><stacks/x>"),
    ("try --state-dir a\tx", "<try><--state-dir><a folder/x>"),
    ("try --pam-dir fi\tx", "<try><--pam-dir><fix>"),
    ("try --pam-dir stacks ss\tx", "<try><--pam-dir><stacks><sshd><x>"),
])
def test_folders_and_names_with_blanks(shell, typed, arguments):
    """A folder is gone into, not ended by a blank."""
    assert shell("genauthctl " + typed) == arguments


def test_names_of_files_are_not_run(world):
    """compgen -W expands its words; a folder may hold odd names."""
    world.write_stack("$(touch ran)", "")
    world.write_stack("`touch ran`", "")
    subprocess.run(["bash", "-c", f". {FOLDER}/genauthctl; COMP_WORDS=(genauthctl try --pam-dir {world.pam} ''); "
                    "COMP_CWORD=4; _genauthctl"], check=True, cwd=world.folder)
    assert not (world.folder / "ran").exists()


def test_zsh_reads_it():
    if not shutil.which("zsh"):
        pytest.skip("there is no zsh")
    subprocess.run(["zsh", "-n", FOLDER / "_genauthctl"], check=True)


def test_the_manual_has_each_option(world):
    text = (conftest.SOURCE / "man/genauthctl.8").read_text()
    for command in COMMANDS:
        assert re.search(rf"^\.Cm {command}\b|^\.Cm .*\| {command}", text, re.MULTILINE)
        for option in options(world, command) | {"--version"}:
            assert f"Fl {option[1:]}" in text, option
