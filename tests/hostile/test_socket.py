"""Helpers that wait at a socket (helper_socket): who gets one, what they share, and what happens when any of them, or
the listener, fails."""

import contextlib
import errno
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys

import pytest

import listener as at_socket
import machine
import world
from processes import state_and_parent
from listener import ALICE, CALL, READY, RESULT, SOCKET, START, Listener, connect, hear, message
from world import Code


@pytest.fixture(autouse=True)
def by_socket(standin):
    machine.write_conf(standin, timeout=60, connect_timeout=60, helper_socket="yes")
    shutil.rmtree(at_socket.FOLDER, ignore_errors=True)
    yield
    shutil.rmtree(at_socket.FOLDER, ignore_errors=True)


@pytest.fixture
def start_listener():
    started = []

    def start(*arguments, **how):
        started.append(Listener(*arguments, **how))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def listener(start_listener):
    return start_listener().is_ready()


WAITED, STARTED = "genauth-signin was waiting", "genauth-signin started"


def log_in(**how):
    report = world.log_in(**how)
    assert report.changes == [] and report.before
    return report.code


# ---- as if it had been started by the host ----

def test_each_login_has_a_process_of_its_own(listener, syslog):
    before = set(listener.children())
    assert log_in() == Code.SUCCESS
    assert WAITED in syslog.text() and STARTED not in syslog.text()
    listener.is_ready()
    assert len(before & set(listener.children())) == 1


def test_the_verdicts_are_those_of_a_started_one(listener, syslog):
    for user, code in world.VERDICTS.items():
        assert log_in(user=user) == code, user
        listener.is_ready()
    assert syslog.text().count(WAITED) == len(world.VERDICTS) - len(world.NEVER_ASKED)
    assert STARTED not in syslog.text()


def test_the_listener_has_no_library_and_no_option(listener):
    maps = pathlib.Path(f"/proc/{listener.process.pid}/maps").read_text()
    assert not re.search(r"lib(curl|ssl|crypto|json|gnutls|nss)", maps)
    assert not re.search(r"app_secret|helper_seccomp", at_socket.PROGRAM.read_bytes().decode("latin-1"))
    for pid in listener.children():
        assert "libcurl" in pathlib.Path(f"/proc/{pid}/maps").read_text()
        assert pathlib.Path(f"/proc/{pid}/environ").read_bytes() == world.HELPER_ENVIRONMENT


def test_no_two_have_one_address_layout(listener):
    first = [pathlib.Path(f"/proc/{pid}/maps").read_text().split("-")[0] for pid in listener.children()]
    libc = [re.search(r"^(\w+)-.*libcurl", pathlib.Path(f"/proc/{pid}/maps").read_text(), re.MULTILINE)[1]
            for pid in listener.children()]
    if pathlib.Path("/proc/sys/kernel/randomize_va_space").read_text().strip() != "0":
        assert len(set(first)) == len(set(libc)) == 2


def test_off_until_it_is_asked_for(listener, standin, syslog):
    machine.write_conf(standin, timeout=60)
    before = listener.children()
    assert log_in() == Code.SUCCESS
    assert WAITED not in syslog.text() and listener.children() == before


def test_whoever_stays_root_is_started(listener, standin, syslog):
    """And so is who has a path opened: its helper may have another root than the host."""
    for unfit in ({"helper_user": "root"}, {"ca_path": "/etc/ssl/certs"}):
        machine.write_conf(standin, timeout=60, helper_socket="yes", **unfit)
        assert log_in() == Code.SUCCESS
    assert WAITED not in syslog.text() and "not the socket: ca_path and helper_user" in syslog.text()
    end = connect()
    hear(end)
    end.send(message(START, operation="login", **{"option.app_host": "https://x.example", "option.app_id": "x",
                                                 "option.helper_user": "root"}))
    end.send(message(at_socket.LOGIN, account="alice", password="x", timeout_ms="1000"))
    kind, records = hear(end)
    assert (kind, records["verdict"]) == (RESULT, "INTERNAL") and "not for a helper at the socket" in records["reason"]
    end.close()


