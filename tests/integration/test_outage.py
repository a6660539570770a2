"""GenAuth cannot be reached: local users come in, GenAuth's own are refused in time."""

import socket
import time

import pytest

from dialogue import ssh
from machine import ALICE, LOCAL_PASSWORD, install_example, write_conf
from sshd import free_port

TIMEOUT = 2  # seconds, of genauth.conf
DELAY = 3  # seconds, of pam_unix after a failure


@pytest.fixture(params=["closed port", "silent server"])
def outage(request, standin):
    install_example("sshd")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1] if request.param == "silent server" else free_port()
        write_conf(standin, app_host=f"https://localhost:{port}", timeout=TIMEOUT, connect_timeout=TIMEOUT)
        yield


def test_outage(outage, sshd, syslog):
    assert ssh(sshd.port, "localuser", LOCAL_PASSWORD).lines[-1] == "localuser"

    start = time.monotonic()
    assert ssh(sshd.port, "alice", ALICE).status == 255
    assert time.monotonic() - start < 2 * (TIMEOUT + DELAY) + 1  # sshd doubles at most what PAM took
    [line] = syslog.verdicts(1)
    assert (line["verdict"], line["user"]) == ("UNAVAILABLE", "alice")
    assert int(line["total_ms"]) < TIMEOUT * 1000 + 500
