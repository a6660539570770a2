"""Those who count wrong passwords, fail2ban and pam_faillock, count neither good logins nor outages."""

import pathlib
import re
import subprocess

import pytest

from dialogue import ssh
from machine import ALICE, EXAMPLES, LOCAL_PASSWORD, MODULE, SYSLOG, WRONG, example_stacks, write_conf, write_stack
from sshd import free_port, wait_until

# nodelay: nobody is to wait for the refusals.
WITH_FAILLOCK, WITHOUT = [[re.sub(r"pam_(unix|genauth).so.*", r"\g<0> nodelay", line) for line in stack]
                          for stack in example_stacks("Wrong passwords: fail2ban, pam_faillock, bots")]
DENY = 2  # wrong passwords, of faillock.conf
GENAUTH_LOCKS = 3  # wrong passwords, of the stand-in


@pytest.fixture
def group():
    """alice is in the group of the examples, and nobody has failed yet."""
    with open("/etc/security/faillock.conf", "w") as conf:
        conf.write(f"deny = {DENY}\ndir = /run/faillock\nnodelay\n")
    subprocess.run(["groupadd", "genauth"], check=True)
    subprocess.run(["gpasswd", "-a", "alice", "genauth"], check=True, stdout=subprocess.DEVNULL)
    yield
    subprocess.run(["groupdel", "genauth"], check=True)
    for user in ("alice", "localuser"):
        subprocess.run(["faillock", "--dir", "/run/faillock", "--user", user, "--reset"], check=True)


@pytest.fixture
def attempt(start_sshd, syslog):
    """attempt(user, *passwords): who one is then, or None; and what sshd and the modules logged of it."""
    sshd = start_sshd("LogLevel INFO", syslog=SYSLOG)

    def attempt(user, *passwords, method="password"):
        start = len(syslog.text())
        result = ssh(sshd.port, user, *passwords, method=method)

        def logged():
            return syslog.text()[start:]

        wait_until(lambda: re.search("Connection closed by|Disconnected from user", logged()), logged)
        return (result.lines[-1] if result.status == 0 else None), logged()

    return attempt


def failures(user):
    """That pam_faillock has counted and that still count."""
    shown = subprocess.run(["faillock", "--dir", "/run/faillock", "--user", user], capture_output=True, text=True,
                           check=True).stdout
    return len(re.findall(r" V$", shown, re.MULTILINE))


def counts(log, name, folder):
    """Whether fail2ban's filter of that name sees an attack in the log."""
    if not log:
        return False
    (folder / "some.log").write_text(log)
    done = subprocess.run(["fail2ban-regex", folder / "some.log", f"/etc/fail2ban/filter.d/{name}.conf"],
                          capture_output=True, text=True)
    return re.search(r"^Lines: .* (\d+) matched", done.stdout, re.MULTILINE)[1] != "0"


@pytest.mark.parametrize("stack", [WITH_FAILLOCK, WITHOUT], ids=["with faillock", "without"])
@pytest.mark.parametrize("method", ["password", "keyboard-interactive"])
def test_a_good_login_is_no_attack(group, attempt, standin, tmp_path, stack, method):
    write_stack("sshd", *stack)
    for user, password in (("alice", ALICE), ("localuser", LOCAL_PASSWORD)):
        entered, log = attempt(user, password, method=method)
        assert entered == user and "Accepted" in log
        assert not counts(log, "sshd", tmp_path) and not counts(log, "pam-generic", tmp_path), log
        entered, log = attempt(user, WRONG, method=method)
        assert entered is None and counts(log, "sshd", tmp_path), log
    # Neither a right nor a wrong local password.
    assert {post["body"]["passwordPayload"]["account"] for post in standin.posts()} == {"alice"}


def test_the_five_lines_are_an_attack_to_pam_generic_alone(attempt, tmp_path):
    """As the README of the examples says; whoever mends that can take it out of there."""
    write_stack("sshd", f"optional {MODULE} prepare", "[success=2 default=ignore] pam_unix.so quiet",
                f"[success=1 default=ignore] {MODULE} use_first_pass", "requisite pam_deny.so", "required pam_permit.so")
    entered, log = attempt("alice", ALICE)
    assert entered == "alice"
    assert counts(log, "pam-generic", tmp_path) and not counts(log, "sshd", tmp_path), log


def test_the_filter_of_the_docs(attempt, standin, tmp_path):
    lines = (EXAMPLES.parent / "docs/hosts.md").read_text().split("\n    [INCLUDES]\n", 1)[1].split("\n\n", 1)[0]
    pathlib.Path("/etc/fail2ban/filter.d/pam_genauth.conf").write_text(
        "[INCLUDES]\n" + "".join(f"{line.strip()}\n" for line in lines.splitlines()))
    write_stack("sshd", f"sufficient {MODULE} nodelay", "sufficient pam_unix.so nodelay try_first_pass",
                "required pam_deny.so")
    assert not counts(attempt("alice", ALICE)[1], "pam_genauth", tmp_path)
    assert not counts(attempt("root", WRONG)[1], "pam_genauth", tmp_path)
    for method in ("password", "keyboard-interactive"):
        assert counts(attempt("alice", WRONG, method=method)[1], "pam_genauth", tmp_path)
    standin.set_user("alice", state="locked")
    assert counts(attempt("alice", ALICE)[1], "pam_genauth", tmp_path)
    write_conf(standin, app_host=f"https://localhost:{free_port()}")
    log = attempt("alice", ALICE)[1]
    assert "verdict=UNAVAILABLE" in log and not counts(log, "pam_genauth", tmp_path)


def test_only_wrong_passwords_lock(group, attempt, standin):
    write_stack("sshd", *WITH_FAILLOCK)
    write_conf(standin, app_host=f"https://localhost:{free_port()}")
    for _ in range(DENY + 1):
        entered, log = attempt("alice", ALICE)
        assert entered is None and "verdict=UNAVAILABLE" in log
    assert failures("alice") == 0
    write_conf(standin, app_id="0" * 24)
    assert "verdict=CONFIG" in attempt("alice", ALICE)[1] and failures("alice") == 0
    write_conf(standin)

    assert attempt("alice", WRONG)[0] is None and failures("alice") == 1
    assert attempt("alice", ALICE)[0] == "alice" and failures("alice") == 0
    assert attempt("localuser", WRONG)[0] is None and failures("localuser") == 1
    assert attempt("localuser", LOCAL_PASSWORD)[0] == "localuser" and failures("localuser") == 0


def test_bots_lock_nobody_at_genauth(group, attempt, standin):
    write_stack("sshd", *WITH_FAILLOCK)
    for _ in range(GENAUTH_LOCKS + 1):
        assert attempt("alice", WRONG)[0] is None
    assert len(standin.posts()) == DENY
    assert attempt("alice", ALICE)[0] is None
    subprocess.run(["faillock", "--dir", "/run/faillock", "--user", "alice", "--reset"], check=True)
    assert attempt("alice", ALICE)[0] == "alice"
