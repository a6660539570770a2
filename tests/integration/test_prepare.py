"""The flag "prepare" in the stacks of the examples: what is made ready while people type, and that nothing of it stays,
however it ends."""

import contextlib
import os
import pathlib
import re
import signal
import time

import machine
import pytest
from client import Standin
from dialogue import Program, as_user, ssh_command
from machine import ALICE, LOCAL_PASSWORD
from processes import HELPER, KEEPER, connections, helpers, state_and_parent
from relay import Relay
from sshd import wait_until

# Those that ask while the module waits; with ssh's method "password", the client does.
HOSTS = ("su", "sudo", "login", "keyboard-interactive")
each_host = pytest.mark.parametrize("host", HOSTS)
# The session of who has got in: it goes on until somebody presses Enter.
IN = "the session is on"
SESSION = f"echo {IN}; read -r line"
RTT = 0.2


@pytest.fixture(autouse=True)
def examples():
    # Nobody has had a connection made for his prompt within the last two seconds.
    machine.empty_cache()
    for name in machine.SERVICES:
        machine.install_example(name)


@pytest.fixture
def start(start_sshd, limit):
    """start(host, user) is one that has asked for the user's password."""
    started, profiles = [], []

    def command(host, user):
        if host == "su":
            return as_user("bob", ["su", user, "-c", SESSION])
        if host == "sudo":
            return as_user(user, ["sudo", "-k", "sh", "-c", SESSION])
        if host == "login":
            profiles.append(pathlib.Path(f"/run/home/{user}/.profile"))
            profiles[-1].write_text(f"{SESSION}; exit\n")
            return ["login", user]
        return ssh_command(start_sshd(f"LoginGraceTime {limit.seconds}").port, user, 1, host, SESSION)

    def start(host, user="alice"):
        started.append(Program(command(host, user)))
        assert started[-1].wait_for_prompt() == 0, started[-1].screen
        return started[-1]

    yield start
    for program in started:
        program.hang_up()
    for profile in profiles:
        profile.unlink()


class Limit:
    """How long sudo, login and sshd let somebody type: 0, without end."""

    SUDOERS, LOGIN_DEFS = pathlib.Path("/etc/sudoers.d/limit"), pathlib.Path("/etc/login.defs")

    def __init__(self):
        self.login_defs = self.LOGIN_DEFS.read_text()
        self.set(0)

    def set(self, seconds):
        self.seconds = seconds
        if self.SUDOERS.parent.is_dir():
            self.SUDOERS.write_text(f"Defaults passwd_timeout = {seconds / 60:.2f}\n")
            self.SUDOERS.chmod(0o440)
        others = re.sub(r"(?m)^LOGIN_TIMEOUT.*\n", "", self.login_defs)
        self.LOGIN_DEFS.write_text(f"{others}\nLOGIN_TIMEOUT {seconds}\n")

    def restore(self):
        self.SUDOERS.unlink(missing_ok=True)
        self.LOGIN_DEFS.write_text(self.login_defs)


@pytest.fixture
def limit():
    limit = Limit()
    yield limit
    limit.restore()


# ---- what is made ready ----


@pytest.fixture(scope="module")
def quiet_standin(tmp_path_factory):
    # As in tests/bench/test_round_trips.py: tickets, which nobody waits for, would count.
    with Standin(tmp_path_factory.mktemp("standin"), tls_tickets=0) as server:
        yield server


@each_host
@pytest.mark.parametrize("kind", ["none", "rsa", "sm2"])
def test_one_round_trip_after_enter(start, quiet_standin, syslog, host, kind):
    """From there to the verdict; counted, and TCP, TLS and the request that brings the key came before."""
    with Relay(quiet_standin.port, RTT) as relay:
        machine.write_conf(quiet_standin, app_host=f"https://localhost:{relay.port}",
                           ca_file=quiet_standin.ready["ca_file"], password_encrypt_type=kind)
        program = start(host)
        wait_until(lambda: relay.round_trips() >= 3, lambda: f"{relay.record}\n{syslog.text()}", seconds=30)
        # The rest of the last one, and the helper's look at it.
        time.sleep(2 * RTT)
        before, entered = relay.round_trips(), len(relay.record)
        program.type(ALICE)
        assert program.wait_for(IN) == 0, program.screen
        assert (before, relay.round_trips(entered)) == (3, 1), relay.record
        program.type("")
        assert program.wait_for() is None
    [line] = syslog.verdicts(1)
    assert line["verdict"] == "OK" and (line["dns_ms"], line["connect_ms"], line["tls_ms"]) == ("0", "0", "0")


