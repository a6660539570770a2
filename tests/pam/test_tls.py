"""TLS and the network: what does not fit is refused before the password is sent."""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

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


# ---- each option against a server that demands it ----

CA = "ca_file = {ca_file}\n"


def accepted(world):
    result = world.run(PASSWORD)
    assert result.code == "PAM_SUCCESS", result.line
    assert world.run("wrong").code == "PAM_AUTH_ERR"


def test_ca_file_and_ca_path(make_world):
    world = make_world(CA)
    accepted(world)
    # The helper looks into it as nobody, who may not enter pytest's folders.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        path = shutil.copytree(world.server.ready["ca_path"], folder + "/ca")
        world.write_conf(world.base + f"ca_path = {path}\n")
        accepted(world)


def test_ca_path_of_another_authority(make_world):
    world, other = make_world("ca_path = {ca_path}\n", certificate_kind="other-ca"), make_world()
    assert refused(world)
    world.write_conf(world.base + "ca_path = %s\n" % other.server.ready["ca_path"])
    assert refused(world)


def test_ca_file_of_another_authority(make_world):
    world, other = make_world(), make_world()
    world.write_conf(world.base + "ca_file = %s\n" % other.server.ready["ca_file"])
    assert "certificate" in refused(world)


def test_pinned_public_key(make_world):
    world = make_world(CA + "pinned_public_key = {pin}\n")
    accepted(world)
    pin = world.server.ready["pin"]
    wrong = "sha256//" + "A" * 43 + "="
    base = world.base + CA.format(**world.server.ready)
    world.write_conf(base + f"pinned_public_key = {wrong};{pin}\n")
    accepted(world)
    world.server.clear_journal()
    world.write_conf(base + f"pinned_public_key = {wrong}\n")
    assert "pinned" in refused(world)


def test_a_pin_does_not_replace_the_certificate(make_world):
    world = make_world("pinned_public_key = {pin}\n")
    assert "certificate" in refused(world)


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
def test_client_certificate(make_world, tls):
    world = make_world(CA + "client_cert = {client_cert}\nclient_key = {client_key}\n", require_client_cert=True,
                       tls_max=tls)
    accepted(world)
    assert world.server.posts()[0]["client_cert"]
    world.server.clear_journal()
    world.write_conf(world.base + CA.format(**world.server.ready))
    refused(world)


def test_client_certificate_of_another_authority(make_world):
    world, other = make_world(CA, require_client_cert=True), make_world()
    world.write_conf(world.base + CA.format(**world.server.ready) + "client_cert = {client_cert}\n"
                     "client_key = {client_key}\n".format(**other.server.ready))
    refused(world)


def config_error(world, reason):
    result = world.run(PASSWORD)
    assert result.code == "PAM_SERVICE_ERR" and reason in result.line["reason"], result.line
    assert world.server.posts() == []


def test_client_key_that_does_not_fit(make_world):
    world, other = make_world(CA, require_client_cert=True), make_world()
    keys = {"client_cert": world.server.ready["client_cert"], "client_key": other.server.ready["client_key"]}
    base = world.base + CA.format(**world.server.ready)
    lines = "".join(f"{key} = {path}\n" for key, path in keys.items())
    world.write_conf(base + lines)
    config_error(world, "")
    key = world.folder / "open.key"
    key.write_bytes(open(world.server.ready["client_key"], "rb").read())
    key.chmod(0o644)
    world.write_conf(base + f"client_cert = {keys['client_cert']}\nclient_key = {key}\n")
    config_error(world, "client_key: " + str(key) + ": group or others can read it")


@pytest.mark.parametrize("minimum, offered, good", [
    ("1.2", "1.1", False), ("1.2", "1.2", True), ("1.3", "1.2", False), ("1.3", "1.3", True)])
def test_tls_min_version(make_world, minimum, offered, good):
    world = make_world(CA + f"tls_min_version = {minimum}\n", tls_max=offered)
    if good:
        accepted(world)
        assert world.server.posts()[0]["tls"] == "TLSv" + offered
    else:
        refused(world)


# ---- proxy ----

