"""The fixtures. Before each test: the service "hostile" with the module, a fresh genauth.conf, the stand-in's own
users, an empty journal. After each test: no process is left."""

import pathlib
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib"), str(HERE.parent / "server")]

import fixtures  # noqa: E402
import listener as at_socket  # noqa: E402
import machine  # noqa: E402
import world  # noqa: E402
from client import Standin  # noqa: E402
from fixtures import pytest_collection_modifyitems, standin  # noqa: E402, F401
from sshd import wait_until  # noqa: E402


STARTED, WAITS = "started", "waits"
# The suites that are gone through in both ways; and what in them is about a process of the host's, about a host that
# is not root, or takes long and would find nothing else.
BOTH = ("test_confinement", "test_hosts", "test_secrets", "test_load")
STARTED_ONLY = (
    "test_capabilities_of_another_host_user", "test_no_process_to_be_had", "test_nobody_to_end_who_revokes",
    "test_no_thread_to_be_had", "test_little_memory", "test_whoever_calls_su_cannot_signal_the_keeper",
    "test_the_keeper_keeps_nothing_open", "test_ten_thousand_transactions", "test_threads",
    "test_a_wrong_verdict_is_seen", "test_each_code_of_a_caller_waits_for_its_turn")
# How many logins were served by one that waited, and were not although it should have been; on a machine that is very
# busy, a tenth of a second may pass before it says that it is ready.
WAITED = {True: 0, False: 0}


def pytest_configure():
    fixtures.need_sandbox(machine.SANDBOX, HERE / "run", machine.MODULE, world.HOST, world.CROWD, world.CYCLES,
                          world.CONTROL, world.SPY, world.IMPOSTOR)
    if not fixtures.IMPOSSIBLE:
        own_build()


def own_build():
    """In the place of the module's: there are the keys and the socket, and other suites may use the same build. Moved, so
    that nothing of it is in /run, of which tests say that nothing changes there."""
    place, build = pathlib.Path("/run/sandbox/build"), at_socket.FOLDER.parent
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", place], check=True)
    shutil.copytree(build, place, symlinks=True, ignore=shutil.ignore_patterns("cache"), dirs_exist_ok=True)
    subprocess.run(["mount", "--move", place, build], check=True)
    place.rmdir()


@pytest.fixture(scope="session")
def standin_server():
    with Standin("/run/standin") as server:
        world.prepare(server)
        yield server


@pytest.fixture(autouse=True)
def helper_comes(request, no_process_left):
    """How: started by the host, or waiting at the socket."""
    way = getattr(request, "param", STARTED)
    if way == STARTED:
        yield way
        return
    shutil.rmtree(at_socket.FOLDER, ignore_errors=True)
    log = Syslog()
    listener = at_socket.Listener(spares=3).is_ready()
    machine.ALWAYS["helper_socket"] = "yes"
    try:
        yield way
    finally:
        del machine.ALWAYS["helper_socket"]
        listener.stop()
        shutil.rmtree(at_socket.FOLDER, ignore_errors=True)
    text = log.text()
    WAITED[True] += text.count("genauth-signin was waiting")
    WAITED[False] += text.count("not the socket") - text.count(UNFIT) - text.count("nobody is ready") * (
        request.node.originalname in CROWDS)


UNFIT = "not the socket: ca_path and helper_user = root are not for the socket"
# More at once than wait.
CROWDS = ("test_crowd", "test_threads_with_a_factor")


@pytest.fixture(scope="session", autouse=True)
def most_have_waited():
    yield
    assert WAITED[False] <= WAITED[True] // 4, WAITED


def pytest_generate_tests(metafunc):
    if metafunc.module.__name__ in BOTH:
        ways = [STARTED] if metafunc.function.__name__ in STARTED_ONLY else [STARTED, WAITS]
        metafunc.parametrize("helper_comes", ways, indirect=True)


@pytest.fixture(autouse=True)
def configured(standin, helper_comes):
    world.set_up(standin)


@pytest.fixture(autouse=True)
def no_process_left(standin):
    before = world.processes()
    yield
    wait_until(lambda: world.processes().keys() <= before.keys(),
               lambda: f"left behind: {world.processes()} of {before}")


@pytest.fixture
def start_host():
    """start_host(...) as world.start; what still runs after the test is killed."""
    started = []

    def start(*conditions, **how):
        started.append(world.start(*conditions, **how))
        return started[-1]

    yield start
    for host in started:
        host.kill()
        host.communicate()


class Syslog:
    """What was sent to syslog since the test began."""

    def __init__(self):
        self.start = machine.SYSLOG.stat().st_size

    def text(self):
        return machine.SYSLOG.read_bytes()[self.start :].decode(errors="replace")

    def has(self, words):
        wait_until(lambda: words in self.text(), lambda: f"no '{words}' in {self.text()}")
        return True


@pytest.fixture
def syslog():
    return Syslog()
