"""Hosts of docs/hosts.md, as Debian has them: the right password in, the wrong one out, and the host goes on."""

import pathlib
import shutil

import pytest

import hosts
from dialogue import as_user, talk
from machine import ALICE, MODULE, WRONG, write_conf, write_stack
from sshd import wait_until


def zombies():
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            name, rest = (folder / "stat").read_text().rsplit(")", 1)
        except OSError:
            continue  # ended meanwhile
        if rest.split()[0] == "Z":
            found.append(name)
    return found


@pytest.mark.parametrize("kind", [hosts.Pamtester, hosts.SudoRs, hosts.PostgreSQL, hosts.Apache, hosts.Nginx,
                                  hosts.Vsftpd])
def test_right_password_in_wrong_one_out(start, standin, syslog, kind):
    host = start(kind, "nodelay")
    assert [host.enter(password) for password in (ALICE, WRONG, ALICE)] == [True, False, True]
    lines = syslog.verdicts(2 + host.tries)
    assert [line["verdict"] for line in lines] == ["OK", *["DENIED"] * host.tries, "OK"]
    assert {(line["service"], line["user"]) for line in lines} == {(kind.service, "alice")}
    assert len(standin.posts()) == 3  # nothing is typed at further tries, and that is not sent
    # While the host still runs; none of its own stays either.
    wait_until(lambda: not zombies(), zombies)


def test_vsftpd_asks_again_in_the_same_connection(start, standin):
    """Its handler of SIGCHLD waits for any child, and so for ever where that was the helper."""
    host = start(hosts.Vsftpd, "nodelay")
    with host.connect() as client:
        assert [host.log_in(client, password) for password in (WRONG, WRONG, ALICE)] == [False, False, True]
    assert len(standin.posts()) == 3


# Files of a host that does not run as root: owner, group and mode of genauth.conf and of app_secret_file (None: the
# secret is in genauth.conf), and how the right password ends.
FILES = {
    "its own": ("alice", "alice", 0o600, None, "OK"),
    "root's, for its group": ("root", "alice", 0o640, None, "CONFIG"),
    "root's, and its own secret": ("root", "root", 0o644, 0o600, "OK"),
    "root's, and a secret for all": ("root", "root", 0o644, 0o644, "CONFIG"),
}


@pytest.mark.parametrize("owner, group, mode, secret, verdict", FILES.values(), ids=FILES)
def test_files_of_a_host_that_is_not_root(start, standin, syslog, owner, group, mode, secret, verdict):
    host = start(hosts.Pamtester)
    conf, file = host.folder / "genauth.conf", host.folder / "secret"
    keys = {}
    if secret:
        file.write_text(standin.app_secret)
        file.chmod(secret)
        shutil.chown(file, "alice")
        keys = {"app_secret": None, "app_secret_file": file}
    write_conf(standin, file=conf, **keys)
    shutil.chown(conf, owner, group)
    conf.chmod(mode)
    write_stack(host.service, f"required {MODULE} conf={conf}")
    talk(as_user("alice", [host.program, host.service, "alice", "authenticate"]), ALICE)
    assert [line["verdict"] for line in syslog.verdicts(1)] == [verdict]