def test_the_password_goes_out_once(listener, standin, start_host):
    """The process that has it is killed: nobody else is asked."""
    standin.set_user("alice", answer={"delay_ms": 60000})
    before = set(listener.children())
    host = start_host()
    world.wait_until(lambda: standin.posts(), lambda: "no request came")
    [busy] = before - set(listener.waiting())
    os.kill(busy, signal.SIGKILL)
    host.wait(timeout=60)
    assert world.Report(host.stdout.read()).code == Code.SYSTEM_ERR
    assert len(standin.posts()) == 1


# ---- callers that mean harm ----

NOISE = {"nothing": [], "half": [message(START, operation="login")[:9]], "garbage": [b"\xff" * 60000],
         "version": [message(START, version=9)], "login": [message(at_socket.LOGIN, account="a", password="b")],
         "empty": [b"\0"], "many": 50 * [b"\3\2"]}


def test_a_thousand_that_talk_nonsense(listener, syslog):
    """One after another, of each kind; some go at once, and some wait to be heard."""
    listener.is_ready()
    descriptors = listener.descriptors()
    for number in range(1000):
        end = connect()
        for data in list(NOISE.values())[number % len(NOISE)]:
            try:
                end.send(data)
            except OSError:
                break  # it has heard enough
        if number % len(NOISE) == 0:
            assert hear(end)[0] == READY
        end.close()
    listener.is_ready()
    assert listener.descriptors() == descriptors
    assert log_in() == Code.SUCCESS and WAITED in syslog.text()


@pytest.mark.parametrize("noise", NOISE)
def test_callers_that_talk_nonsense(listener, syslog, noise):
    """200 of them at once: logins go on meanwhile, and nothing is left of them."""
    listener.is_ready()
    descriptors = listener.descriptors()
    ends = []
    for _ in range(200):
        try:
            ends.append(connect())
            for data in NOISE[noise]:
                ends[-1].send(data)
        except OSError:
            pass  # refused by then: they are no longer heard
    assert len(listener.children()) <= 64
    assert log_in() == Code.SUCCESS
    for end in ends:
        end.close()
    world.wait_until(lambda: len(listener.children()) == 2 and len(listener.waiting()) == 2, listener.children,
                     seconds=60)
    world.wait_until(lambda: log_in() == Code.SUCCESS and WAITED in syslog.text(), syslog.text, seconds=60)
    listener.is_ready()
    assert listener.descriptors() == descriptors


def test_a_user_gets_no_process_of_roots(listener, standin):
    """200 of them; who serves them is tests/hostile/test_callers.py."""
    before = listener.children()
    for _ in range(200):
        end = connect(ALICE)
        assert hear(end)[0] == READY
        end.close()
    world.wait_until(lambda: "genauth-caller" not in world.processes().values(), world.processes, seconds=60)
    assert listener.children() == before


def test_what_is_open(start_listener):
    """In a spare and in one that serves, whatever whoever has started the listener had open or closed: neither the
    listening socket nor a way to the listener is there any more when somebody else's options come."""
    listener = start_listener(shell="exec <&- >&- 9</etc/shadow; ").is_ready()
    for pid in listener.children():
        assert {fd: what.split(":")[0] for fd, what in opened(pid).items()} == {
            0: "socket", 1: "socket", 2: "/dev/null"}
    [listening] = {opened(pid)[0] for pid in listener.children()}
    before = set(listener.children())
    end = connect()
    assert hear(end)[0] == READY
    [serves] = before - set(listener.waiting())
    now = opened(serves)
    assert (now.pop(1), now.pop(2)) == ("/dev/null", "/dev/null")
    assert now.keys() == {0} and now[0].startswith("socket:") and now[0] != listening
    end.close()


def opened(pid):
    return {int(fd): os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")}


@pytest.mark.parametrize("uids, each, all_of_them", [(range(200001, 200011), 4, 16), (range(990, 993), 16, 32)])
def test_somebody_with_many_uids(listener, syslog, uids, each, all_of_them):
    """As newuidmap gives them: a quarter of all there is for people, half for system accounts, and the rest is root's."""
    ends, served = [], 0
    for uid in uids:
        refused = 0
        for _ in range(each + 1):
            ends.append(connect(uid))
            refused += "refused" in hear(ends[-1])[1]
        served += each + 1 - refused
        assert refused == (1 if served < all_of_them else refused)
    assert served == all_of_them
    if uids[0] >= 1000:
        assert "refused" not in hear(connect(990))[1]
    listener.is_ready_at_least()
    assert log_in() == Code.SUCCESS and WAITED in syslog.text()
    for end in ends:
        end.close()
    world.wait_until(lambda: "genauth-caller" not in world.processes().values(), world.processes, seconds=60)


def lingering():
    """A connection that takes an hour to be closed, and what keeps it so."""
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    server.bind(("127.0.0.1", 0))
    server.listen()
    end = socket.socket()
    end.connect(server.getsockname())
    peer, _ = server.accept()
    end.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            end.send(b"x" * 65536)
    end.setblocking(True)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 3600))
    return end, (peer, server)