# ---- how it ends ----


def left(standin):
    """Processes of ours, also such as nobody has waited for, and connections."""
    return helpers(HELPER), helpers(KEEPER), connections(standin.port)


def wait_until_ready(standin, count=1):
    wait_until(lambda: [len(kind) for kind in left(standin)] == [count] * 3, lambda: f"not ready: {left(standin)}",
               seconds=30)


def wait_until_nothing_is_left(standin):
    """Long before genauth-signin would end by itself."""
    wait_until(lambda: left(standin) == ([], [], []), lambda: f"left: {left(standin)}", seconds=60)


@pytest.mark.parametrize("host", [*HOSTS, "password"])
@pytest.mark.parametrize("user, password, posts", [("alice", ALICE, 1), ("localuser", LOCAL_PASSWORD, 0)],
                         ids=("genauth", "pam_unix"))
def test_nothing_is_left_in_a_session(start, standin, host, user, password, posts):
    """It may last for hours. su, sudo and login keep their handle until then, and sshd's child for keyboard-interactive
    has ended by _exit, without pam_end. Where pam_unix lets in, no line has picked up what was prepared."""
    program = start(host, user)
    if host != "password":
        wait_until_ready(standin)
    program.type(password)
    assert program.wait_for(IN) == 0, program.screen
    wait_until_nothing_is_left(standin)
    assert program.child.isalive() and len(standin.posts()) == posts
    program.type("")
    assert program.wait_for() is None


@each_host
@pytest.mark.parametrize("stopped", [False, True], ids=["", "stopped"])
def test_nothing_is_left_of_a_host_that_is_killed(start, standin, host, stopped):
    """Also where genauth-signin cannot see the end of its socket."""
    start(host)
    wait_until_ready(standin)
    [helper], [keeper], _ = left(standin)
    if stopped:
        os.kill(helper, signal.SIGSTOP)
    try:
        os.kill(state_and_parent(keeper)[1], signal.SIGKILL)
        wait_until_nothing_is_left(standin)
    finally:
        # Not to be in the way of other tests.
        with contextlib.suppress(ProcessLookupError):
            os.kill(helper, signal.SIGCONT)


@each_host
def test_nothing_is_left_when_the_person_goes(start, standin, host):
    """The terminal hangs up, the connection of ssh breaks."""
    program = start(host)
    wait_until_ready(standin)
    program.hang_up()
    wait_until_nothing_is_left(standin)


def test_nothing_is_left_when_a_host_does_not_wait(start, standin, limit):
    """Each in its own way: login by _exit, sudo with an error from the conversation, sshd with a signal."""
    limit.set(20)
    programs = [start(host) for host in ("sudo", "login", "keyboard-interactive")]
    wait_until(lambda: standin.connections() == len(programs), lambda: f"not ready: {left(standin)}", seconds=30)
    wait_until_nothing_is_left(standin)
    assert standin.posts() == []


def test_two_minutes_are_enough(start, standin, syslog):
    """Then it ends by itself, while the host waits; for who types at last a new one is started."""
    programs = [start(host) for host in HOSTS]
    wait_until_ready(standin, len(programs))
    time.sleep(60)
    wait_until_ready(standin, len(programs))  # made anew meanwhile
    wait_until(lambda: left(standin)[::2] == ([], []), lambda: f"left: {left(standin)}", seconds=180)
    # The keepers have ended, too; the hosts wait for them when they do something again.
    wait_until(lambda: [state_and_parent(pid)[0] for pid in helpers(KEEPER)] == ["Z"] * len(programs), helpers)
    standin.clear_journal()
    for program in programs:
        assert program.child.isalive()
        program.type(ALICE)
        assert program.wait_for(IN) == 0, program.screen
    assert len(standin.posts()) == standin.connections() == len(programs)
    assert {line["verdict"] for line in syslog.verdicts(len(programs))} == {"OK"}
