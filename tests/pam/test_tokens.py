"""token_file and revoke_tokens: what becomes of the tokens of a login."""
import contextlib
import errno
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

import pytest

import pam
from test_refusals import refuse

PASSWORD = "correct horse"
SESSION = ("authenticate", "setcred", "open_session")
REVOCATION = "/oidc/token/revocation"

needs_root = pytest.mark.skipif(os.getuid() != 0, reason="the files are made by root")


def environment(result):
    return dict(entry.split("=", 1) for entry in result.environment)


def write_stack(world, conf=None):
    """As of a host: pam_genauth in the phases auth and session."""
    (world.services / "sshd").write_text(f"auth required {pam.MODULE} conf={world.conf}\nsession optional {pam.MODULE} "
                                         f"conf={conf or world.conf}\nsession required pam_permit.so\n")


@pytest.fixture
def exporting(world, fresh_cache):
    world.write_conf(world.base + "export_tokens = id_token access_token\ntoken_file = yes\n")
    write_stack(world)
    world.sessions = fresh_cache / "session"
    return world


# ---- files ----

@needs_root
def test_tokens_are_in_files(exporting):
    result = exporting.run(PASSWORD, calls=SESSION)
    found = environment(result)
    assert sorted(found) == ["GENAUTH_ACCESS_TOKEN_FILE", "GENAUTH_ID_TOKEN_FILE"]
    for path in map(pathlib.Path, found.values()):
        status = path.lstat()
        assert path.parent == exporting.sessions and path.name.startswith("4001-") and path.read_text().count(".") == 2
        assert (status.st_uid, status.st_gid, status.st_mode) == (4001, 4001, 0o100400) and status.st_nlink == 1
    status = exporting.sessions.stat()
    assert (status.st_uid, status.st_mode & 0o7777) == (0, 0o711)
    # Under whatever umask.
    assert environment(exporting.run(PASSWORD, calls=SESSION)).keys() == found.keys()


@needs_root
def test_the_end_of_a_session(exporting):
    result = exporting.run(PASSWORD, calls=(*SESSION, "close_session"))
    assert result.environment == [] and list(exporting.sessions.iterdir()) == []
    assert set(result.codes) == {"PAM_SUCCESS"}


@needs_root
def test_a_variable_that_names_another_file(exporting, tmp_path):
    """Hosts may set variables, here by pam_env: what this module has not made stays."""
    # No / behind where the number of the user would stand.
    with tempfile.NamedTemporaryFile(dir="/tmp", prefix="x" * 150) as other:
        os.chown(other.name, 4001, 4001)
        (tmp_path / "env").write_text(f"GENAUTH_ID_TOKEN_FILE DEFAULT={other.name}\n")
        with open(exporting.services / "sshd", "a") as stack:
            stack.write(f"session required pam_env.so readenv=0 conffile={tmp_path}/env\n")
        assert environment(exporting.run(PASSWORD, calls=SESSION))["GENAUTH_ID_TOKEN_FILE"] == other.name
        result = exporting.run(PASSWORD, calls=(*SESSION, "close_session"))
        assert result.environment == [] and os.path.exists(other.name)


@needs_root
def test_what_crashed_sessions_left(exporting):
    """Those of the same user whose process is no more; another's stay, and those of a session that goes on."""
    alive = subprocess.Popen(["sleep", "60"])
    try:
        exporting.run(PASSWORD, calls=SESSION)
        left, = exporting.sessions.glob("*.id_token")
        ticks = pathlib.Path(f"/proc/{alive.pid}/stat").read_text().rpartition(")")[2].split()[19]
        names = {f"4001-{alive.pid}.{ticks}-0.id_token": True, f"4001-{alive.pid}.1-0.id_token": False,
                 # Of a host that has no /proc.
                 f"4001-{alive.pid}.0-0.id_token": True,
                 f"4002-{2 ** 22 + 1}.1-0.id_token": True, "other": True}
        for name in names:
            (exporting.sessions / name).touch()
        found = environment(exporting.run(PASSWORD, calls=SESSION))
        assert not left.exists() and pathlib.Path(found["GENAUTH_ID_TOKEN_FILE"]).exists()
        assert {name: (exporting.sessions / name).exists() for name in names} == names
    finally:
        alive.kill()
        alive.wait()


@needs_root
@pytest.mark.parametrize("made", ["link", "file", "open"])
def test_a_folder_of_somebody_elses(exporting, fresh_cache, tmp_path, made):
    """Nothing is handed over, the log says so, and the session begins."""
    fresh_cache.mkdir(mode=0o755)
    if made == "link":
        (tmp_path / "elsewhere").mkdir()
        os.chown(tmp_path / "elsewhere", 4002, 4002)
        exporting.sessions.symlink_to(tmp_path / "elsewhere")
    elif made == "file":
        exporting.sessions.write_text("")
    else:
        exporting.sessions.mkdir()
        exporting.sessions.chmod(0o777)
    result = exporting.run(PASSWORD, calls=SESSION)
    assert result.environment == [] and set(result.codes) == {"PAM_SUCCESS"}
    assert any("no token for the session" in entry["text"] for entry in result.log)


