"""Hosts that ask by the socket: screen lockers as the user who sits there, services as accounts of their own, and polkit's
helper, which has no network. None but that one can read genauth.conf, or has another secret."""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

import pytest

import hosts
import lockers
import machine
import polkit
from dialogue import as_user
from machine import ALICE, ALICE_UID, LOCAL_PASSWORD, MODULE, WRONG, example_stacks, write_conf, write_stack
from sshd import wait_until

PROGRAM = pathlib.Path(MODULE).parent.parent / "genauth-listen"
AT_ONCE = 5  # attempts, and then one a minute


@pytest.fixture
def listener():
    process = subprocess.Popen([PROGRAM, "--listen"], stdin=subprocess.DEVNULL)
    wait_until((machine.CACHE / "signin").exists, lambda: "there is no socket", seconds=30)
    yield
    process.terminate()
    process.wait(30)
    machine.empty_cache()


@pytest.fixture
def lock():
    started = []

    def lock(kind, user="alice"):
        if kind.missing():
            pytest.skip(f"there is no {' and no '.join(kind.missing())} here")
        started.append(kind(user))
        return started[-1]

    yield lock
    for locker in started:
        locker.stop()


def can_read_the_options(user):
    return subprocess.run(as_user(user, ["test", "-r", machine.CONF]), check=False).returncode == 0


def a_minute_goes_by(*uids):
    file = machine.CACHE / "-".join(["calls", *map(str, uids)])
    facts = file.stat()
    os.utime(file, ns=(facts.st_mtime_ns, facts.st_mtime_ns - 60 * 10**9))


def verdicts(syslog, count):
    """What each of the last hosts was told; genauth-caller's own lines say why."""
    wait_until(lambda: len(syslog.verdict_lines()) >= 2 * count, syslog.text, seconds=30)
    lines = syslog.verdicts(2 * count)
    return [line["verdict"] for line in lines if "caller_uid" not in line]


def write_example(service, example):
    """But for the delays."""
    write_stack(service, *(line + " nodelay" if "pam_unix" in line or MODULE in line else line for line in example))


def write_locker_stack(service):
    write_example(service, example_stacks("Services that are not root")[0])


@pytest.mark.parametrize("kind", [lockers.Screen, lockers.I3lock])
def test_a_locker(listener, lock, standin, syslog, kind):
    write_locker_stack(kind.service)
    write_conf(standin, sections={kind.service: {"allow_user_callers": "yes"}}, export_tokens="id_token")
    assert not can_read_the_options("alice")
    locker = lock(kind)
    said = ["DENIED"] * AT_ONCE + ["THROTTLED"]
    for number, verdict in enumerate(said, start=1):
        locker.type(WRONG if verdict == "DENIED" else ALICE)
        assert verdicts(syslog, number) == said[:number]
        assert locker.is_locked()
    assert len(standin.posts()) == AT_ONCE
    a_minute_goes_by(ALICE_UID)
    locker.type(ALICE)
    assert verdicts(syslog, len(said) + 1) == [*said, "OK"]
    wait_until(lambda: not locker.is_locked(), lambda: "still locked", seconds=30)


def test_a_locker_of_a_local_user(listener, lock, standin, syslog):
    write_locker_stack(lockers.Screen.service)
    write_conf(standin, sections={lockers.Screen.service: {"allow_user_callers": "yes"}})
    locker = lock(lockers.Screen, "localuser")
    locker.type(WRONG)
    assert locker.is_locked() and verdicts(syslog, 1) == ["DENIED"]
    locker.type(LOCAL_PASSWORD)
    assert not locker.is_locked() and len(syslog.verdict_lines()) == 2


def test_a_locker_that_is_not_allowed(listener, lock, standin, syslog):
    """Where one service is, another is not."""
    write_locker_stack(lockers.Screen.service)
    write_conf(standin, sections={"i3lock": {"allow_user_callers": "yes"}})
    locker = lock(lockers.Screen)
    locker.type(ALICE)
    assert locker.is_locked() and verdicts(syslog, 1) == ["CONFIG"]
    assert not standin.posts()


@pytest.mark.parametrize("kind", [hosts.PostgreSQL, hosts.Apache, hosts.Nginx])
def test_an_account_of_a_service(listener, start, standin, syslog, kind):
    write_conf(standin, allow_service_callers=f"{kind.user}:{kind.service}")
    assert not can_read_the_options(kind.user)
    host = start(kind, "nodelay", own_conf=False)
    passwords = [ALICE, WRONG, ALICE, WRONG, ALICE, ALICE]
    said = ["OK", "DENIED", "OK", "DENIED", "OK", "THROTTLED"]
    assert [host.enter(password) for password in passwords] == [verdict == "OK" for verdict in said]
    assert verdicts(syslog, len(said)) == said
    assert len(standin.posts()) == AT_ONCE
    a_minute_goes_by(pwd.getpwnam(kind.user).pw_uid, ALICE_UID)
    assert host.enter(ALICE)


def test_an_account_of_another_service(listener, start, standin, syslog):
    write_conf(standin, allow_service_callers=f"{hosts.PostgreSQL.user}:other www-data:{hosts.PostgreSQL.service}")
    host = start(hosts.PostgreSQL, "nodelay", own_conf=False)
    assert not host.enter(ALICE)
    assert verdicts(syslog, 1) == ["CONFIG"] and not standin.posts()


@pytest.fixture
def authority():
    if polkit.missing():
        pytest.skip(f"there is no {' and no '.join(polkit.missing())} here")
    folder = pathlib.Path(tempfile.mkdtemp(dir="/run"))
    folder.chmod(0o755)
    authority = polkit.Polkit(folder)
    yield authority
    authority.stop()
    shutil.rmtree(folder)


@pytest.mark.parametrize("real_uid", ["0", ALICE_UID])
def test_polkit(listener, authority, standin, syslog, real_uid):
    """Its helper is root, but has no network, and can neither write nor become another user."""
    authority.real_uid = int(real_uid)
    write_example(polkit.SERVICE, example_stacks("The five lines")[0])
    assert not authority.authorises(ALICE) and not standin.posts()
    # What it is that fails first depends on the release.
    assert [line["verdict"] for line in syslog.verdicts(1)] in (["INTERNAL"], ["UNAVAILABLE"])
    write_conf(standin, sections={polkit.SERVICE: {"helper_socket": "yes"}})
    asked = [authority.authorises(password) for password in (ALICE, WRONG, ALICE)]
    assert [line["verdict"] for line in syslog.verdicts(4)][1:] == ["OK", "DENIED", "OK"]
    assert asked == ([False] * 3 if real_uid == "0" else [True, False, True]), authority.log()
    assert len(standin.posts()) == 3
