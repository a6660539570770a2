"""The stacks of pam.d-examples, as they are shipped."""

import re
import subprocess
from functools import partial

import pytest

from dialogue import login, ssh, su, sudo, together
from machine import (ALICE, BOB, EXAMPLES, LOCAL_PASSWORD, SERVICES, WRONG, install_example, restore_stacks,
                     write_conf)


@pytest.mark.parametrize("examples", [SERVICES, ("common-auth",)], ids=["one file per service", "common-auth"])
def test_examples(examples, sshd, profiles, standin):
    """GenAuth's password and the local one let in, a wrong one does not; a right local one never goes to GenAuth."""
    restore_stacks()
    for example in examples:
        install_example(example)

    entered = dict(zip(SERVICES, together(*[partial(enter, service, sshd.port) for service in SERVICES])))
    assert entered == {
        "sshd": ["alice", "localuser", None],
        "sudo": ["root", "root", None],
        "login": ["alice", "localuser", None],
        "su": ["alice", "localuser", None],
    }
    accounts = [post["body"]["passwordPayload"]["account"] for post in standin.posts()]
    assert accounts == ["alice"] * 2 * len(SERVICES)


def enter(service, port):
    attempts = [("alice", ALICE), ("localuser", LOCAL_PASSWORD), ("alice", WRONG)]
    return [outcome(service, port, user, password) for user, password in attempts]


def outcome(service, port, user, password):
    """Who one is after the attempt; None: refused."""
    if service == "sshd":
        result = ssh(port, user, password)
    elif service == "sudo":
        result = sudo(user, password)
    elif service == "su":
        result = su("bob", user, password)
    else:
        result = login(user, password)
    return result.lines[-1] if result.status == 0 else None


def test_sshd_stops_asking_when_the_account_is_locked(sshd, standin):
    install_example("sshd")
    standin.set_user("alice", state="locked")
    result = ssh(sshd.port, "alice", ALICE, ALICE, ALICE, method="keyboard-interactive")
    assert "locked" in result.screen
    assert (result.status, result.prompts) == (255, 1)


def option_of(heading):
    """The one line for genauth.conf below that heading in the README of the examples, as (key, value)."""
    section = (EXAMPLES / "README").read_text().split(f"\n{heading}\n---", 1)[1].split("\n---", 1)[0]
    [line] = re.findall(r"^    (\w+) = (.*)$", section, re.MULTILINE)
    return line


def test_only_some_users(sshd, profiles, standin):
    """The line of "Only some users" in the README of the examples; sshd hands on the address that it is for, too."""
    install_example("sshd")
    write_conf(standin, **dict([option_of("Only some users")]), sections={"sshd": {"allow_hosts": "127.0.0.0/8 ::1"}})
    subprocess.run(["groupadd", "genauth"], check=True)
    subprocess.run(["gpasswd", "-a", "alice", "genauth"], check=True, stdout=subprocess.DEVNULL)
    try:
        assert ssh(sshd.port, "alice", ALICE).lines[-1] == "alice"
        assert ssh(sshd.port, "localuser", LOCAL_PASSWORD).lines[-1] == "localuser"
        standin.clear_journal()
        assert ssh(sshd.port, "bob", BOB).status == 255
        assert standin.connections() == 0
        write_conf(standin, allow_hosts="192.0.2.0/24")
        assert ssh(sshd.port, "alice", ALICE).status == 255
        assert standin.connections() == 0
    finally:
        subprocess.run(["groupdel", "genauth"], check=True)
