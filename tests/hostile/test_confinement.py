"""The helper, seen from outside while GenAuth keeps it waiting for the answer."""

import contextlib
import ctypes
import errno
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading

import pytest

import certificates
import machine
import world

NOBODY = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]

# What a process of the same user would do to get at the password.
ATTACK = """
import ctypes, os, sys
pid = sys.argv[1]
libc = ctypes.CDLL(None, use_errno=True)
attached = libc.ptrace(16, int(pid), None, None) == 0
if attached:
    os.waitpid(int(pid), 0)
print(int(attached))
for name in ("mem", "environ", "maps", "auxv", "fd", "cwd"):
    try:
        path = f"/proc/{pid}/{name}"
        if name == "fd":
            os.listdir(path)
        elif name == "cwd":
            os.readlink(path)
        else:
            os.read(os.open(path, os.O_RDONLY), 0 if name == "mem" else 1)
        print(name)
    except OSError:
        pass
"""


class Process:
    """What /proc says of it."""

    def __init__(self, pid):
        self.pid = pid
        self.folder = pathlib.Path(f"/proc/{pid}")
        self.status = dict(re.findall(r"^(\w+):\t(.*)$", (self.folder / "status").read_text(), re.M))
        self.limits = dict(re.findall(r"^(Max [\w ]+?) {2,}(\S+ +\S+)", (self.folder / "limits").read_text(), re.M))
        self.descriptors = {int(link.name): str(link.readlink()) for link in (self.folder / "fd").iterdir()}


@pytest.fixture
def host_and_helper(standin, start_host):
    """The host has groups, allows cores, leaves a file of root's open across exec, and blocks and ignores signals."""
    standin.set_user("alice", answer={"delay_ms": 60000})
    host = start_host("groups", "core", "leaky=/etc/shadow", "blocked", "sigchld=ignored")
    helper = Process(world.busy_helper(standin))
    return Process(host.pid), helper


@pytest.fixture
def helper(host_and_helper):
    return host_and_helper[1]


def test_rights(helper):
    """The user and nothing more, and no way to more."""
    nobody = pwd.getpwnam("nobody")
    assert helper.status["Uid"].split() == [str(nobody.pw_uid)] * 4
    assert helper.status["Gid"].split() == [str(nobody.pw_gid)] * 4
    assert helper.status["Groups"].split() == []
    for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(helper.status[kind], 16) == 0, kind
    assert helper.status["NoNewPrivs"] == "1"


@pytest.fixture
def own_user():
    """As packages make it."""
    passwd = pathlib.Path("/etc/passwd")
    before = passwd.read_text()
    passwd.write_text(before + "_genauth:x:20200:20200::/:/usr/sbin/nologin\n")
    yield
    passwd.write_text(before)


def test_rights_of_the_own_user(own_user, helper):
    assert helper.status["Uid"].split() == helper.status["Gid"].split() == ["20200"] * 4
    assert helper.status["Groups"].split() == []


def test_system_call_filter(helper):
    assert helper.status["Seccomp"] == "2"


@pytest.fixture
def trusted_by_hash(standin):
    """The system trusts the stand-in: in its hashed folder, but not in its bundle."""
    links = [shutil.copy(link, "/etc/ssl/certs") for link in pathlib.Path(standin.ready["ca_path"]).iterdir()]
    yield
    for link in links:
        os.unlink(link)


def test_authorities_are_looked_up_by_hash(standin, trusted_by_hash):
    """With all confinement; reading the bundle would take longer than all the rest."""
    machine.write_conf(standin, ca_file=None, timeout=60, connect_timeout=60)
    assert world.log_in().code == world.Code.SUCCESS


BUNDLE = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")


@pytest.fixture
def other_authority():
    """A file and a hashed folder with an authority that has nothing to do with the stand-in."""
    with tempfile.TemporaryDirectory(dir="/run") as made:
        folder = pathlib.Path(made)
        folder.chmod(0o755)
        authority = certificates.Authority.new("Some other CA")
        (folder / "ca.pem").write_bytes(certificates.certificate_pem(authority.certificate))
        certificates.write_hashed_folder(folder / "hashed", folder / "ca.pem")
        yield folder / "ca.pem", folder / "hashed"


