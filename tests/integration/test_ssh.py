"""Logins through sshd, by its password method and by keyboard-interactive."""

import base64
import json
from functools import partial

import pytest

from dialogue import ssh, together
from machine import ALICE, ALICE_UID, BOB, WRONG, write_conf, write_genauth_stacks

METHODS = ("password", "keyboard-interactive")
both_methods = pytest.mark.parametrize("method", METHODS)


@both_methods
def test_right_password(sshd, standin, syslog, method):
    result = ssh(sshd.port, "alice", ALICE, method=method, command="id -u")
    assert (result.status, result.lines[-1]) == (0, ALICE_UID)

    [post] = standin.posts()
    assert post["body"]["options"]["clientIp"] == "127.0.0.1"
    [line] = syslog.verdicts(1)
    assert (line["verdict"], line["service"], line["user"], line["rhost"]) == ("OK", "sshd", "alice", "127.0.0.1")
    assert int(line["total_ms"]) < 10_000


@both_methods
def test_wrong_password(sshd, standin, syslog, method):
    result = ssh(sshd.port, "alice", WRONG, method=method)
    assert result.status == 255
    assert "Permission denied" in result.screen
    assert len(standin.posts()) == 1
    [line] = syslog.verdicts(1)
    assert (line["verdict"], line["api_code"]) == ("DENIED", "2333")


@both_methods
def test_two_tries_in_debug_mode(sshd, standin, syslog, method):
    """The module says all it can, and no secret: that is searched for after every test."""
    write_genauth_stacks("debug")
    write_conf(standin, export_tokens="id_token access_token")
    result = ssh(sshd.port, "alice", WRONG, ALICE, method=method, command="id -u")
    assert (result.status, result.lines[-1]) == (0, ALICE_UID)
    assert len(standin.posts()) == 2
    assert [line["verdict"] for line in syslog.verdicts(2)] == ["DENIED", "OK"]


@pytest.mark.parametrize("user", ["root", "stranger"])
def test_root_and_unknown_users_are_not_served(start_sshd, standin, syslog, user):
    """GenAuth would let both in."""
    standin.set_user(user, password=ALICE)
    assert_refused(start_sshd("PermitRootLogin yes"), user, ALICE)
    assert standin.connections() == 0
    assert [line["verdict"] for line in syslog.verdicts(2)] == ["SKIP", "SKIP"]


@pytest.mark.parametrize(
    "rule, user, tries, verdict",
    [
        ("DenyUsers bob", "bob", 5, "DENIED"),
        ("AllowUsers alice", "bob", 1, "DENIED"),
        ("AllowGroups alice", "bob", 1, "DENIED"),
        ("PermitRootLogin no", "root", 1, "SKIP"),
        ("PermitRootLogin prohibit-password", "root", 1, "SKIP"),
    ],
)
def test_filler_password_is_never_sent(start_sshd, standin, syslog, rule, user, tries, verdict):
    """In place of a refused user's password sshd gives PAM a filler; five of those would lock the real account."""
    standin.set_user("root", password=BOB)
    assert_refused(start_sshd(rule), user, *[BOB] * tries)
    assert standin.posts() == []
    assert [line["verdict"] for line in syslog.verdicts(2 * tries)] == [verdict] * 2 * tries


def assert_refused(sshd, user, *answers):
    """By both methods, at the same time."""
    results = together(*[partial(ssh, sshd.port, user, *answers, method=method) for method in METHODS])
    assert [result.status for result in results] == [255, 255]


@both_methods
def test_id_token_in_the_session(sshd, standin, method):
    write_conf(standin, sections={"sshd": {"export_tokens": "id_token"}})
    environment = dict(
        line.split("=", 1) for line in ssh(sshd.port, "alice", ALICE, method=method, command="env").lines if "=" in line
    )
    claims = environment["GENAUTH_ID_TOKEN"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=="))["preferred_username"] == "alice"
    assert "GENAUTH_ACCESS_TOKEN" not in environment


@both_methods
def test_no_token_by_default(sshd, method):
    result = ssh(sshd.port, "alice", ALICE, method=method, command="env")
    assert "SSH_CONNECTION=" in result.screen
    assert "GENAUTH" not in result.screen


@pytest.mark.parametrize(
    "state, verdict, sentence",
    [
        ("locked", "LOCKED", "locked"),
        ("disabled", "DISABLED", "refused"),
        ("must_change", "PASSWORD_CHANGE", "change"),
    ],
)
def test_the_user_is_told(sshd, standin, syslog, state, verdict, sentence):
    standin.set_user("alice", state=state)
    result = ssh(sshd.port, "alice", ALICE, method="keyboard-interactive")
    assert result.status == 255
    assert sentence in result.screen
    [line] = syslog.verdicts(1)
    assert line["verdict"] == verdict


def test_only_a_group_of_genauth(sshd, standin, syslog):
    """With keyboard-interactive the person is told; to sshd it is a wrong password like another."""
    write_conf(standin, sections={"sshd": {"require_groups": "linux on-call"}})
    standin.set_user("bob", groups=[{"code": "on-call"}])
    results = together(partial(ssh, sshd.port, "bob", BOB), partial(ssh, sshd.port, "alice", ALICE, method=METHODS[0]),
                       partial(ssh, sshd.port, "alice", ALICE, method=METHODS[1]))
    assert [result.status for result in results] == [0, 255, 255]
    assert "GenAuth refused your account access to this host" in results[2].screen
    assert sorted((line["user"], line["verdict"], line["groups"]) for line in syslog.verdicts(3)) == [
        ("alice", "DISABLED", "-"), ("alice", "DISABLED", "-"), ("bob", "OK", "on-call")]
