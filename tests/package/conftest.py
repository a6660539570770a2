"""The fixtures. Before each test /etc/pam.d is Debian's, and no trial runs. To install takes seconds, so the package
stays until a test wants it absent."""

import os
import pathlib
import shutil
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib"), str(HERE.parent / "server")]

import fixtures  # noqa: E402
import machine  # noqa: E402
import package  # noqa: E402
import tools  # noqa: E402
from client import Standin  # noqa: E402
from fixtures import pytest_collection_modifyitems, standin  # noqa: E402, F401
from sshd import Sshd  # noqa: E402


def pytest_configure():
    fixtures.need_sandbox("/run/sandbox/layers", HERE / "run")
    if not (fixtures.IMPOSSIBLE or package.PACKAGES.is_dir()):
        raise pytest.UsageError("PACKAGES must name the folder that make deb and make rpm have left")


@pytest.fixture(scope="session")
def lintian(tmp_path_factory):
    command = ["lintian", "--fail-on", "error,warning", "--info", *package.PACKAGES.glob("deb/*.changes")]
    return tools.Work(tmp_path_factory.mktemp("lintian"), *command)


@pytest.fixture(scope="session")
def rebuilt(tmp_path_factory):
    return tools.rebuild(tmp_path_factory.mktemp("rebuilt"))


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    return tools.release(tmp_path_factory.mktemp("released"))


@pytest.fixture(scope="session", autouse=True)
def meanwhile(request):
    """What takes long runs while the other tests do, if it is wanted."""
    for name in ("lintian", "rebuilt", "released"):
        if any(name in item.fixturenames for item in request.session.items):
            request.getfixturevalue(name)


@pytest.fixture(scope="session", autouse=True)
def world(meanwhile):
    """What the machine has done to its stacks is not of interest; and root gets a home and a password."""
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    pathlib.Path("/var/lib/man-db/auto-update").unlink(missing_ok=True)  # the index of manuals takes minutes
    package.run("pam-auth-update", "--package", "--force")
    for old in machine.PAM_D.glob("*.pam-old"):
        old.unlink()
    package.save_state()

    passwd = pathlib.Path("/etc/passwd")
    home = pathlib.Path("/run/home/root")
    home.mkdir(mode=0o700)
    passwd.write_text(passwd.read_text().replace(":/root:", f":{home}:", 1))
    package.run("chpasswd", input=f"root:{package.ROOT_PASSWORD}\n")
    (home / ".profile").write_text("id -un; exit\n")


@pytest.fixture(scope="session")
def standin_server():
    with Standin("/run/standin") as server:
        shutil.copy(server.folder / "ca.pem", machine.CA)
        yield server


@pytest.fixture(autouse=True)
def before(world):
    """The stacks as they are without the package."""
    package.restore_state()
    return package.stacks()


@pytest.fixture
def absent(before):
    if package.status():
        package.run("dpkg", "--purge", package.NAME)


@pytest.fixture
def installed(before):
    """Perhaps by an earlier test."""
    if package.status() != "installed":
        package.install()


@pytest.fixture
def configured(installed, standin):
    machine.write_conf(standin)


@pytest.fixture
def sshd(tmp_path):
    server = Sshd(tmp_path / "sshd")
    yield server
    server.stop()