@pytest.fixture
def trusted_by_bundle(standin, other_authority):
    """The system trusts the stand-in: in its bundle, but not in its hashed folder, as images of containers have it."""
    before = BUNDLE.read_text() if BUNDLE.exists() else None
    BUNDLE.write_text((before or "") + pathlib.Path(standin.ready["ca_file"]).read_text())
    links = [shutil.copy(link, "/etc/ssl/certs") for link in other_authority[1].iterdir()]
    yield
    for link in links:
        os.unlink(link)
    if before is None:
        BUNDLE.unlink()
    else:
        BUNDLE.write_text(before)


@pytest.mark.parametrize("preconnect", ["yes", "no"])
@pytest.mark.parametrize("encrypt", ["none", "rsa"])
def test_the_bundle_counts_where_the_folder_knows_nothing(standin, trusted_by_bundle, preconnect, encrypt):
    """Once a login: who has looked into the bundle goes on with it. The password goes out once."""
    machine.write_conf(standin, ca_file=None, timeout=60, connect_timeout=60, preconnect=preconnect,
                       password_encrypt_type=encrypt)
    assert world.log_in().code == world.Code.SUCCESS
    assert len(standin.posts()) == 1
    assert standin.connections() == 2
    # Nothing but a handshake came by the first, which newer versions of libcurl complete before they look.
    _, second = (event["connection"] for event in standin.events() if event["event"] == "tcp")
    assert {event["connection"] for event in standin.events() if event["event"] == "request"} == {second}


@pytest.mark.parametrize("key", ["ca_file", "ca_path"])
def test_what_the_system_trusts_does_not_add_to_the_options(standin, trusted_by_bundle, trusted_by_hash,
                                                            other_authority, key):
    """Who names authorities trusts no others."""
    file, folder = other_authority
    options = {"ca_file": {"ca_file": file}, "ca_path": {"ca_file": None, "ca_path": folder}}
    machine.write_conf(standin, timeout=60, connect_timeout=60, **options[key])
    assert world.log_in().code == world.Code.AUTHINFO_UNAVAIL
    assert standin.journal() == [] and standin.connections() == 1, standin.events()


def test_an_unknown_authority_is_refused_by_folder_and_bundle(standin):
    machine.write_conf(standin, ca_file=None, timeout=60, connect_timeout=60)
    assert world.log_in().code == world.Code.AUTHINFO_UNAVAIL
    assert standin.journal() == []


def test_other_helper_user(standin, start_host):
    machine.write_conf(standin, helper_user="bob", timeout=60)
    standin.set_user("alice", answer={"delay_ms": 60000})
    start_host("groups")
    helper = Process(world.busy_helper(standin))
    assert helper.status["Uid"].split() == helper.status["Gid"].split() == ["20002"] * 4


def test_capabilities_of_another_host_user(standin, start_host):
    """As systemd starts services: a user of its own, with a capability that lets it read every file."""
    standin.set_user("alice", answer={"delay_ms": 60000})
    start_host(prefix=["setpriv", "--reuid=bob", "--regid=bob", "--clear-groups", "--inh-caps=+dac_read_search",
                       "--ambient-caps=+dac_read_search"])
    helper = Process(world.busy_helper(standin))
    assert helper.status["Uid"].split() == [str(pwd.getpwnam("bob").pw_uid)] * 4
    for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(helper.status[kind], 16) == 0, kind


def test_limits(host_and_helper):
    host, helper = host_and_helper
    assert host.limits["Max core file size"].split() == ["unlimited"] * 2
    assert helper.limits["Max core file size"].split() == ["0"] * 2
    assert helper.limits["Max file size"].split() == ["0"] * 2