class Proxy:
    """Debian's tinyproxy on a free port; allows CONNECT to one port only."""

    def __init__(self, folder, port, *lines):
        folder.mkdir()
        self.log = folder / "log"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        conf = folder / "tinyproxy.conf"
        conf.write_text("\n".join([f"Port {self.port}", "Listen 127.0.0.1", "Timeout 10", f'LogFile "{self.log}"',
                                   "LogLevel Connect", f"ConnectPort {port}", *lines]) + "\n")
        self.process = subprocess.Popen(["tinyproxy", "-d", "-c", str(conf)], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except ConnectionRefusedError:
                assert self.process.poll() is None and time.monotonic() < deadline
                time.sleep(0.02)

    def connects(self):
        return self.log.read_text(errors="replace").count("CONNECT localhost:")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture
def make_proxy(tmp_path):
    started = []

    def make(*arguments):
        started.append(Proxy(tmp_path / f"proxy{len(started)}", *arguments))
        return started[-1]

    yield make
    for proxy in started:
        proxy.stop()


def test_proxy(make_world, make_proxy):
    world = make_world(CA)
    proxy = make_proxy(world.server.port)
    base = world.base + CA.format(**world.server.ready)
    world.write_conf(base + f"proxy = http://127.0.0.1:{proxy.port}\n")
    accepted(world)
    assert proxy.connects() == 2
    world.write_conf(base)
    accepted(world)
    assert proxy.connects() == 2


def test_proxy_with_password(make_world, make_proxy):
    world = make_world(CA)
    proxy = make_proxy(world.server.port, "BasicAuth proxyuser proxy-canary")
    base = world.base + CA.format(**world.server.ready)
    world.write_conf(base + f"proxy = http://proxyuser:proxy-canary@127.0.0.1:{proxy.port}\n")
    accepted(world)
    world.server.clear_journal()
    for credentials in ("", "proxyuser:wrong-canary@"):
        world.write_conf(base + f"proxy = http://{credentials}127.0.0.1:{proxy.port}\n")
        assert "canary" not in refused(world)
    # Credentials are a secret: not in a file that others can read, not on the pam.d line.
    world.write_conf(base.replace(f"app_secret = {world.server.app_secret}\n", "")
                     + f"proxy = http://proxyuser:proxy-canary@127.0.0.1:{proxy.port}\n", 0o644)
    config_error(world, "chmod 600")
    world.write_conf(base)
    world.write_service("sshd", f"proxy=http://proxyuser:proxy-canary@127.0.0.1:{proxy.port}")
    result = world.run(PASSWORD)
    assert result.code == "PAM_SERVICE_ERR" and "canary" not in str(result.log)


def test_proxy_that_refuses_or_is_not_there(make_world, make_proxy):
    world = make_world(CA)
    base = world.base + CA.format(**world.server.ready)
    proxy = make_proxy(1)
    world.write_conf(base + f"proxy = http://127.0.0.1:{proxy.port}\n")
    refused(world)
    proxy.stop()
    refused(world)


def test_certificates_are_checked_behind_a_proxy_too(make_world, make_proxy):
    world = make_world(CA, certificate_kind="wrong-host")
    proxy = make_proxy(world.server.port)
    world.write_conf(world.base + CA.format(**world.server.ready) + f"proxy = http://127.0.0.1:{proxy.port}\n")
    refused(world)
    assert proxy.connects() >= 1


@pytest.mark.parametrize("proxy", ["http://u:proxy-canary@127.0.0.1:99999", "http://u:proxy-canary@[::1/", "http://"])
def test_a_bad_proxy_does_not_show_its_password(make_world, proxy):
    world = make_world(CA)
    world.write_conf(world.base + CA.format(**world.server.ready) + f"proxy = {proxy}\n")
    config_error(world, "proxy")
    assert "canary" not in str(world.run(PASSWORD).log)


@pytest.mark.parametrize("key", ["ca_file", "client_cert", "client_key"])
def test_files_that_are_no_pem(make_world, key):
    """Empty, or DER: as what a browser or an authority hands out."""
    world = make_world()
    file = world.folder / "file"
    options = {key: world.server.ready[key] for key in ("ca_file", "client_cert", "client_key")}
    world.write_conf(world.base + "".join(f"{name} = {path}\n" for name, path in {**options, key: file}.items()))
    command = "pkey" if key == "client_key" else "x509"
    subprocess.run(["openssl", command, "-in", options[key], "-outform", "der", "-out", file], check=True)
    file.chmod(0o600)
    config_error(world, f"{key}: {file}: is not PEM, it looks like DER: openssl {command} -inform der -in {file} -out")
    # That cure works.
    subprocess.run(["openssl", command, "-inform", "der", "-in", file, "-out", f"{file}.pem"], check=True)
    assert "-----BEGIN" in pathlib.Path(f"{file}.pem").read_text()
    file.write_text("")
    config_error(world, f"{key}: {file}: is empty")


def test_a_client_key_with_a_pass_phrase(make_world):
    world = make_world(CA, require_client_cert=True)
    key = world.folder / "sealed.key"
    subprocess.run(["openssl", "pkey", "-in", world.server.ready["client_key"], "-aes256", "-passout", "pass:x",
                    "-out", key], check=True)
    key.chmod(0o600)
    world.write_conf(world.base + CA.format(**world.server.ready)
                     + f"client_cert = {world.server.ready['client_cert']}\nclient_key = {key}\n")
    config_error(world, "")


def test_a_ca_path_that_others_can_write_to(make_world):
    world = make_world()
    folder = world.folder / "ca"
    shutil.copytree(world.server.ready["ca_path"], folder)
    folder.chmod(0o777)
    world.write_conf(world.base + f"ca_path = {folder}\n")
    config_error(world, "may write to it")
    world.write_conf(world.base + "ca_path = /nonexistent\n")
    config_error(world, "No such file")


def test_a_slow_system_endpoint_is_not_waited_for(make_world):
    """It is only asked to have a connection; the password does not wait for its answer."""
    world = make_world(CA)
    world.server.set_answer("/api/v3/system", {"delay_ms": 4000})
    result = world.run(PASSWORD, extra=["--pause", "200"])
    assert result.code == "PAM_SUCCESS" and int(result.line["total_ms"]) < 1000


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can raise limits again")
@pytest.mark.parametrize("limit", ["--nofile=24", "--nproc=1", "--stack=100000", "--cpu=2"])
def test_limits_of_the_caller_do_not_reach_the_helper(make_world, limit, monkeypatch):
    world = make_world(CA)
    # By a name, so that the resolver needs its thread.
    world.write_conf(world.base + CA.format(**world.server.ready))
    monkeypatch.setattr(pam, "WRAPPER", ["prlimit", limit])
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
