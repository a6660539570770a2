"""The flag "prepare" in the stacks of the examples: what is made ready while people type, and that nothing of it stays."""

import pathlib
import shutil

import machine
import pytest
from dialogue import as_user, ssh, talk
from machine import ALICE, BOB, LOCAL_PASSWORD

# Whether a process of ours is there during the session.
COUNT = "sleep 0.5; ps -e -o comm= | grep -c genauth; true"


@pytest.fixture(autouse=True)
def examples():
    # Nobody has had a connection made for his prompt within the last two seconds.
    shutil.rmtree(pathlib.Path(machine.MODULE).parents[1] / "cache", ignore_errors=True)
    for name in ("su", "sshd", "sudo"):
        machine.install_example(name)


@pytest.mark.parametrize("words, password", [("su bob -c id", BOB), ("sudo -k id", ALICE)], ids=("su", "sudo"))
def test_the_connection_is_there_at_enter(standin, syslog, words, password):
    result = talk(as_user("alice", words.split()), password, pause=1.5)
    assert (result.status, result.prompts) == (0, 1), result.screen
    [line] = syslog.verdicts(1)
    assert line["verdict"] == "OK" and (line["connect_ms"], line["tls_ms"]) == ("0", "0")
    assert len(standin.posts()) == 1 and standin.connections() == 1


def test_the_connection_is_there_at_enter_in_ssh(sshd, standin, syslog):
    result = ssh(sshd.port, "bob", BOB, method="keyboard-interactive", pause=1.5)
    assert result.status == 0, result.screen
    [line] = syslog.verdicts(1)
    assert (line["connect_ms"], line["tls_ms"]) == ("0", "0") and standin.connections() == 1


def test_nothing_is_left_in_a_session_of_su(standin):
    """su keeps its handle until the end; pam_unix has let in, and no line has picked up what was prepared."""
    result = talk(as_user("alice", ["su", "localuser", "-c", COUNT]), LOCAL_PASSWORD, pause=1)
    assert (result.status, result.lines[-1]) == (0, "0"), result.screen
    assert standin.posts() == [] and standin.connections() == 1


@pytest.mark.parametrize("method", ["password", "keyboard-interactive"])
def test_nothing_is_left_in_a_session_of_ssh(sshd, standin, method):
    """sshd's child for keyboard-interactive ends by _exit, without pam_end."""
    result = ssh(sshd.port, "localuser", LOCAL_PASSWORD, method=method, command=COUNT)
    assert (result.status, result.lines[-1]) == (0, "0"), result.screen
    assert standin.posts() == []