def test_descriptors(host_and_helper):
    """The socket to the module, nothing twice, and what the network needs."""
    host, helper = host_and_helper
    assert "/etc/shadow" in host.descriptors.values()
    assert helper.descriptors[0].startswith("socket:")
    assert helper.descriptors[1] == helper.descriptors[2] == "/dev/null"
    for number, target in helper.descriptors.items():
        assert number <= 2 or re.match(r"socket:|anon_inode:\[event|pipe:", target), (number, target)
        assert number in (1, 2) or target not in host.descriptors.values(), (number, target)


def test_nothing_to_read_in_ps(helper, helper_comes):
    assert (helper.folder / "environ").read_bytes() == world.HELPER_ENVIRONMENT
    assert (helper.folder / "cmdline").read_bytes() == {
        "started": b"genauth-signin\0", "waits": b"genauth-signin\0--spare\0"}[helper_comes]


def test_signals_are_its_own(helper):
    """None blocked or ignored but SIGPIPE, and no terminal's signals: a session of its own."""
    assert int(helper.status["SigBlk"], 16) == 0
    # 32 and 33 are the C library's own; posix_spawn ignores them.
    assert int(helper.status["SigIgn"], 16) & (1 << 31) - 1 == 1 << signal.SIGPIPE - 1
    assert helper.status["NSsid"].split()[-1] == str(helper.pid)


def attack(pid):
    """Whether nobody gets at a process of nobody, and by what."""
    done = subprocess.run([*NOBODY, "/usr/bin/python3", "-c", ATTACK, str(pid)], capture_output=True, text=True,
                          check=True)
    attached, *readable = done.stdout.split()
    return attached == "1", readable


def test_closed_to_other_processes_of_its_user(helper):
    # The kernel gives the files of a process that may not be dumped to root (its folder is an exception).
    assert (helper.folder / "environ").stat().st_uid == 0
    assert attack(helper.pid) == (False, [])


def test_another_process_would_not_be_closed():
    other = subprocess.Popen([*NOBODY, "sleep", "60"])
    world.wait_until(lambda: world.processes().get(other.pid) == "sleep", lambda: "no sleep")
    attached, readable = attack(other.pid)
    other.kill()
    other.wait()
    assert "environ" in readable
    assert attached or pathlib.Path("/proc/sys/kernel/yama/ptrace_scope").exists()


# ---- what a helper that has been taken over could try: captive.c, after the helper's own confinement ----

CAPTIVE = world.BUILD / "captive"
REFUSE = world.BUILD.parent / "pam" / "refuse"

# An attack of captive.c and what it is aimed at, of the fixture aims.
ATTACKS = ["kill victim", "setown victim", "setown_ex victim", "fiosetown victim", "siocspgrp victim", "async",
           "fioasync", "setsig", "notify", "lease file", "pipe_size", "flock file", "setlk file", "ofd_setlk file",
           "unix path", "unix abstract", "pair datagrams", "bind_tcp", "bind_udp", "listen", "netlink route",
           "netlink uevent", "protocol mptcp", "write file", "chmod file", "exec program", "fork",
           "linger"]

# Those that Landlock stops too, and since which version of it.
LANDLOCKED = {"kill victim": 6, "setown victim": 6, "setown_ex victim": 6, "fiosetown victim": 6,
              "siocspgrp victim": 6, "unix abstract": 6, "pair datagrams": 6, "bind_tcp": 4, "write file": 1,
              "exec program": 1}


def landlock_version():
    return max(ctypes.CDLL(None).syscall(444, None, 0, 1), 0)


@pytest.fixture
def aims(tmp_path):
    """What attacks are aimed at; the victim is a process of the helper's user."""
    folder = pathlib.Path("/run/aims")
    folder.mkdir()
    nobody = pwd.getpwnam("nobody")
    file = folder / "file"
    file.touch(mode=0o644)
    os.chown(file, nobody.pw_uid, nobody.pw_gid)
    victim = subprocess.Popen([*NOBODY, "sleep", "60"])
    world.wait_until(lambda: world.processes().get(victim.pid) == "sleep", lambda: "no sleep")
    sockets = {"path": f"{folder}/socket", "abstract": "\0genauth-aim", "datagrams": "\0genauth-datagrams"}
    with contextlib.ExitStack() as stack:
        for kind, name in sockets.items():
            aim = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM if kind == "datagrams" else
                                                    socket.SOCK_STREAM))
            aim.bind(name)
            if kind != "datagrams":
                aim.listen()
        os.chmod(sockets["path"], 0o777)
        yield {"victim": victim, "file": file, "program": "/bin/true", "route": 0, "uevent": 15, "mptcp": 262,
               **{kind: name.replace("\0", "@") for kind, name in sockets.items()}}
    victim.kill()
    victim.wait()
    shutil.rmtree(folder)


