"""What the conftest.py of several suites have in common; each takes what it needs, by name."""
import os
import pathlib

import pytest

from client import Standin

IMPOSSIBLE = os.environ.get("SANDBOX_IMPOSSIBLE")


def pytest_collection_modifyitems(items):
    """For suites that lib/in_sandbox starts."""
    if IMPOSSIBLE:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=f"no sandbox here: {IMPOSSIBLE}"))


def need_sandbox(folder, run, *files):
    """That the sandbox made FOLDER, else the tests are to be started with RUN; and that these files are built."""
    if IMPOSSIBLE:
        return
    if not pathlib.Path(folder).is_dir():
        raise pytest.UsageError(f"these tests need a sandbox: start them with {run}")
    for file in files:
        if not (os.path.isabs(file) and os.path.isfile(file)):
            raise pytest.UsageError(f"'{file}' must be the absolute path of a built file; see {run}")


@pytest.fixture(scope="session")
def standin_server(tmp_path_factory):
    """One for all tests of a process."""
    with Standin(tmp_path_factory.mktemp("standin")) as server:
        yield server


@pytest.fixture
def standin(standin_server):
    """With its own users, and an empty journal."""
    standin_server.reset_users()
    standin_server.clear_journal()
    return standin_server
