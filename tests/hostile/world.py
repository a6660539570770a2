"""What the tests share: the service "hostile", hosts that log in through it, and what these report."""

import enum
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "lib"), str(HERE.parent / "server")]

import machine  # noqa: E402
import processes as on_this_machine  # noqa: E402
from processes import HELPER, KEEPER, processes  # noqa: E402, F401
from sshd import wait_until  # noqa: E402

BUILD = pathlib.Path(os.environ.get("PAM_HOSTILE_BUILD", ""))
HOST, CROWD, CYCLES, IMPOSTOR = (BUILD / name for name in ("host", "crowd", "cycles", "impostor"))
CONTROL, SPY = (BUILD / ".libs" / name for name in ("control.so", "spy.so"))

SERVICE = "hostile"
# All of the environment of genauth-signin, whoever calls.
HELPER_ENVIRONMENT = b"GNUTLS_NO_IMPLICIT_INIT=1\0"

# So that a module that takes up the locale of its environment changes something.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


class Code(enum.IntEnum):
    """From security/_pam_types.h."""
    SUCCESS = 0
    OPEN_ERR = 1
    SYMBOL_ERR = 2
    SERVICE_ERR = 3
    SYSTEM_ERR = 4
    BUF_ERR = 5
    PERM_DENIED = 6
    AUTH_ERR = 7
    CRED_INSUFFICIENT = 8
    AUTHINFO_UNAVAIL = 9
    USER_UNKNOWN = 10
    MAXTRIES = 11
    CONV_ERR = 19
    AUTHTOK_ERR = 20
    IGNORE = 25
    ABORT = 26
    MODULE_UNKNOWN = 28


# What the users of the stand-in get for alice's password.
VERDICTS = {
    "alice": Code.SUCCESS,
    "bob": Code.AUTH_ERR,
    "locked": Code.MAXTRIES,
    "disabled": Code.PERM_DENIED,
    "throttled": Code.AUTHINFO_UNAVAIL,
    "maintenance": Code.AUTHINFO_UNAVAIL,
    "root": Code.USER_UNKNOWN,
}
NEVER_ASKED = ("root",)


def prepare(standin):
    """Once: what is the same for all tests."""
    shutil.copy(standin.ready["ca_file"], machine.CA)
    add_local_users()
    # libpam loads its modules for every transaction, whatever the service.
    (machine.PAM_D / "other").write_text("auth required pam_deny.so\n")


def set_up(standin):
    """Before each test."""
    write_service("debug")
    # The machine may be busy: the tests here are not about time.
    machine.write_conf(standin, timeout=60, connect_timeout=60)


def add_local_users():
    """Those of VERDICTS that the sandbox does not have."""
    with open("/etc/passwd", "a") as file:
        for uid, name in enumerate(VERDICTS.keys() - {"alice", "bob", "root"}, start=20100):
            file.write(f"{name}:x:{uid}:{uid}::/:/bin/sh\n")


def write_service(flags="", name=SERVICE):
    machine.write_stack(name, f"required {machine.MODULE} {flags}")


class Report:
    """What host wrote: the PAM code, itself before and after, and what it was asked."""

    def __init__(self, text, prompts=""):
        self.code = None
        self.prompts = prompts.split("\n")[:-1]
        self.before, self.after = set(), set()
        for line in text.splitlines():
            word, rest = line.split(" ", 1)
            if word == "code":
                self.code = Code(int(rest))
            else:
                {"before": self.before, "after": self.after}[word].add(rest)

    @property
    def changes(self):
        return sorted(self.before ^ self.after)


def command(*conditions, user="alice", host=HOST, pause=False, change=False):
    return [str(host), *(["--pause"] if pause else []), *(["--change"] if change else []), SERVICE, user, *conditions]


def log_in(*conditions, password=machine.ALICE, environment=ENVIRONMENT, prefix=(), **how):
    """One login in one process; prefix are words that go before the host."""
    done = subprocess.run([*prefix, *command(*conditions, **how)], input=f"{password}\n", env=environment,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, (done.returncode, done.stderr)
    return Report(done.stdout, done.stderr)


def start(*conditions, password=machine.ALICE, folder="/", prefix=(), **how):
    """A host that runs meanwhile; see the fixture start_host."""
    host = subprocess.Popen([*prefix, *command(*conditions, **how)], env=ENVIRONMENT, cwd=folder, text=True, bufsize=1,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    host.stdin.write(f"{password}\n")
    return host


def spares():
    """Those that wait at the socket, or will as soon as they are ready: descriptor 1 leads to genauth-listen."""
    return [pid for pid in on_this_machine.helpers() if is_spare(pid)]


def is_spare(pid):
    try:
        return os.readlink(f"/proc/{pid}/fd/1").startswith("socket:")
    except OSError:
        return False


def helpers(name=HELPER):
    """Those that serve."""
    return [pid for pid in on_this_machine.helpers(name) if name != HELPER or not is_spare(pid)]


def busy_helper(standin):
    """The pid of the only helper, once the password is on its way."""
    wait_until(lambda: standin.posts(), lambda: "no request came")
    [helper] = helpers()
    return helper


def files(*tops, skip=()):
    """Every file, socket and folder in there, when it was last changed, and its size."""
    found = {}
    for top in tops:
        for folder, folders, names in os.walk(top):
            folders[:] = [name for name in folders if os.path.join(folder, name) not in skip]
            for name in [*folders, *names]:
                if os.path.join(folder, name) in skip:
                    continue
                facts = os.lstat(os.path.join(folder, name))
                found[os.path.join(folder, name)] = (facts.st_mtime_ns, facts.st_size, facts.st_uid)
    return found


# Those that the tests themselves write; the last are where /run and /var/log are kept.
OWN_FOLDERS = ("/run/pytest", "/run/standin", "/run/sandbox/var", "/run/sandbox/dev")
