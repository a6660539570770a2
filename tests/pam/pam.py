"""Runs the driver: one PAM transaction over the built module, and what came of it."""
import dataclasses
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "lib"), str(HERE.parent / "server")]

DRIVER = os.environ.get("PAM_DRIVER", "")
MODULE = os.environ.get("PAM_GENAUTH_SO", "")
HELPER = pathlib.Path(DRIVER).parents[2] / "genauth-signin" if DRIVER else None
# For valgrind: words that go before the driver.
WRAPPER = os.environ.get("PAM_DRIVER_WRAPPER", "").split()

PASSWD = """\
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
alice:x:4001:4001::/home/alice:/bin/sh
bob:x:4002:4002::/home/bob:/bin/sh
service:x:4003:4003::/:/usr/sbin/nologin
"""

# The first group of bob is genauth too: 4002.
GROUP = """\
root:x:0:
alice:x:4001:
genauth:x:4002:
admins:x:4010:alice
crowd:x:4011:carol,dave
"""


@dataclasses.dataclass
class Result:
    """codes: one a call; echoed: for each prompt, whether what is typed is shown; log: the lines of the module, as
    {priority, text}."""
    codes: list
    prompts: list
    echoed: list
    messages: list
    log: list
    environment: list
    delays: list
    milliseconds: int
    end: str
    leaked_descriptors: int
    leaked_children: bool

    @property
    def code(self):
        return self.codes[0]

    @property
    def line(self):
        """The one log line of the login, as a dict of its fields."""
        line, = self.lines
        return line

    @property
    def lines(self):
        """The log lines of all attempts; a change of the password has two."""
        return [fields(entry["text"]) for entry in self.log if "verdict=" in entry["text"]]


def fields(line):
    head, reason = line.split(' reason="')
    assert reason.endswith('"'), line
    words = dict(word.split("=", 1) for word in head.split() if "=" in word)
    return {**words, "reason": reason[:-1]}


class World:
    """A folder with genauth.conf, service files and users."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.chmod(0o755)
        self.conf = self.folder / "genauth.conf"
        self.services = self.folder / "pam.d"
        self.services.mkdir()
        self.passwd = self.folder / "passwd"
        self.passwd.write_text(PASSWD)
        self.group = self.folder / "group"
        self.group.write_text(GROUP)

    def write_conf(self, text, mode=0o600):
        self.conf.write_text(text)
        self.conf.chmod(mode)

    def add_user(self, name, uid=4100, shell="/bin/sh"):
        with open(self.passwd, "a") as file:
            file.write(f"{name}:x:{uid}:{uid}::/:{shell}\n")

    def write_service(self, name, *arguments, before="", control="required", after=""):
        words = [word if " " not in word else f"[{word}]" for word in arguments]
        self.services.joinpath(name).write_text(
            f"{before}auth {control} {MODULE} conf={self.conf} {' '.join(words)}\n{after}"
            + "".join(f"{phase} required {MODULE}\n" for phase in ("account", "session", "password")))

    def write_password(self, *arguments, before="", after="password required pam_permit.so\n", name="passwd",
                       control="[success=done user_unknown=ignore ignore=ignore default=die]"):
        """The password phase as the manual has it; where the line leaves it to others, these say yes."""
        self.services.joinpath(name).write_text(
            f"{before}password {control} {MODULE} conf={self.conf} {' '.join(arguments)}\n{after}")

    def change(self, *replies, uid=4001, extra=(), **how):
        """As passwd(1), which belongs to root and is called by a user; UID 0 is root."""
        return self.run(*replies, calls=["chauthtok"], extra=["--uid", str(uid), *extra], **{"service": "passwd", **how})

    def run(self, *replies, user="alice", service="sshd", rhost=None, calls=(), extra=(), timeout=60, stdin=None):
        command = WRAPPER + [DRIVER, "--confdir", str(self.services), "--service", service, "--passwd",
                             str(self.passwd), "--group", str(self.group)]
        if user is not None:
            command += ["--user", user]
        if rhost is not None:
            command += ["--rhost", rhost]
        for reply in replies:
            command += ["--reply", reply]
        for call in calls:
            command += ["--call", call]
        done = subprocess.run(command + list(extra), stdin=stdin, capture_output=True, timeout=timeout)
        assert done.returncode == 0, (done.returncode, done.stderr.decode(errors="replace"))
        result = Result(**json.loads(done.stdout))
        # Whatever happened, the host is as it was.
        assert result.leaked_descriptors == 0 and not result.leaked_children and result.end == "PAM_SUCCESS"
        return result
