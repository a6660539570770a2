"""su and login."""

import subprocess
import time

import machine
import pexpect
import pytest
from dialogue import PROMPT, as_user, login, su, talk
from machine import ALICE, BOB, WRONG
from sshd import wait_until


def test_su(standin):
    result = su("alice", "bob", BOB)
    assert (result.status, result.lines[-1]) == (0, "bob")
    [post] = standin.posts()
    assert post["body"]["passwordPayload"]["account"] == "bob"


def test_su_with_ones_own_password():
    result = su("alice", "bob", ALICE)
    assert result.status != 0
    assert "Authentication failure" in result.screen


def test_su_to_root(standin):
    """GenAuth would allow it."""
    standin.set_user("root", password=ALICE)
    assert su("alice", "root", ALICE).status != 0
    assert standin.connections() == 0


def test_login(profiles, syslog):
    result = login("alice", ALICE)
    assert result.lines[-2:] == ["logged in as", "alice"]
    [line] = syslog.verdicts(1)
    assert (line["verdict"], line["service"]) == ("OK", "login")


def test_login_with_a_wrong_password(profiles, standin):
    result = login("alice", WRONG)
    assert "Login incorrect" in result.screen
    assert "logged in" not in result.screen
    assert len(standin.posts()) == 1


# ---- an ordinary user, who may kill his su ----


@pytest.fixture
def start_su():
    """start_su(user, target) is one that has asked for the password."""
    machine.empty_cache()
    started = []

    def start(user, target):
        argv = as_user(user, ["su", target, "-c", "true"])
        started.append(pexpect.spawn(argv[0], argv[1:], encoding="utf-8", timeout=30))
        started[-1].expect(PROMPT)
        started[-1].waitnoecho()
        return started[-1]

    yield start
    for child in started:
        child.close(force=True)


def test_a_su_that_is_killed_leaves_a_line_and_the_next_waits(standin, syslog, start_su):
    """It was eight guesses in 0.3 s, without a line in the log and without a delay."""
    standin.set_user("bob", answer={"delay_ms": 60000})
    went_out = []
    for guess in range(3):
        child = start_su("alice", "bob")
        child.sendline(WRONG)
        wait_until(lambda: len(standin.posts()) > guess, lambda: "no request came")
        went_out.append(time.monotonic())
        child.close(force=True)
    # The wait begins before the password goes out and ends before the next does: what the network takes is in both.
    assert all(after - before > 1.5 for before, after in zip(went_out, went_out[1:])), went_out
    wait_until(lambda: syslog.text().count("asking GenAuth service=su user=bob caller_uid=") == 3, syslog.text)


def test_the_next_waits_for_nobody_elses_guesses(standin, start_su):
    """The victim least of all; and who has succeeded does not wait."""
    standin.set_user("bob", answer={"delay_ms": 60000, "on": "wrong-password"})
    child = start_su("alice", "bob")
    child.sendline(WRONG)
    wait_until(lambda: standin.posts(), lambda: "no request came")
    child.close(force=True)
    start = time.monotonic()
    for _ in range(3):
        assert su("bob", "bob", BOB).status == 0
    assert time.monotonic() - start < 30
    waits = [path.stat().st_mtime for path in machine.CACHE.glob("attempt-*")]
    assert sorted(mtime > 0 for mtime in waits) == [False, True]


def test_prompts_that_nobody_answers_make_few_connections(standin, start_su):
    """It was a hundred in six seconds."""
    start = time.monotonic()
    for _ in range(12):
        child = start_su("alice", "bob")
        time.sleep(0.3)
        child.close(force=True)
    # The first, and one every two seconds.
    assert 1 <= standin.connections() <= (time.monotonic() - start) / 2 + 1 < 12


def test_limits_of_the_caller(syslog):
    """As far as su can live with them. A root without the right to raise them refuses, and the caller waits for it."""
    script = "ulimit {}; exec su bob -c 'id -un'"
    can_raise = subprocess.run(["sh", "-c", "ulimit -v 100000; prlimit --as=unlimited true"]).returncode == 0
    for limit in ("-f 0", "-n 16", "-v 12000"):
        start = time.monotonic()
        result = talk(as_user("alice", ["sh", "-c", script.format(limit)]), BOB)
        if limit != "-v 12000" or can_raise:
            assert (result.status, result.lines[-1]) == (0, "bob"), (limit, syslog.text())
        else:
            assert result.status != 0 and time.monotonic() - start > 1.4
            assert "verdict=INTERNAL" in syslog.text()


def test_nodelay_waits_for_nobody(standin, start_su, syslog):
    """A set-user-ID host that asks for many people has one caller for all of them: they must not queue."""
    machine.write_genauth_stacks("nodelay")
    standin.set_user("bob", answer={"delay_ms": 60000})
    for guess in range(3):
        child = start_su("alice", "bob")
        child.sendline(WRONG)
        wait_until(lambda: len(standin.posts()) > guess, lambda: "no request came")
        child.close(force=True)
    wait_until(lambda: syslog.text().count("asking GenAuth service=su user=bob caller_uid=") == 3, syslog.text)
    assert list(machine.CACHE.glob("attempt-*")) == []
