"""The stacks of pam.d-examples, as they are shipped."""

import subprocess
from functools import partial

import pytest

from dialogue import login, ssh, su, sudo, together
from machine import (ALICE, BOB, LOCAL_PASSWORD, SERVICES, WRONG, example_stacks, install_example, restore_stacks,
                     write_stack)


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


def test_only_some_users(sshd, standin):
    """The stack of "Only some users" in the README of the examples."""
    [stack] = example_stacks("Only some users")
    write_stack("sshd", *stack)
    subprocess.run(["groupadd", "genauth"], check=True)
    subprocess.run(["gpasswd", "-a", "alice", "genauth"], check=True, stdout=subprocess.DEVNULL)
    try:
        assert ssh(sshd.port, "alice", ALICE).lines[-1] == "alice"
        assert ssh(sshd.port, "localuser", LOCAL_PASSWORD).lines[-1] == "localuser"
        standin.clear_journal()
        assert ssh(sshd.port, "bob", BOB).status == 255
        assert standin.posts() == []
    finally:
        subprocess.run(["groupdel", "genauth"], check=True)