@needs_root
def test_a_host_that_may_write_little(exporting, monkeypatch):
    """The kernel would end it."""
    monkeypatch.setattr(pam, "WRAPPER", [*pam.WRAPPER, "prlimit", "--fsize=100"])
    result = exporting.run(PASSWORD, calls=SESSION)
    assert result.environment == [] and list(exporting.sessions.iterdir()) == []
    assert any("no token for the session" in entry["text"] and "File too large" in entry["text"] for entry in result.log)


@needs_root
def test_a_full_disk(exporting, fresh_cache, monkeypatch):
    fresh_cache.mkdir(mode=0o755)
    monkeypatch.setattr(pam, "WRAPPER", [*pam.WRAPPER, "unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o size=4k,mode=755 none $0; '
                                         'head -c 4096 /dev/zero > $0/full; exec "$@"', fresh_cache])
    result = exporting.run(PASSWORD, calls=SESSION)
    assert result.environment == [] and set(result.codes) == {"PAM_SUCCESS"}
    assert any("no token for the session" in entry["text"] and "No space left" in entry["text"] for entry in result.log)


@needs_root
def test_without_the_option_all_stays(world, fresh_cache):
    write_stack(world)
    world.write_conf(world.base + "export_tokens = id_token\n")
    assert sorted(environment(world.run(PASSWORD, calls=(*SESSION, "close_session")))) == ["GENAUTH_ID_TOKEN"]
    assert not (fresh_cache / "session").exists()


@needs_root
def test_options_that_broke_meanwhile(exporting):
    """The conf is another one when the session begins: no token stays in the environment."""
    write_stack(exporting, conf="/none")
    result = exporting.run(PASSWORD, calls=SESSION)
    assert result.environment == [] and any("no token for the session" in entry["text"] for entry in result.log)


@needs_root
def test_two_sessions_have_two_files(exporting):
    found = [environment(exporting.run(PASSWORD, PASSWORD, calls=(*SESSION, "authenticate", "open_session")))]
    assert len(list(exporting.sessions.glob("*.id_token"))) == 2, found


# ---- revocation ----

def revoked(world, wait=True):
    deadline = time.monotonic() + (10 if wait else 1)
    while time.monotonic() < deadline and not world.server.posts(REVOCATION):
        time.sleep(0.05)
    return world.server.posts(REVOCATION)


@pytest.mark.parametrize("options, service, revokes", [
    ("revoke_tokens = unused\n", "sshd", True), ("", "sshd", False),
    ("revoke_tokens = unused\nexport_tokens = id_token\n", "sshd", True),
    ("revoke_tokens = unused\nexport_tokens = access_token\n", "sshd", False),
    ("revoke_tokens = unused\nexport_tokens = access_token\n", "sudo", True)])
def test_what_nobody_gets_is_revoked(world, options, service, revokes):
    world.write_service("sudo")
    world.write_conf(world.base + options)
    result = world.run(PASSWORD, service=service)
    assert result.code == "PAM_SUCCESS"
    posts = revoked(world, revokes)
    assert len(posts) == revokes
    if revokes:
        assert posts[0]["body"]["token_type_hint"] == "access_token" and posts[0]["http"] == 200
        # On the connection that is there.
        assert world.server.connections() == 1


def test_tokens_of_a_login_that_is_refused(world):
    """GenAuth has given them, to somebody whose token is another's."""
    world.write_conf(world.base + "revoke_tokens = unused\nexport_tokens = access_token\n")
    world.server.set_user("alice", answer={"id_token": {"claims": {"username": "mallory"}}})
    assert world.run(PASSWORD).code == "PAM_AUTH_ERR" and len(revoked(world)) == 1


def test_there_is_none_for_a_wrong_password(world):
    world.write_conf(world.base + "revoke_tokens = unused\n")
    assert world.run("wrong").code == "PAM_AUTH_ERR" and revoked(world, wait=False) == []


def is_connected(world):
    """Whoever revokes keeps its connection until it ends."""
    events = [event["event"] for event in world.server.events()]
    return events.count("tcp") > events.count("close")


@pytest.mark.parametrize("answer", [{"delay_ms": 20000}, {"http": 500, "body": "no"}, {"close": "reset"}, {"drip_ms": 500}])
def test_nobody_waits_for_it(world, answer):
    """And whoever does it has ended after a few seconds."""
    world.write_conf(world.base + "revoke_tokens = unused\n")
    world.server.set_answer(REVOCATION, answer)
    # The driver sees to it that no child is left.
    result = world.run(PASSWORD)
    assert result.code == "PAM_SUCCESS" and result.milliseconds < 3000 and revoked(world)
    deadline = time.monotonic() + 10
    while is_connected(world) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not is_connected(world)