@pytest.mark.parametrize("refused", [True, False])
def test_a_file_that_takes_an_hour_to_close(listener, refused):
    """Sent to a connection, and received by nobody: whoever closes that last must not be held."""
    kept, ends = [], []
    for _ in range(listener.spares):
        ends += [connect(200001) for _ in range(4 if refused else 0)]
        assert all(hear(end)[0] == READY for end in ends)
        end, keepers = lingering()
        kept += keepers
        sent = False
        while not sent:  # before it has been refused
            with contextlib.suppress(BrokenPipeError), contextlib.closing(connect(200001)) as connection:
                socket.send_fds(connection, [b"x"], [end.fileno()])
                sent = True
        end.close()
        for end in ends:
            end.close()
        ends = []
        world.wait_until(lambda: "genauth-caller" not in world.processes().values(), world.processes, seconds=60)
    listener.is_ready()
    assert log_in() == Code.SUCCESS
    for end in kept:
        end.close()


def test_one_that_serves_for_ever_is_ended(start_listener):
    """As one that was taken over might; here it is stopped, and its caller has gone."""
    listener = start_listener("--limit", "1").is_ready()
    before = set(listener.children())
    end = connect()
    assert hear(end)[0] == READY
    [serves] = before - set(listener.waiting())
    os.kill(serves, signal.SIGSTOP)
    end.close()
    world.wait_until(lambda: serves not in world.processes(), world.processes, seconds=30)
    listener.is_ready()


# ---- callers in a container ----

