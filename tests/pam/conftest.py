import fcntl
import os
import pathlib
import shutil

import pytest

import pam
from fixtures import standin, standin_server  # noqa: F401


def pytest_sessionstart(session):
    for name in ("PAM_DRIVER", "PAM_GENAUTH_SO"):
        if not os.access(os.environ.get(name, ""), os.R_OK):
            raise pytest.UsageError(f"{name} must name a built file; run these tests with 'make check'")


@pytest.fixture
def server(standin):
    return standin


@pytest.fixture
def world(tmp_path, server):
    """alice can log in through the service sshd."""
    made = pam.World(tmp_path)
    made.server = server
    made.base = server.conf()
    made.write_conf(made.base)
    made.write_service("sshd")
    return made


@pytest.fixture
def no_traffic(server):
    """The test must not reach GenAuth at all."""
    yield
    assert server.connections() == 0


@pytest.fixture
def fresh_cache():
    """Where the module of these tests keeps public keys: its build folder. Not there yet, and for nobody else until the
    end: other files run in other processes."""
    folder = pathlib.Path(pam.MODULE).parents[1] / "cache"

    def remove():
        if folder.is_dir():
            shutil.rmtree(folder)
        else:
            folder.unlink(missing_ok=True)

    with open(pam.MODULE) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        remove()
        yield folder
        remove()
