"""The profiles for pam-auth-update, and that no stack is left without its module."""

import pathlib
import re
from functools import partial

import pytest

from dialogue import ssh, sudo, talk, together
from machine import ALICE, CONF, LOCAL_PASSWORD, PAM_D, SERVICES, WRONG, write_conf
from package import LOCAL_AND_GENAUTH, ONLY_LOCAL, install, naming, remove, run, stacks, status, ways_in
from sshd import wait_until


@pytest.fixture
def enabled(configured):
    run("pam-auth-update", "--enable", "genauth", "genauth-prepare")
    assert naming() == ["common-auth"]


def test_enabled(enabled, before, sshd, standin):
    assert ways_in(sshd) == LOCAL_AND_GENAUTH
    refused, root, alice, local = together(
        partial(ssh, sshd.port, "alice", WRONG),
        partial(ssh, sshd.port, "root", ALICE),
        partial(sudo, "alice", ALICE),
        partial(sudo, "localuser", LOCAL_PASSWORD),
    )
    assert (refused.status, root.status) == (255, 255)
    assert (alice.lines[-1], local.lines[-1]) == ("root", "root")
    # A local password that fits is no business of GenAuth's.
    assert [post["body"]["passwordPayload"]["account"] for post in standin.posts()] == ["alice"] * 3

    run("pam-auth-update", "--disable", "genauth", "genauth-prepare")
    assert stacks() == before
    assert ways_in(sshd) == ONLY_LOCAL


def test_genauthctl_finds_nothing_in_the_profiles(enabled):
    assert "prepare" not in run("genauthctl", "check", "--offline", "--service", "common-auth")


def test_one_profile_without_the_other(configured):
    """The lines behind the first are Debian's for a module that is not the first, and count as before."""
    run("pam-auth-update", "--enable", "genauth")
    without = auth_lines()
    run("pam-auth-update", "--enable", "genauth-prepare")
    first, *others = auth_lines()
    assert first == ["auth", "optional", "pam_genauth.so", "prepare"]
    assert [[word for word in line if word != "try_first_pass"] for line in others] == without
    run("pam-auth-update", "--disable", "genauth")
    assert "no pam_genauth.so behind it" in run("genauthctl", "check", "--offline", "--service", "common-auth", status=1)


def auth_lines():
    return [line.split() for line in (PAM_D / "common-auth").read_text().splitlines() if re.match("-?auth", line)]


@pytest.mark.parametrize("trouble", ["outage", "wrong options", "no helper", "no module"])
def test_trouble_does_not_touch_local_users(enabled, sshd, standin, trouble):
    [module] = pathlib.Path("/usr/lib").glob("*/security/pam_genauth.so")
    helper = pathlib.Path("/usr/libexec/pam_genauth/genauth-signin")
    missing = {"no helper": helper, "no module": module}.get(trouble)
    if missing:
        missing.rename(f"{missing}.moved")
    elif trouble == "outage":
        write_conf(standin, app_host="https://localhost:1")
    else:
        CONF.write_text("nonsense\n")
    try:
        assert ways_in(sshd) == ONLY_LOCAL
    finally:
        if missing:
            pathlib.Path(f"{missing}.moved").rename(missing)


def test_a_locked_account_is_not_asked_again(enabled, sshd, standin):
    standin.set_user("alice", state="locked")
    result = ssh(sshd.port, "alice", ALICE, ALICE, ALICE, method="keyboard-interactive")
    assert "locked" in result.screen
    assert (result.status, result.prompts) == (255, 1)


def test_without_pam_unix_it_asks_itself(enabled, sshd):
    run("pam-auth-update", "--disable", "unix", "genauth-prepare")
    assert ssh(sshd.port, "alice", ALICE).lines[-1] == "alice"


def test_removed_while_enabled(enabled, before, sshd):
    remove()
    assert stacks() == before
    assert ways_in(sshd) == ONLY_LOCAL
    # Off again until somebody chooses it.
    install()
    assert stacks() == before