def test_root_of_a_users_container_is_the_user(listener, standin, tmp_path):
    """unshare --user --map-root-user: with the socket it gets what that user gets, and START is not for users."""
    contained = ["setpriv", f"--reuid={ALICE}", f"--regid={ALICE}", "--clear-groups", "unshare", "--user", "--map-root-user"]
    if subprocess.run([*contained, "true"], capture_output=True).returncode != 0:
        pytest.skip("no user namespaces here")
    machine.write_conf(standin, timeout=60, connect_timeout=60, allow_user_callers="yes")
    for words, expected in (
            ({"kind": START, "operation": "login", "option.app_host": "https://x.example", "option.app_id": "x",
              "option.ca_file": "/etc/shadow", "option.helper_user": "root"}, b""),
            ({"kind": CALL, "service": "hostile", "user": "root", "password": "x"}, b"DENIED"),
            ({"kind": CALL, "service": "hostile", "user": "bob", "password": machine.BOB}, b"DENIED"),
            ({"kind": CALL, "service": "hostile", "user": "alice", "password": machine.ALICE}, b"OK")):
        kind = words.pop("kind")
        done = subprocess.run([*contained, sys.executable, "-c", CONTAINED, str(SOCKET), message(kind, **words).hex()],
                              capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        heard = bytes.fromhex(done.stdout.decode())
        assert (expected in heard) if expected else heard == b"", heard
    assert len(standin.posts()) == 1
    world.wait_until(lambda: "genauth-caller" not in world.processes().values(), world.processes, seconds=60)


CONTAINED = """
import os, socket, sys
assert os.getuid() == 0
end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
end.connect(sys.argv[1])
end.recv(1 << 17)
end.send(bytes.fromhex(sys.argv[2]))
try:
    print(end.recv(1 << 17).hex())
except ConnectionResetError:
    print()
"""


@pytest.mark.parametrize("right", ["here", "there"])
def test_a_container_of_roots_has_its_own_files_opened(listener, syslog, tmp_path, right):
    """By the same path, but not those of the host; the listener lives in the host."""
    other = tmp_path / "other.pem"
    shutil.copy(machine.CA, other)
    in_host = machine.CA.read_bytes()
    (machine.CA if right == "there" else other).write_text("no certificate\n")
    try:
        code = log_in(prefix=("unshare", "--mount", "sh", "-c", f'mount --bind {other} {machine.CA} && exec "$@"', "-"))
    finally:
        machine.CA.write_bytes(in_host)
    assert WAITED in syslog.text() and STARTED not in syslog.text()
    assert code == (Code.SUCCESS if right == "there" else Code.SERVICE_ERR), syslog.text()


def test_sixty_four_at_once_and_root_is_not_limited_to_four(listener):
    ends = []
    while True:
        ends.append(connect())
        ends[-1].settimeout(3)
        try:
            assert hear(ends[-1])[0] == READY
        except TimeoutError:
            break
    assert len(ends) == 65 and len(listener.children()) == 64
    for end in ends:
        end.close()


def test_files_that_nobody_asked_for(listener):
    """More than may come, and some that are not named."""
    for count in (1, 9):
        end = connect()
        hear(end)
        with open("/dev/null") as null:
            socket.send_fds(end, [message(START, operation="login")], count * [null.fileno()])
        end.send(message(at_socket.LOGIN, account="a", password="b", timeout_ms="1000"))
        heard = hear(end)
        assert heard is None or heard[1]["verdict"] == "INTERNAL"
        end.close()


# ---- what stops or fails ----

@pytest.mark.parametrize("stopped", ["listener", "spares", "all"])
def test_whoever_is_stopped_holds_nobody(listener, syslog, stopped):
    pids = {"listener": [listener.process.pid], "spares": listener.children(),
            "all": [listener.process.pid, *listener.children()]}[stopped]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        assert log_in() == Code.SUCCESS
        assert "nobody is ready" in syslog.text() and STARTED in syslog.text()
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_spares_that_are_killed_are_replaced(listener):
    for pid in listener.children():
        os.kill(pid, signal.SIGKILL)
    assert log_in() == Code.SUCCESS
    listener.is_ready()


def test_a_listener_that_is_killed_leaves_nobody(listener, start_listener, syslog):
    listener.process.kill()
    listener.process.wait()
    world.wait_until(lambda: not world.helpers(), world.processes)
    assert SOCKET.is_socket() and log_in() == Code.SUCCESS and "Connection refused" in syslog.text()
    start_listener().is_ready()
    assert log_in() == Code.SUCCESS and WAITED in syslog.text()


def test_a_helper_that_cannot_be_executed(start_listener):
    """The listener goes on, without a storm of processes."""
    subprocess.run(["mount", "--bind", "/dev/null", at_socket.SIGNIN], check=True)
    try:
        listener = start_listener()
        world.wait_until(SOCKET.is_socket, lambda: "no socket")
        assert log_in() == Code.SYSTEM_ERR
        assert listener.process.poll() is None
        assert "genauth-signin" not in world.processes().values()
        before = at_socket.cpu_ticks(listener.process.pid)
        at_socket.sleep_until_idle()
        assert at_socket.cpu_ticks(listener.process.pid) - before < 10
    finally:
        subprocess.run(["umount", at_socket.SIGNIN], check=True)
    listener.is_ready()
    assert log_in() == Code.SUCCESS


REFUSE = world.BUILD.parent / "pam" / "refuse"


def test_a_listener_that_cannot_fork(start_listener, syslog):
    """It says so, tries again once a second, and root's logins go on."""
    if not REFUSE.exists():
        pytest.skip("built without libseccomp")
    listener = start_listener(before=(REFUSE, "clone", str(errno.EAGAIN)))
    world.wait_until(SOCKET.is_socket, lambda: "no socket")
    assert log_in() == Code.SUCCESS and "nobody is ready" in syslog.text()
    before = at_socket.cpu_ticks(listener.process.pid)
    at_socket.sleep_until_idle()
    assert at_socket.cpu_ticks(listener.process.pid) - before < 10 and listener.children() == []
    listener.process.terminate()
    assert listener.process.wait(timeout=30) == 0
    assert "no spare: Resource temporarily unavailable" in listener.process.stderr.read()


def test_a_listener_that_cannot_be_executed():
    subprocess.run(["mount", "--bind", "/dev/null", at_socket.PROGRAM], check=True)
    try:
        done = subprocess.run([at_socket.SIGNIN, "--listen"], capture_output=True, text=True)
    finally:
        subprocess.run(["umount", at_socket.PROGRAM], check=True)
    # The one of this build is not that of the tests, and may not be installed.
    assert done.returncode == 1 and "genauth-listen: " in done.stderr


def test_the_end_waits_for_whoever_is_served(listener):
    end = connect()
    assert hear(end)[0] == READY
    listener.process.terminate()
    world.wait_until(lambda: len(listener.children()) == 1, listener.children)
    assert not SOCKET.exists() and listener.process.poll() is None
    end.close()
    assert listener.process.wait(timeout=30) == 0
    world.wait_until(lambda: not world.helpers(), world.processes)


def test_memory_of_the_listener_does_not_grow(listener):
    def pages():
        return int(pathlib.Path(f"/proc/{listener.process.pid}/statm").read_text().split()[1])

    def some():
        for _ in range(30):
            end = connect()
            assert hear(end)[0] == READY
            end.close()
        listener.is_ready()

    some()
    before, descriptors = pages(), listener.descriptors()
    some()
    assert pages() <= before + 4 and listener.descriptors() == descriptors


# ---- whose the socket is ----

SERVER = """
import socket, sys
end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
end.bind(sys.argv[1]); end.listen()
print("listens", flush=True)
taken, _ = end.accept()
try:
    taken.send(bytes([3, 1]) + b"\\7\\5\\0\\0\\0version0.0.0")
    print(repr(taken.recv(1 << 17)), flush=True)
except (BrokenPipeError, ConnectionResetError):
    print(repr(b""), flush=True)
"""


def test_the_socket_of_a_user_is_not_used(syslog):
    """Put in the place by root: a user cannot, for the folder is root's."""
    place = at_socket.FOLDER / "alice" / "signin"
    place.parent.mkdir(parents=True)
    os.chown(place.parent, ALICE, ALICE)
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(place)], user=ALICE, stdout=subprocess.PIPE, text=True)
    assert server.stdout.readline() == "listens\n"
    place.rename(SOCKET)
    assert log_in() == Code.SUCCESS
    assert "is not root's" in syslog.text() and STARTED in syslog.text()
    assert server.communicate(timeout=30)[0] == "b''\n"


