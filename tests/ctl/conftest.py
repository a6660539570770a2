"""A folder with genauth.conf, stacks and sshd_config for genauthctl, and a stand-in for GenAuth."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "server"))

from client import Standin  # noqa: E402

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


@pytest.fixture(scope="session")
def standin(tmp_path_factory):
    with Standin(tmp_path_factory.mktemp("standin")) as server:
        yield server


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.fixture
def online(tmp_path, standin):
    """alice has an account at a GenAuth that answers."""
    standin.reset_users()
    standin.clear_journal()
    made = World(tmp_path, standin)
    made.base = (f"app_host = {standin.host}\napp_id = {standin.app_id}\napp_secret = {standin.app_secret}\n"
                 f"ca_file = {standin.ready['ca_file']}\n")
    made.write_conf(made.base)
    return made
