"""What is said to a person fits on a terminal of 80 columns, broken between words; a pipe gets whole lines."""
import os
import pathlib
import tempfile

import pytest

import conftest


def fits(line):
    """A single word, or a command that is to be copied, may be longer than a line."""
    return len(line) <= 80 or " " not in line.strip() or line.strip().startswith("genauthctl ")


@pytest.fixture
def deep():
    """A world in a folder whose name fits on a line, but makes many a line too long."""
    with tempfile.TemporaryDirectory(prefix="a-name-that-fits-but-is-long-", dir="/tmp") as folder:
        yield conftest.World(pathlib.Path(folder))


def check(deep, words, again):
    """The lines on a terminal, and that they are those of a pipe. "again" makes things as they were before."""
    lines = conftest.on_terminal(words)
    assert all(map(fits, lines)), "\n".join(lines)
    again()
    done = deep.run(*words)
    piped = done.stdout + done.stderr
    assert sorted(" ".join(lines).split()) == sorted(piped.split()) and len(lines) > piped.count("\n"), lines
    return lines


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_trials(deep):
    folders = ["--pam-dir", deep.pam, "--state-dir", deep.state]
    example = deep.folder / "example"
    example.write_text(conftest.GOOD)
    deep.write_stack("sudo", "auth required pam_unix.so\n")

    def ctl(command):
        return deep.run(command, "sudo", *folders, *(["--example", example] if command == "try" else []))

    def nothing():
        pass

    check(deep, ["undo", "sudo", *folders], nothing)
    check(deep, ["keep", "sudo", *folders], nothing)
    lines = check(deep, ["try", "sudo", "--example", example, *folders], lambda: ctl("undo"))
    assert f"  genauthctl keep sudo --pam-dir {deep.pam} --state-dir {deep.state}" in lines
    check(deep, ["try", "sudo", "--example", example, *folders], nothing)
    check(deep, ["keep", "sudo", *folders], lambda: (ctl("undo"), ctl("try")))
    check(deep, ["keep", "sudo", *folders], nothing)
    check(deep, ["undo", "sudo", *folders], lambda: (ctl("try"), ctl("keep")))


def test_login(deep):
    deep.write_conf(f"app_host = https://localhost:1\napp_id = x\nca_file = {deep.folder}/certificate.pem\n")
    check(deep, ["login", "alice", "--any-user", "--conf", deep.conf], lambda: None)
    deep.write_conf("nonsense = 1\n")
    check(deep, ["login", "alice", "--any-user", "--conf", deep.conf], lambda: None)


@pytest.mark.parametrize("words", [["explain", "STEP_NEEDED"], ["explain", "--list"], ["try", "nosuch"],
                                   ["check", "--service", "NO-SUCH-NAME"]])
def test_others(world, words):
    check(world, words, lambda: None)