def test_another_version_is_not_used(syslog):
    at_socket.FOLDER.mkdir(mode=0o755)
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(SOCKET)], stdout=subprocess.PIPE, text=True)
    assert server.stdout.readline() == "listens\n"
    assert log_in() == Code.SUCCESS
    assert "another version listens" in syslog.text() and STARTED in syslog.text()
    assert server.communicate(timeout=30)[0] == "b''\n"


def refused(listener):
    assert listener.process.wait(timeout=30) == 1
    return listener.process.stderr.read()


def test_a_folder_that_others_can_write(start_listener):
    for owner, mode in ((ALICE, 0o755), (0, 0o777), (0, 0o775)):
        at_socket.FOLDER.mkdir()
        os.chown(at_socket.FOLDER, owner, 0)
        at_socket.FOLDER.chmod(mode)
        assert str(at_socket.FOLDER) in refused(start_listener())
        assert not SOCKET.exists()
        at_socket.FOLDER.rmdir()


def test_what_is_no_socket_of_roots_stays(start_listener):
    at_socket.FOLDER.mkdir(mode=0o755)
    SOCKET.write_text("a file")
    assert "is no socket of root's" in refused(start_listener())
    assert SOCKET.read_text() == "a file"
    SOCKET.unlink()
    SOCKET.symlink_to("/run/elsewhere")
    assert "is no socket of root's" in refused(start_listener())
    SOCKET.unlink()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as end:
        end.bind(str(SOCKET))
    os.chown(SOCKET, ALICE, ALICE)
    assert "is no socket of root's" in refused(start_listener())
    os.chown(SOCKET, 0, 0)
    start_listener().is_ready()


def test_one_listener_is_enough(listener, start_listener):
    assert "another process listens already" in refused(start_listener())
    assert log_in() == Code.SUCCESS


