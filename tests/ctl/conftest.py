"""A folder with genauth.conf, stacks and sshd_config for genauthctl, and a stand-in for GenAuth."""
import contextlib
import fcntl
import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "lib"), str(HERE.parent / "server")]

from fixtures import standin, standin_server  # noqa: E402, F401

GENAUTHCTL = os.environ.get("GENAUTHCTL", "")
SOURCE = HERE.parents[1]

GOOD = """\
auth [success=2 default=ignore] pam_unix.so
auth [success=1 maxtries=die default=ignore] pam_genauth.so use_first_pass
auth requisite pam_deny.so
auth required pam_permit.so
account required pam_unix.so
"""
SSHD = "UsePAM yes\nKbdInteractiveAuthentication yes\n"


def pytest_sessionstart(session):
    if not os.access(GENAUTHCTL, os.X_OK):
        raise pytest.UsageError("GENAUTHCTL must name the tests/ctl/genauthctl of a build folder")


class World:
    def __init__(self, folder, server=None):
        self.folder, self.server = folder, server
        self.conf = folder / "genauth.conf"
        self.pam = folder / "pam.d"
        self.pam.mkdir()
        self.state = folder / "lib" / "try"
        self.sshd_config = folder / "sshd_config"
        self.sshd_config.write_text(SSHD)
        self.write_stack("sshd", GOOD)
        self.write_conf("app_host = https://localhost:1\napp_id = x\n")

    def write_conf(self, text, mode=0o600):
        self.conf.write_text(text)
        self.conf.chmod(mode)

    def write_stack(self, service, text):
        (self.pam / service).write_text(text)

    def run(self, *words, input="", env=None, timeout=30):
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **(env or {})}
        return subprocess.run([GENAUTHCTL, *map(str, words)], input=input, capture_output=True, text=True,
                              env=environment, timeout=timeout)

    def check(self, *words):
        """The findings: check -> those of that name, and whether the exit status says that all is well."""
        done = self.run("check", "--json", "--conf", self.conf, "--pam-dir", self.pam, "--sshd-config",
                        self.sshd_config, *words)
        findings = json.loads(done.stdout)
        assert all(set(finding) == {"check", "result", "detail", "cure"} for finding in findings)
        errors = [finding for finding in findings if finding["result"] == "error"]
        assert done.returncode == (1 if errors else 0) and done.stderr == ""
        assert all(finding["cure"] for finding in findings if finding["result"] in ("error", "warning"))
        found = {}
        for finding in findings:
            found.setdefault(finding["check"], []).append(finding)
        return found


def on_terminal(words):
    """Its lines, standard output and error alike."""
    master, slave = pty.openpty()
    process = subprocess.Popen([GENAUTHCTL, *map(str, words)], stdin=subprocess.DEVNULL, stdout=slave,
                               stderr=slave, env={"NO_COLOR": "1", "LC_ALL": "C.UTF-8"})
    os.close(slave)
    shown = b""
    try:
        while piece := os.read(master, 65536):
            shown += piece
    except OSError:
        pass
    process.wait()
    os.close(master)
    return shown.decode().replace("\r\033[K", "").splitlines()


@pytest.fixture(scope="session")
def ends_at_gaps(tmp_path_factory):
    """Whether a line whose backslash has nothing behind it ends for the installed libpam: so from 1.6 on."""
    folder = tmp_path_factory.mktemp("libpam")
    (folder / "service").write_text("auth optional pam_deny.so \\\n\nauth required pam_permit.so\n")
    (folder / "passwd").write_text("alice:x:4001:4001::/:/bin/sh\n")
    driver = os.environ.get("PAM_DRIVER", BUILD / "tests/pam/driver")
    done = subprocess.run([driver, "--confdir", folder, "--service", "service", "--passwd", folder / "passwd", "--user",
                           "alice"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["codes"] == ["PAM_SUCCESS"]


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


BUILD = pathlib.Path(GENAUTHCTL).resolve().parents[2] if GENAUTHCTL else None


@contextlib.contextmanager
def locked(how):
    """LOCK_SH: the programs of the build folder stay as they are; LOCK_EX: nobody needs them meanwhile."""
    with open(BUILD / "tests/ctl/lock", "w") as file:
        fcntl.flock(file, how)
        yield


@pytest.fixture
def moved(tmp_path):
    """The helper and the module of the build folder, to be moved away or spoiled for the time of a test."""
    files = {"helper": BUILD / "genauth-signin", "module": BUILD / "tests/pam/.libs/pam_genauth.so"}
    with locked(fcntl.LOCK_EX):
        for name, path in files.items():
            shutil.copy2(path, tmp_path / name)
        yield files
        for name, path in files.items():
            path.unlink(missing_ok=True)
            shutil.copy2(tmp_path / name, path)


# Of the messages (common/message.h).
VERSION = int(re.search(r"define GENAUTH_MESSAGE_VERSION (\d+)",
                        (SOURCE / "pam_genauth/common/message.h").read_text()).group(1))

# It says READY, and what comes with START and CHECK is not looked at.
TAKEN_OVER = f"""\
#!{sys.executable}
import socket
module = socket.socket(fileno=0)
def say(kind, **records):
    module.send(bytes([{VERSION}, kind]) + b"".join(bytes([len(name)]) + len(value).to_bytes(4, "little") + name.encode() + value
                for name, value in records.items()))
say(1, version=b"x")
module.recv(65536), module.recv(65536)
"""


def says_yes(sub="alice-1", proven=0):
    """For take_over: all is well, for any user, as one of another version or one that was taken over might say."""
    return f"""\
say(6, verdict=b"OK", reason=b"accepted", request_id=b"", sub=b"{sub}", id_token=b"a.b.c", factor=b"none",
    proven=b"{proven}", **{{name: b"0" for name in ("http_status", "status_code", "api_code", "dns_ms", "connect_ms",
                                                  "tls_ms", "wait_ms")}})
"""


def take_over(moved, script):
    """The helper of the build folder then only says what the script has it say."""
    moved["helper"].unlink()
    moved["helper"].write_text(TAKEN_OVER + script)
    moved["helper"].chmod(0o755)


@pytest.fixture(autouse=True)
def programs(request):
    """No other test moves them meanwhile."""
    if "moved" in request.fixturenames:
        request.getfixturevalue("moved")
        yield
    else:
        with locked(fcntl.LOCK_SH):
            yield


@pytest.fixture
def online(tmp_path, standin):
    """alice has an account at a GenAuth that answers."""
    made = World(tmp_path, standin)
    made.base = standin.conf()
    made.write_conf(made.base)
    return made
