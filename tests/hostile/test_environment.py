"""An ordinary user starts a program that runs as root and logs in, and sets every variable that a library may obey.
Three programs: one of ours that is setuid root, su, and sudo, whose configuration lets the variables through. What the
module must stand, the control module (control_module.c) must fail, or the test would not notice."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import threading

import pytest

import machine
import world
from dialogue import talk
from proxy import Proxy
from world import Code

ATTACKER = "alice"
SETUID = pathlib.Path("/run/setuid")
SUDOERS = pathlib.Path("/etc/sudoers.d/hostile")

PROXIES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")

OPENSSL_CONF = """\
openssl_conf = start
[start]
providers = providers
[providers]
default = usual_one
spy = other_one
[usual_one]
activate = 1
[other_one]
module = {spy}
activate = 1
"""


class Attack:
    """A folder where everybody may write, what lies in it, and the variables that lead there."""

    def __init__(self, standin):
        self.folder = pathlib.Path("/run/attack")
        self.folder.mkdir()
        self.proxy = Proxy()
        self.key_log = self.folder / "keys"
        spy = self.folder / "spy.so"
        shutil.copy(world.SPY, spy)
        for name in ("home", "tmp", "qlog", "gconv", "modules"):
            (self.folder / name).mkdir()
        for module in ("gconv/spy.so", "modules/legacy.so", "modules/spy.so"):
            shutil.copy(world.SPY, self.folder / module)
        (self.folder / "gconv/gconv-modules").write_text("module UTF-8// INTERNAL spy 1\n"
                                                         "module INTERNAL UTF-8// spy 1\n")
        (self.folder / "openssl.cnf").write_text(OPENSSL_CONF.format(spy=spy))
        (self.folder / "home/.curlrc").write_text(f"proxy = {self.proxy.address}\n")
        (self.folder / "home/.netrc").write_text("machine localhost login mallory password mallory\n")
        (self.folder / "hosts").write_text("localhost attacker.invalid\n")
        ca = standin.ready["ca_file"]
        self.variables = {
            "SSLKEYLOGFILE": self.key_log,
            **{name: self.proxy.address for name in PROXIES},
            "HOME": self.folder / "home",
            "CURL_HOME": self.folder / "home",
            "XDG_CONFIG_HOME": self.folder / "home",
            "NETRC": self.folder / "home/.netrc",
            "QLOGDIR": self.folder / "qlog",
            "OPENSSL_CONF": self.folder / "openssl.cnf",
            "OPENSSL_MODULES": self.folder / "modules",
            "OPENSSL_ENGINES": self.folder / "modules",
            "SSL_CERT_FILE": ca,
            "SSL_CERT_DIR": pathlib.Path(ca).parent,
            "CURL_CA_BUNDLE": ca,
            "CURL_SSL_BACKEND": "nss",
            "LD_PRELOAD": spy,
            "LD_AUDIT": spy,
            "LD_LIBRARY_PATH": self.folder / "modules",
            "LD_DEBUG": "all",
            "LD_DEBUG_OUTPUT": self.folder / "ld-debug",
            "LD_PROFILE": "libc.so.6",
            "LD_PROFILE_OUTPUT": self.folder,
            "GLIBC_TUNABLES": "glibc.malloc.check=3",
            "MALLOC_CHECK_": "3",
            "MALLOC_TRACE": self.folder / "malloc-trace",
            "MALLOC_PERTURB_": "165",
            "MALLOC_ARENA_MAX": "1",
            "MALLOC_CONF": "stats_print:true",
            "RES_OPTIONS": "ndots:15 debug",
            "HOSTALIASES": self.folder / "hosts",
            "LOCALDOMAIN": "attacker.invalid",
            "RESOLV_HOST_CONF": self.folder / "hosts",
            "GETCONF_DIR": self.folder,
            "TMPDIR": self.folder / "tmp",
            "TZDIR": self.folder,
            "TZ": self.folder / "hosts",
            "GCONV_PATH": self.folder / "gconv",
            "NLSPATH": self.folder / "%N",
            "LOCPATH": self.folder,
            "LANGUAGE": "xx",
            "GENAUTH_HOST": self.proxy.address,
        }
        for path in (self.folder, *self.folder.rglob("*")):
            path.chmod(0o777)
        self.before = self.files()

    def files(self):
        return world.files(self.folder)

    def environment(self):
        return {"PATH": "/usr/bin:/bin", **{name: str(value) for name, value in self.variables.items()}}

    def written(self):
        """Files that came or changed."""
        now = self.files()
        return sorted(path for path in now.keys() | self.before.keys() if now.get(path) != self.before.get(path))


@pytest.fixture
def attack(standin):
    made = Attack(standin)
    yield made
    made.proxy.close()
    shutil.rmtree(made.folder)


@pytest.fixture(scope="module")
def setuid_host():
    """On a file system of its own, for /run obeys no setuid bit. It ends with this mount namespace."""
    SETUID.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755,suid,exec", "tmpfs", SETUID], check=True)
    host = SETUID / "host"
    shutil.copy(world.HOST, host)
    host.chmod(0o4755)
    yield host
    subprocess.run(["umount", SETUID], check=True)


@pytest.fixture(autouse=True)
def lenient_sudo(attack):
    """An admin who lets all of them through."""
    SUDOERS.write_text(f"Defaults env_keep += \"{' '.join(attack.variables)}\"\nDefaults !env_reset\n")
    SUDOERS.chmod(0o440)
    yield
    SUDOERS.unlink()


def as_attacker(environment, *argv):
    """env comes last: no program before the one under attack gets the variables."""
    words = [f"{name}={value}" for name, value in environment.items()]
    return ["setpriv", f"--reuid={ATTACKER}", f"--regid={ATTACKER}", "--init-groups", "env", "-i", *words, *argv]


def through_host(environment, password, host):
    done = subprocess.run(as_attacker(environment, host, world.SERVICE, ATTACKER), input=f"{password}\n",
                          capture_output=True, text=True, cwd="/run/attack", timeout=60)
    assert done.returncode == 0, (done.returncode, done.stderr)
    report = world.Report(done.stdout)
    assert "user 20001 0" in report.before
    return report.code == Code.SUCCESS


def through_su(environment, password, _):
    return talk(as_attacker(environment, "su", ATTACKER, "-c", "true"), password).status == 0


def through_sudo(environment, password, _):
    return talk(as_attacker(environment, "sudo", "-k", "true"), password).status == 0


@contextlib.contextmanager
def meanwhile(look):
    """Calls look again and again while the block runs."""
    over = threading.Event()

    def repeat():
        while not over.wait(0.01):
            look()

    watcher = threading.Thread(target=repeat)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


PROGRAMS = {"host": through_host, "su": through_su, "sudo": through_sudo}
EACH = pytest.mark.parametrize("log_in", PROGRAMS.values(), ids=PROGRAMS.keys())


def write_services(module, arguments=""):
    for name in (world.SERVICE, "su", "sudo"):
        machine.write_stack(name, f"required {module} {arguments}")


# What sudo and su write, and the tests.
OWN_FILES = (*world.OWN_FOLDERS, "/run/sudo", "/run/utmp", "/run/attack")


@EACH
def test_the_module_is_not_moved(log_in, attack, standin, setuid_host):
    write_services(machine.MODULE)
    elsewhere = world.files("/run", "/etc", "/dev/shm", skip=OWN_FILES)
    assert log_in(world.ENVIRONMENT, machine.ALICE, setuid_host)
    assert log_in(attack.environment(), machine.ALICE, setuid_host)
    assert not log_in(attack.environment(), machine.WRONG, setuid_host)
    assert attack.written() == []
    assert attack.proxy.connections == 0
    assert world.files("/run", "/etc", "/dev/shm", skip=OWN_FILES) == elsewhere
    # Word for word the same request.
    plain, attacked, _ = standin.posts()
    assert (plain["headers"], plain["body"]) == (attacked["headers"], attacked["body"])


@EACH
def test_the_helper_gets_no_variable(log_in, attack, standin, setuid_host):
    """Whatever a library below may obey one day. The one that is there is the same for everybody."""
    write_services(machine.MODULE)
    standin.set_user("alice", answer={"delay_ms": 700})
    seen = set()

    def look():
        for helper in world.helpers():
            with contextlib.suppress(OSError):  # ended meanwhile
                seen.add(pathlib.Path(f"/proc/{helper}/environ").read_bytes())

    with meanwhile(look):
        assert log_in(attack.environment(), machine.ALICE, setuid_host)
    assert seen == {world.HELPER_ENVIRONMENT}


@EACH
def test_the_attacker_does_not_choose_whom_to_trust(log_in, attack, standin, setuid_host):
    """SSL_CERT_FILE and the like name the authority that has signed for the stand-in; genauth.conf names none."""
    write_services(machine.MODULE)
    lines = machine.CONF.read_text().splitlines(keepends=True)
    machine.CONF.write_text("".join(line for line in lines if not line.startswith("ca_file")))
    assert not log_in(attack.environment(), machine.ALICE, setuid_host)
    assert standin.posts() == [] and standin.connections() > 0


@EACH
def test_the_control_is_moved(log_in, attack, standin, setuid_host):
    """Its traffic goes through the attacker's proxy, and root writes the keys of its TLS session into their file."""
    write_services(world.CONTROL, f"host={standin.host} app_id={standin.app_id} secret={standin.app_secret} "
                   f"cafile={machine.CA}")
    assert log_in(world.ENVIRONMENT, machine.ALICE, setuid_host)
    assert (attack.written(), attack.proxy.connections) == ([], 0)

    assert log_in(attack.environment(), machine.ALICE, setuid_host)
    assert attack.proxy.connections == 1
    assert str(attack.key_log) in attack.written()
    assert attack.key_log.stat().st_uid == 0
    assert "CLIENT_TRAFFIC_SECRET_0" in attack.key_log.read_text()


def test_the_spy_is_seen(attack):
    """Where the variables are obeyed, they leave traces in the attacker's folder."""
    for name, command in (("LD_PRELOAD", ["true"]), ("LD_AUDIT", ["true"]), ("LD_DEBUG_OUTPUT", ["true"]),
                          ("OPENSSL_CONF", ["openssl", "list", "-providers"])):
        environment = {"PATH": "/usr/bin:/bin", "LD_DEBUG": "statistics", name: str(attack.variables[name])}
        subprocess.run(command, env=environment, capture_output=True)
        assert attack.written(), name
        for path in set(attack.files()) - set(attack.before):
            os.unlink(path)
