"""A second factor, and hosts and people who answer for it with something else."""
import pytest

import codes

PASSWORD, SECRET, NOW = "correct horse", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1700000000
LIST, VERIFY = "/api/v3/list-enrolled-factors", "/api/v3/mfa-totp-verify"
CODE = codes.totp(SECRET, NOW)
PROMPTS = ["GenAuth one-time code: ", "GenAuth refused that code. One-time code: "]


@pytest.fixture
def alice(world):
    world.write_conf(world.base + "second_factor = required\n")
    world.server.set_user("alice", totp_secret=SECRET)
    world.server.set_mfa(totp_time=NOW)
    world.password = world.server.table()["users"]["alice"]["password"]
    return world


def sent(world):
    return [entry["body"]["totp"] for entry in world.server.posts(VERIFY)]


def test_the_right_code(alice):
    result = alice.run(alice.password, CODE)
    assert (result.code, result.prompts[1:], sent(alice)) == ("PAM_SUCCESS", PROMPTS[:1], [CODE])


def test_each_wrong_code_leaves_a_line(alice):
    """Also of who goes away before there is a verdict, as a client of sshd can."""
    result = alice.run(alice.password, "111111", "222222", CODE, rhost="192.0.2.7")
    assert (result.code, result.prompts[2:]) == ("PAM_SUCCESS", [PROMPTS[1]] * 2)
    lines = [entry["text"] for entry in result.log if "refused" in entry["text"]]
    assert lines == ["pam_genauth(sshd:auth): second factor refused, asking again service=sshd user=alice "
                     "rhost=192.0.2.7"] * 2


def test_what_is_no_code_of_this_host_is_not_sent(alice):
    """The password, however it is written: what goes out has neither spaces nor dashes. A name, as hosts give it that
    know of an echoed prompt only that it asks for one."""
    alice.server.set_user("alice", password="pass-Word 1")
    for reply in ("pass-Word 1", "passWord1", "pass Word-1", " pass-Word 1 ", "alice", "al-ice"):
        result = alice.run("pass-Word 1", reply)
        assert (result.code, len(result.prompts)) == ("PAM_AUTH_ERR", 2), reply
    assert sent(alice) == []


@pytest.mark.parametrize("reply", ["", " ", "\n", "\x1b[2J", "caf\xe9", "9" * 127, "9" * 128, "9" * 600, "9" * 20000])
def test_what_is_no_code_at_all(alice, reply):
    result = alice.run(alice.password, reply, reply, reply)
    assert result.code == "PAM_AUTH_ERR" and sent(alice) == []


def test_the_password_is_known_although_the_host_changes_its_item(alice):
    """Then libpam has freed what it had."""
    result = alice.run(alice.password, alice.password, extra=["--authtok", "something"])
    assert (result.code, sent(alice)) == ("PAM_AUTH_ERR", [])
    assert "gave the password" in result.line["reason"]


@pytest.mark.parametrize("flag", ["use_first_pass", "try_first_pass"])
def test_the_stacked_password_is_known_too(alice, flag):
    stack_password(alice, flag)
    result = alice.run(alice.password, alice.password, alice.password, extra=["--authtok", "something"])
    assert (result.code, sent(alice)) == ("PAM_AUTH_ERR", [])
    assert len(alice.server.posts()) == 1


def stack_password(world, *flags):
    """A module before asks for the password, and refuses."""
    world.write_service("sshd", *flags, before="auth optional pam_unix.so nodelay\n")


def test_who_has_no_right_code_is_not_asked_for_the_password_again(alice):
    """GenAuth has accepted it; the same one would be refused, and another one is wrong."""
    stack_password(alice, "try_first_pass")
    result = alice.run(alice.password, "111111", "222222", "333333", alice.password)
    assert (result.code, result.prompts[1:]) == ("PAM_AUTH_ERR", [PROMPTS[0], PROMPTS[1], PROMPTS[1]])


@pytest.mark.parametrize("kind", ["TOTP", "otp", "PASSKEY", ""])
def test_a_factor_that_we_do_not_know(alice, kind):
    """It may be the one."""
    alice.write_conf(alice.base + "second_factor = if_enrolled\n")
    alice.server.set_user("alice", enrolled_factors=[kind])
    result = alice.run(alice.password)
    assert result.code == "PAM_AUTHINFO_UNAVAIL" and "factorType" in result.line["reason"]
    alice.server.set_user("alice", enrolled_factors=[kind, "OTP"])
    assert alice.run(alice.password, CODE).prompts[1:] == PROMPTS[:1]
