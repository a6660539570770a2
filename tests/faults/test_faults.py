"""Whatever the network or the server does, the login is over within timeout + 0.5 s, with PAM_AUTHINFO_UNAVAIL, and the
password has been sent at most once."""
import os
import pathlib
import socket
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "pam"), str(HERE.parent / "server")]

import certificates  # noqa: E402
import pam  # noqa: E402
from server import FAULTS, GOOD, FaultServer, answer  # noqa: E402

PASSWORD = "canary-horse"
TIMEOUT = 1  # seconds
PAUSE = 300  # milliseconds of typing


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authority")
    authority, key = certificates.Authority.new(), certificates.new_ec_key()
    (folder / "ca.pem").write_bytes(certificates.certificate_pem(authority.certificate))
    (folder / "server.key").write_bytes(certificates.key_pem(key))
    (folder / "server.pem").write_bytes(certificates.certificate_pem(
        authority.issue("localhost", key, certificates.HOSTS)))
    return folder


@pytest.fixture
def make_world(tmp_path, authority):
    servers = []

    def make(script, conf=""):
        server = FaultServer(script, authority / "server.pem", authority / "server.key")
        servers.append(server)
        world = pam.World(tmp_path)
        world.server = server
        world.write_conf(f"app_host = https://localhost:{server.port}\napp_id = x\nca_file = {authority / 'ca.pem'}\n"
                         f"timeout = {TIMEOUT}\nconnect_timeout = 1\n{conf}")
        world.write_service("sshd")
        return world

    yield make
    for server in servers:
        server.stop()


def log_in(world, pause=0, **options):
    """A login, and how long it took without the typing."""
    result = world.run(PASSWORD, extra=["--pause", str(pause)], **options)
    return result, result.milliseconds - pause


def unavailable(result, milliseconds):
    assert result.code == "PAM_AUTHINFO_UNAVAIL", result.line
    assert result.line["verdict"] == "UNAVAILABLE" and result.line["reason"]
    assert milliseconds <= TIMEOUT * 1000 + 500


@pytest.mark.parametrize("preconnect", ["yes", "no"])
@pytest.mark.parametrize("fault", FAULTS)
def test_fault(make_world, fault, preconnect):
    world = make_world(FAULTS[fault], f"preconnect = {preconnect}\n")
    unavailable(*log_in(world, PAUSE if preconnect == "yes" else 0))
    assert b"".join(world.server.received).count(PASSWORD.encode()) <= 1


@pytest.mark.parametrize("preconnect", ["yes", "no"])
def test_the_same_server_without_a_fault(make_world, preconnect):
    """Else the tests above would prove nothing."""
    world = make_world(answer(GOOD), f"preconnect = {preconnect}\n")
    result, _ = log_in(world, PAUSE if preconnect == "yes" else 0)
    assert result.code == "PAM_SUCCESS"
    assert b"".join(world.server.received).count(PASSWORD.encode()) == 1


# ---- without a server: a network of its own, in which packets get lost ----

LOST_NETWORK = """\
ip link set lo up
ip link add lost type veth peer name nowhere
ip address add 192.0.2.2/24 dev lost
ip link set lost up
ip link set nowhere up
ip neighbour add 192.0.2.1 lladdr 02:00:00:00:00:01 dev lost
mount --bind "$1" /etc/resolv.conf
mount --bind "$2" /etc/nsswitch.conf
shift 2
exec "$@"
"""


@pytest.fixture
def lost_network(tmp_path, monkeypatch):
    if os.geteuid() != 0:
        pytest.skip("needs root for a network namespace")
    if subprocess.run(["unshare", "-n", "-m", "true"]).returncode != 0:
        pytest.skip("no network namespaces here")
    (tmp_path / "resolv.conf").write_text("nameserver 192.0.2.1\n")
    (tmp_path / "nsswitch.conf").write_text("hosts: files dns\n")
    monkeypatch.setattr(pam, "WRAPPER", ["unshare", "-n", "-m", "sh", "-ec", LOST_NETWORK, "sh",
                                         str(tmp_path / "resolv.conf"), str(tmp_path / "nsswitch.conf")])


@pytest.mark.parametrize("pause", [0, 1500])
@pytest.mark.parametrize("host, word", [("genauth.example", "resolv"), ("192.0.2.1", "")])
def test_lost_packets(make_world, lost_network, host, word, pause):
    """The name server, or GenAuth itself, never answers."""
    world = make_world(answer(GOOD))
    text = world.conf.read_text().replace(f"localhost:{world.server.port}", host)
    world.write_conf(text)
    result, milliseconds = log_in(world, pause)
    unavailable(result, milliseconds)
    assert word in result.line["reason"].lower()


def test_a_full_backlog(make_world):
    """The kernel drops the SYN of one connection too many."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(8)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        world = make_world(answer(GOOD))
        world.write_conf(world.conf.read_text().replace(str(world.server.port), str(port)))
        unavailable(*log_in(world))
        for each in waiting:
            each.close()
