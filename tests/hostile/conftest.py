"""The fixtures. Before each test: the service "hostile" with the module, a fresh genauth.conf, the stand-in's own
users, an empty journal. After each test: no process is left."""

import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib"), str(HERE.parent / "server")]

import fixtures  # noqa: E402
import machine  # noqa: E402
import world  # noqa: E402
from client import Standin  # noqa: E402
from fixtures import pytest_collection_modifyitems, standin  # noqa: E402, F401
from sshd import wait_until  # noqa: E402


def pytest_configure():
    fixtures.need_sandbox(machine.SANDBOX, HERE / "run", machine.MODULE, world.HOST, world.CROWD, world.CYCLES,
                          world.CONTROL, world.SPY, world.IMPOSTOR)


@pytest.fixture(scope="session")
def standin_server():
    with Standin("/run/standin") as server:
        world.prepare(server)
        yield server


@pytest.fixture(autouse=True)
def configured(standin):
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