def test_everybody_may_connect_and_the_folder_is_as_it_should_be(start_listener):
    before = os.umask(0o077)
    try:
        start_listener().is_ready()
    finally:
        os.umask(before)
    assert SOCKET.stat().st_mode & 0o777 == 0o666
    assert at_socket.FOLDER.stat().st_mode & 0o777 == 0o755


# ---- systemd's socket ----

@pytest.fixture
def handed_over():
    at_socket.FOLDER.mkdir(mode=0o755)
    end = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    end.bind(str(SOCKET))
    SOCKET.chmod(0o666)
    end.listen()
    end.setblocking(False)
    yield end
    end.close()


def test_systemds_socket_is_taken_and_stays(handed_over, start_listener, syslog):
    listener = start_listener(handed_over=handed_over).is_ready()
    assert log_in() == Code.SUCCESS and WAITED in syslog.text()
    listener.stop()
    assert SOCKET.is_socket()


def test_systemd_has_the_socket_not_wait(handed_over, start_listener, syslog):
    """It has the same one, and nobody waits for it by trying without end."""
    listener = start_listener(handed_over=handed_over).is_ready()
    handed_over.setblocking(False)
    for _ in range(3):
        world.wait_until(lambda: len(world.spares()) == 2, world.spares, seconds=60)
        assert log_in() == Code.SUCCESS
    world.wait_until(lambda: len(world.spares()) == 2, world.spares, seconds=60)
    # One that tries all the time never sleeps.
    world.wait_until(lambda: [state_and_parent(pid)[0] for pid in listener.children()] == ["S", "S"], world.processes,
                     seconds=10)
    assert WAITED in syslog.text()


def test_it_ends_when_nobody_comes_and_whoever_comes_then_waits(handed_over, start_listener, syslog):
    listener = start_listener("--idle", "1", handed_over=handed_over)
    assert listener.process.wait(timeout=60) == 0
    end = connect()
    listener = start_listener(handed_over=handed_over)
    assert hear(end)[0] == READY
    end.close()
    listener.is_ready()


def test_it_does_not_end_while_it_serves(handed_over, start_listener):
    listener = start_listener("--idle", "1", handed_over=handed_over).is_ready()
    end = connect()
    assert hear(end)[0] == READY
    with pytest.raises(subprocess.TimeoutExpired):
        listener.process.wait(timeout=2.5)
    end.close()
    assert listener.process.wait(timeout=60) == 0


def test_a_socket_that_is_none_of_ours(handed_over, start_listener):
    """Of another process, it is not touched; of another kind, it is refused."""
    assert "another process listens already" in refused(start_listener(handed_over=handed_over, pid=1))
    for kind, listens in ((socket.SOCK_STREAM, True), (socket.SOCK_SEQPACKET, False)):
        with socket.socket(socket.AF_UNIX, kind) as end:
            if listens:
                end.bind("\0genauth-test")
                end.listen()
            assert "must be a listening socket" in refused(start_listener(handed_over=end))


def test_words_that_it_does_not_know():
    for arguments in (["--spares", "0"], ["--spares", "17"], ["--spares", "x"], ["--idle", "-1"], ["--limit", "0"], ["--what"], ["x"]):
        done = subprocess.run([at_socket.PROGRAM, "--listen", *arguments], capture_output=True, text=True)
        assert done.returncode == 2 and "usage: genauth-signin --listen" in done.stderr
    done = subprocess.run([at_socket.PROGRAM, "--listen"], capture_output=True, text=True, user=ALICE)
    assert done.returncode == 1 and "must be started by root" in done.stderr


def test_systemds_own_hand_over(syslog):
    """What starts it with the first connection, as the unit of the socket does."""
    activate = shutil.which("systemd-socket-activate")
    if activate is None:
        pytest.skip("no systemd-socket-activate (package systemd)")
    at_socket.FOLDER.mkdir(mode=0o755)
    started = subprocess.Popen([activate, "--seqpacket", f"--listen={SOCKET}", str(at_socket.PROGRAM), "--listen"],
                               stderr=subprocess.DEVNULL)
    try:
        world.wait_until(SOCKET.is_socket, lambda: "no socket")
        SOCKET.chmod(0o666)
        world.wait_until(lambda: log_in() == Code.SUCCESS and WAITED in syslog.text(), syslog.text, seconds=60)
    finally:
        started.terminate()
        assert started.wait(timeout=30) == 0