def captive(how, attack, argument="", refused=None, error=errno.ENOSYS, user="nobody"):
    """The error that the attack met, 0 for none, and what the confinement lacks."""
    prefix = [REFUSE, refused, str(error)] if refused else []
    done = subprocess.run([*prefix, CAPTIVE, how, user, attack, str(argument)], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr
    # Nothing is printed by one that has become another program.
    code, weaker = (done.stdout or "0\n\n").split("\n")[:2]
    return int(code), weaker


def succeeds(attack, aims, how, refused=None):
    name, _, aim = attack.partition(" ")
    argument = aims[aim].pid if aim == "victim" else aims[aim] if aim else ""
    code = captive(how, name, argument, refused)[0]
    if aim != "victim":
        return code == 0
    try:
        # Each of those ends it, if it arrives: none asks for a right to set it up.
        aims[aim].wait(10 if how == "free" else 0.1)
        return True
    except subprocess.TimeoutExpired:
        return False


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_fail(aims, attack):
    assert not succeeds(attack, aims, "confined")
    # By the filter alone, as before Linux 5.13.
    assert not succeeds(attack, aims, "confined", "landlock_create_ruleset")


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_real(aims, attack):
    """Else the test above would show nothing."""
    if attack == "protocol mptcp" and captive("free", "protocol", aims["mptcp"])[0] == errno.EPROTONOSUPPORT:
        pytest.skip("a kernel without MPTCP")
    assert succeeds(attack, aims, "free")


@pytest.mark.parametrize("attack", LANDLOCKED)
def test_attacks_fail_by_landlock_alone(aims, attack):
    """helper_seccomp = no."""
    if landlock_version() < LANDLOCKED[attack]:
        pytest.skip(f"needs version {LANDLOCKED[attack]} of Landlock")
    assert not succeeds(attack, aims, "unfiltered")


def test_the_ends_of_a_pair_reach_nobody(aims):
    """They are all that is left of AF_UNIX."""
    assert captive("confined", "stream_pair", aims["abstract"]) == (errno.EISCONN, "")


@pytest.mark.parametrize("use, argument", [("descriptors", ""), ("keepalive", ""), ("interface", "lo"),
                                           ("resolver", "localhost"), ("resolver", "127.0.0.1"), ("resolver", "::1")])
def test_what_the_helper_needs_is_left(use, argument):
    assert captive("confined", f"use_{use}", argument) == (0, "")


@pytest.fixture
def nscd():
    """A list that gets longer with each question to a daemon that hangs up."""
    folder = pathlib.Path("/run/nscd")
    folder.mkdir()
    asked = []

    def serve():
        with contextlib.suppress(OSError):
            while True:
                asked.append(daemon.accept()[0].close())

    with socket.socket(socket.AF_UNIX) as daemon:
        daemon.bind(f"{folder}/socket")
        os.chmod(f"{folder}/socket", 0o777)
        daemon.listen()
        thread = threading.Thread(target=serve)
        thread.start()
        yield asked
        daemon.shutdown(socket.SHUT_RDWR)
        thread.join()
    shutil.rmtree(folder)


def test_name_services_at_sockets_are_passed_over(nscd):
    captive("confined", "use_descriptors")
    users = len(nscd)  # are looked up before that
    assert captive("confined", "use_resolver", "localhost") == (0, "")
    assert len(nscd) == 2 * users
    captive("free", "use_resolver", "localhost")
    assert len(nscd) > 3 * users
