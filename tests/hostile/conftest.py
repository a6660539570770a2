"""The fixtures. Before each test: the service "hostile" with the module, a fresh genauth.conf, the stand-in's own
users, an empty journal. After each test: no process is left."""

import os
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "integration"), str(HERE.parent / "server")]

import machine  # noqa: E402
import world  # noqa: E402
from client import Standin  # noqa: E402
from sshd import wait_until  # noqa: E402

IMPOSSIBLE = os.environ.get("SANDBOX_IMPOSSIBLE")


def pytest_configure():
    if IMPOSSIBLE:
        return
    if not machine.SANDBOX.is_dir():
        raise pytest.UsageError(f"these tests write /etc/pam.d: start them with {HERE}/run")
    for file in (machine.MODULE, world.HOST, world.CROWD, world.CYCLES, world.CONTROL, world.SPY):
        if not (os.path.isabs(file) and os.path.isfile(file)):
            raise pytest.UsageError(f"'{file}' must be the absolute path of a built file; see {HERE}/run")


def pytest_collection_modifyitems(items):
    if IMPOSSIBLE:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=f"no sandbox here: {IMPOSSIBLE}"))


@pytest.fixture(scope="session")
def standin_server():
    with Standin("/run/standin") as server:
        world.prepare(server)
        yield server


@pytest.fixture
def standin(standin_server):
    standin_server.reset_users()
    standin_server.clear_journal()
    return standin_server


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