def test_kept_stacks_are_taken_back(configured, before, sshd):
    for service in SERVICES:
        run("genauthctl", "try", service)
        run("genauthctl", "keep", service)
    assert naming() == sorted(SERVICES)
    assert ways_in(sshd) == LOCAL_AND_GENAUTH
    remove()
    assert stacks() == before
    assert ways_in(sshd) == ONLY_LOCAL


@pytest.mark.parametrize("service", ["sudo", "su"])
def test_the_command_that_try_tells_to_use(configured, standin, service):
    """It needs a terminal of its own, or there is nowhere to ask for the password."""
    command = re.search(r"^  1\. (.*)$", run("genauthctl", "try", service), re.M).group(1)
    right, wrong = (talk(["sh", "-c", command.replace("USER", "alice")], *typed)
                    for typed in ((ALICE,), (WRONG, WRONG, WRONG)))
    assert right.status == 0 and wrong.status != 0 and right.prompts == 1


def test_trials_are_ended(enabled, before):
    """A trial, one of a stack that was kept before, and a kept stack over the profile's."""
    run("genauthctl", "try", "su")
    run("genauthctl", "try", "sudo")
    run("genauthctl", "keep", "sudo")
    run("genauthctl", "try", "sudo")
    run("genauthctl", "try", "common-auth")
    run("genauthctl", "keep", "common-auth")
    # Kept, but without the module since: now it is the administrator's.
    run("genauthctl", "try", "login")
    run("genauthctl", "keep", "login")
    (PAM_D / "login").write_bytes(before[PAM_D / "login"][0] + b"# mine\n")
    assert naming() == ["common-auth", "su", "sudo"]

    remove()
    after = stacks()
    assert after.pop(PAM_D / "login")[0].endswith(b"\n# mine\n")
    del before[PAM_D / "login"]
    assert after == before
    wait_until(lambda: run("pgrep", "-x", "genauthctl", status=None) == "", lambda: "the watch goes on")


def test_a_line_by_hand_stops_the_removal(configured, before, sshd):
    stack = PAM_D / "sshd"
    original = stack.read_text()
    edited = "auth sufficient pam_genauth.so\n" + original
    stack.write_text(edited)
    for suffix in ("~", ".dpkg-old", ".pam-old"):  # no stacks
        (PAM_D / f"sshd{suffix}").write_text(edited)
    (PAM_D / "su").write_text("# auth required pam_genauth.so\n" + (PAM_D / "su").read_text())

    output = remove(status=1)
    assert "\n/etc/pam.d/sshd\n" in output and "remove pam_genauth again" in output
    assert output.count("/etc/pam.d/") == 1
    assert status() == "installed"
    assert stack.read_text() == edited
    assert ssh(sshd.port, "alice", ALICE).lines[-1] == "alice"

    stack.write_text(original)
    remove()
    assert ways_in(sshd) == ONLY_LOCAL


def test_a_kept_stack_that_was_edited_stops_the_removal(enabled, before):
    """What was added to it must not be lost; and a removal that stops has changed nothing."""
    run("genauthctl", "try", "su")
    run("genauthctl", "keep", "su")
    (PAM_D / "su").write_text((PAM_D / "su").read_text() + "account required pam_access.so\n")
    edited = stacks()
    assert "\n/etc/pam.d/su\n" in remove(status=1)
    assert status() == "installed" and stacks() == edited
    run("genauthctl", "undo", "su")
    remove()
    assert stacks() == before


def test_a_common_auth_edited_by_hand_stops_the_removal(enabled):
    """pam-auth-update leaves it alone, so the line of the profile stays, too."""
    stack = PAM_D / "common-auth"
    stack.write_text(stack.read_text().replace("auth\t", "auth\toptional\tpam_warn.so\nauth\t", 1))
    assert "\n/etc/pam.d/common-auth\n" in remove(status=1)
    assert status() == "installed"
    assert naming() == ["common-auth"]
