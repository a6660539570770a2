"""The fixtures. Before each test: GenAuth-only stacks, a fresh genauth.conf, the stand-in's own users, an empty
journal. After each test: no process is left and no log holds a secret."""

import itertools
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / folder) for folder in ("lib", "server", "bench"))]

import fixtures  # noqa: E402
import machine  # noqa: E402
from client import Standin  # noqa: E402
from fixtures import pytest_collection_modifyitems, standin  # noqa: E402, F401
from processes import processes  # noqa: E402
from sshd import Sshd, read_log, wait_until  # noqa: E402


def pytest_configure():
    fixtures.need_sandbox(machine.SANDBOX, HERE / "run", machine.MODULE)


@pytest.fixture(scope="session")
def own_cache():
    """Who has to wait stands in it, and the module of one build serves both halves of this suite, and others."""
    machine.CACHE.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", machine.CACHE], check=True)


@pytest.fixture(scope="session")
def standin_server(own_cache):
    with Standin("/run/standin") as server:
        shutil.copy(server.folder / "ca.pem", machine.CA)
        machine.save_stacks()
        yield server


@pytest.fixture(autouse=True)
def configured(standin):
    machine.restore_stacks()
    machine.write_genauth_stacks()
    machine.write_conf(standin)


@pytest.fixture
def start_sshd(tmp_path):
    """start_sshd(*lines of sshd_config) starts one more sshd; with syslog=FILE it logs there."""
    started = []

    def start(*options, **how):
        started.append(Sshd(tmp_path / f"sshd{len(started)}", *options, **how))
        return started[-1]

    yield start
    for sshd in started:
        sshd.stop()


@pytest.fixture
def sshd(start_sshd):
    return start_sshd()


@pytest.fixture
def start(standin):
    """start(a class of hosts.py, and as that wants it)"""
    started = []

    def start(kind, *arguments, **how):
        if not kind.is_installed():
            pytest.skip(f"there is no {kind.program} here")
        started.append(kind(standin, *arguments, **how))
        return started[-1]

    yield start
    for host in started:
        host.stop()


@pytest.fixture
def profiles():
    """login ends in an interactive shell; here the shell says whose it is and ends."""
    files = [home / ".profile" for home in pathlib.Path("/run/home").iterdir()]
    for file in files:
        file.write_text("echo logged in as; id -un; exit\n")
    yield
    for file in files:
        file.unlink()


class Syslog:
    """What was sent to syslog since the test began."""

    def __init__(self):
        self.start = machine.SYSLOG.stat().st_size

    def text(self):
        return machine.SYSLOG.read_bytes()[self.start :].decode(errors="replace")

    def verdicts(self, count):
        """The module's lines, one dictionary each; there must be exactly so many."""
        wait_until(lambda: len(self.verdict_lines()) >= count, lambda: f"no {count} verdicts in {self.text()}")
        lines = self.verdict_lines()
        assert len(lines) == count
        return [dict(re.findall(r"(\w+)=(\S*)", line)) for line in lines]

    def verdict_lines(self):
        return [line for line in self.text().splitlines() if "verdict=" in line]


@pytest.fixture
def syslog():
    return Syslog()


@pytest.fixture(autouse=True)
def no_process_left(standin):
    before = processes()
    yield
    wait_until(lambda: processes().keys() <= before.keys(), lambda: f"left behind: {processes()} of {before}")


@pytest.fixture(autouse=True)
def no_secret_logged(standin, syslog, tmp_path):
    yield
    secrets = [machine.LOCAL_PASSWORD, machine.WRONG, standin.app_secret, "eyJ"]  # eyJ begins every JWT
    secrets += [user["password"] for user in standin.table()["users"].values()]
    logs = [read_log(log) for log in tmp_path.glob("sshd*/log")] + [syslog.text()]
    for secret, log in itertools.product(secrets, logs):
        assert secret not in log
