"""TLS and the network: what does not fit is refused before the password is sent."""
import socket

import pytest

import pam
from client import Standin

PASSWORD = "correct horse"


@pytest.fixture
def make_world(tmp_path):
    servers = []

    def make(conf="", **options):
        server = Standin(tmp_path / f"standin{len(servers)}", **options)
        server.start()
        servers.append(server)
        (tmp_path / f"world{len(servers)}").mkdir()
        world = pam.World(tmp_path / f"world{len(servers)}")
        world.server = server
        world.base = f"app_host = {server.host}\napp_id = {server.app_id}\napp_secret = {server.app_secret}\n"
        world.write_conf(world.base + conf.format(**server.ready))
        world.write_service("sshd")
        return world

    yield make
    for server in servers:
        server.stop()


def refused(world):
    result = world.run(PASSWORD)
    assert result.code == "PAM_AUTHINFO_UNAVAIL" and result.line["verdict"] == "UNAVAILABLE", result.line
    assert world.server.posts() == []
    return result.line["reason"]


def test_the_systems_authorities_do_not_know_the_stand_in(make_world):
    assert "certificate" in refused(make_world())


@pytest.mark.parametrize("kind", ["expired", "wrong-host", "self-signed", "other-ca"])
def test_certificates_that_do_not_fit(make_world, kind):
    assert refused(make_world("ca_file = {ca_file}\n", certificate_kind=kind)) != ""


def test_connection_refused(make_world):
    world = make_world("ca_file = {ca_file}\n")
    world.server.stop()
    result = world.run(PASSWORD)
    assert result.code == "PAM_AUTHINFO_UNAVAIL" and "connect" in result.line["reason"].lower()


def test_unknown_host(make_world):
    world = make_world()
    world.write_conf(world.base.replace(world.server.host, "https://genauth.invalid"))
    assert "resolve" in refused(world).lower()


def test_a_server_that_says_nothing(make_world):
    world = make_world()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        world.write_conf(world.base.replace(world.server.host, f"https://127.0.0.1:{port}") + "timeout = 1\n")
        result = world.run(PASSWORD)
        assert result.code == "PAM_AUTHINFO_UNAVAIL" and result.milliseconds < 2700
        assert result.line["tls_ms"] == "0" and int(result.line["total_ms"]) >= 990