def whose_connection(port):
    """The process that has a connection to the port, or None."""
    wanted = f":{port:04X}"
    inodes = {f"socket:[{words[9]}]" for words in map(str.split, open("/proc/net/tcp")) if words[2].endswith(wanted)}
    return next((int(pid) for pid in filter(str.isdigit, os.listdir("/proc")) if inodes & open_files(pid)), None)


def open_files(pid):
    """Those that are still there: others end meanwhile."""
    found = set()
    with contextlib.suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                found.add(os.readlink(f"/proc/{pid}/fd/{name}"))
    return found


def wait_for_the_end(world, seconds):
    deadline = time.monotonic() + seconds
    while whose_connection(world.server.port) is not None and time.monotonic() < deadline:
        time.sleep(0.1)
    assert whose_connection(world.server.port) is None


@pytest.fixture
def revoking(world):
    """As long as it may take; and nobody does so for another test."""
    wait_for_the_end(world, 10)
    world.write_conf(world.base + "revoke_tokens = unused\n")
    world.server.set_answer(REVOCATION, {"delay_ms": 60000})
    yield world
    wait_for_the_end(world, 10)


@needs_root
def test_who_revokes_for_ever_is_ended(revoking):
    """As a helper that was taken over: nobody is there to end it but a copy of its keeper."""
    assert revoking.run(PASSWORD).code == "PAM_SUCCESS" and revoked(revoking)
    os.kill(whose_connection(revoking.server.port), signal.SIGSTOP)
    wait_for_the_end(revoking, 20)


def keepers_in(folder):
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "comm").read_text() == "genauth-keeper\n" and os.readlink(process / "cwd") == str(folder):
                yield process.name


@needs_root
def test_who_revokes_holds_no_folder_up(revoking, tmp_path, monkeypatch):
    """It could not be unmounted."""
    monkeypatch.chdir(tmp_path)
    assert revoking.run(PASSWORD).code == "PAM_SUCCESS" and revoked(revoking)
    assert whose_connection(revoking.server.port) is not None and list(keepers_in(tmp_path)) == []


# As the kernel knows them: the first process of a container, and one that is told to be like it.
REAPERS = {
    "first": ["unshare", "--pid", "--fork", "--mount-proc"],
    "subreaper": [sys.executable, "-c", "import ctypes, os, sys; assert ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0; "
                  "os.execv(sys.argv[1], sys.argv[1:])"],
}


@needs_root
@pytest.mark.parametrize("reaper", REAPERS)
def test_a_host_that_would_get_it_as_a_child(revoking, monkeypatch, reaper):
    """Whoever has no parent any more becomes its child: then it ends at once. The driver looks for children."""
    monkeypatch.setattr(pam, "WRAPPER", [*REAPERS[reaper], *pam.WRAPPER])
    assert revoking.run(PASSWORD).code == "PAM_SUCCESS" and whose_connection(revoking.server.port) is None


@needs_root
@pytest.mark.parametrize("call", ["pidfd_open", "pidfd_send_signal"])
def test_a_kernel_with_which_nobody_could_end_it(revoking, monkeypatch, call):
    """It ends at once."""
    refuse(monkeypatch, (call, errno.ENOSYS))
    assert revoking.run(PASSWORD).code == "PAM_SUCCESS" and whose_connection(revoking.server.port) is None


# A process that is no child of the driver, and sends its group signals until it has ended.
SIGNALLER = """
import os, signal, sys, time
NUMBERS = signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP
for number in NUMBERS:
    signal.signal(number, signal.SIG_IGN)
os.setpgid(0, 0)
if os.fork() == 0:
    os.closerange(0, 3)
    if os.fork() > 0:
        os._exit(0)
    while os.path.exists(f"/proc/{os.getpgrp()}"):
        for number in NUMBERS:
            os.killpg(0, number)
        time.sleep(0.02)
    os._exit(0)
os.wait()
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.parametrize("options", ["", "revoke_tokens = unused\n"])
def test_signals_for_the_group_of_the_host(world, monkeypatch, options):
    """As httpd sends them to all of its processes: what works for the host is among these, and goes on."""
    world.write_conf(world.base + options)
    world.server.set_answer("/api/v3/signin", {"delay_ms": 500})
    monkeypatch.setattr(pam, "WRAPPER", [sys.executable, "-c", SIGNALLER, *pam.WRAPPER])
    result = world.run(PASSWORD)
    assert result.code == "PAM_SUCCESS", result.line
    assert len(revoked(world, bool(options))) == bool(options)


def test_signals_from_before_it_was_no_more_of_the_group():
    """They wait until it no longer blocks them, and would end it then. At the end of its socket it ends by itself."""
    def send():
        signal.pthread_sigmask(signal.SIG_BLOCK, NUMBERS)
        for number in NUMBERS:
            os.kill(os.getpid(), number)

    NUMBERS = set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with subprocess.Popen([pam.HELPER], stdin=theirs, preexec_fn=send) as process:
        ours.close()
        theirs.close()
    assert process.returncode == 1
