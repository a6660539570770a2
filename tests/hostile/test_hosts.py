"""Hosts that close, ignore, block, limit and interrupt: the verdict is right, and the host is afterwards as it was."""

import os
import pathlib
import random
import re
import resource
import shutil
import signal
import subprocess
import time

import pytest

import codes
import machine
import world
from world import Code

CLOSED = ("0", "1", "2", "01", "02", "12", "012")

KIND = [
    *([f"closed={digits}"] for digits in CLOSED),
    *([f"sigchld={kind}"] for kind in ("ignored", "nowait", "thief", "handler", "waits")),
    *([f"sigpipe={kind}"] for kind in ("default", "handler", "ignored")),
    ["blocked"],
    ["nofile=16"],
    ["core"],
    ["leaky=/etc/shadow"],
    ["groups"],
    ["odd"],
    ["timer=1000"],
    # All at once.
    ["odd", "core", "timer=1000", "sigchld=thief", "sigpipe=handler", "closed=012"],
    ["odd", "core", "blocked", "sigchld=ignored", "sigpipe=ignored", "closed=012", "nofile=16"],
]


@pytest.mark.parametrize("conditions", KIND, ids="+".join)
def test_right_verdict_and_nothing_changed(standin, conditions):
    """The wrong password too: a verdict must not come from what the host does to the helper's exit status."""
    for password, code in ((machine.ALICE, Code.SUCCESS), (machine.WRONG, Code.AUTH_ERR)):
        report = world.log_in(*conditions, password=password)
        assert (report.code, report.changes) == (code, [])
        # What was compared: a snapshot that failed would be alike too.
        assert {"umask", "cwd", "locale", "mask", "children", "threads", "signal-13"} <= names(report.before)
    assert len(standin.posts()) == 2


def names(snapshot):
    return {line.split()[0] for line in snapshot}


FACTOR_KIND = [["closed=012"], ["closed=0"], ["sigchld=ignored"], ["sigchld=thief"], ["sigchld=waits"],
               ["sigpipe=default"], ["blocked"], ["timer=1000"], *KIND[-2:]]
SECRET, NOW = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1700000000


@pytest.fixture
def with_factor(standin):
    """with_factor(key): alice has a one-time password, of the host or of GenAuth, and "key" demands it."""
    # Not "debug": a host whose log is full, and whose calls a timer interrupts, connects to it anew.
    world.write_service()

    def demand(key):
        options = {"second_factor": {"second_factor": "required"}, "mfa": {"mfa": "ask"}}[key]
        machine.write_conf(standin, timeout=60, connect_timeout=60, **options)
        standin.set_user("alice", totp_secret=SECRET, mfa="user" if key == "mfa" else None)
        standin.set_mfa(totp_time=NOW)
        return {"second_factor": "/api/v3/mfa-totp-verify", "mfa": "/api/v2/mfa/totp/verify"}[key]

    return demand


@pytest.mark.parametrize("key", ("second_factor", "mfa"))
@pytest.mark.parametrize("conditions", FACTOR_KIND, ids="+".join)
def test_a_factor_changes_nothing(standin, with_factor, conditions, key):
    """Also where it is wrong each time, and where the host does not ask for it."""
    path = with_factor(key)
    words = [(["111111", "222222", "333333"], 3, Code.AUTH_ERR), ([], 0, Code.AUTH_ERR),
             (["111111", codes.totp(SECRET, NOW)], 2, Code.SUCCESS)]
    for typed, sent, code in words:
        standin.clear_journal()
        report = world.log_in(*conditions, password="\t".join([machine.ALICE, *typed]))
        assert (report.code, report.changes) == (code, [])
        assert [entry["body"]["totp"] for entry in standin.posts(path)] == typed and len(typed) == sent
        assert len(standin.posts()) == 1


def test_each_code_of_a_caller_waits_for_its_turn(standin, with_factor, syslog):
    """It was three guesses in one turn, and one line in the log. A password and three codes: three waits."""
    path, wrong = with_factor("second_factor"), ["111111", "222222", "333333"]
    start = time.monotonic()
    report = world.log_in("caller=bob", password="\t".join([machine.ALICE, *wrong]))
    assert (report.code, report.changes) == (Code.AUTH_ERR, [])
    assert [entry["body"]["totp"] for entry in standin.posts(path)] == wrong
    assert time.monotonic() - start > 5.5
    assert syslog.text().count("asking GenAuth service=hostile user=alice caller_uid=") == 4


def test_nothing_changed_by_a_refusal(standin):
    """Without the helper, with one that finds nobody, and with one that is refused its options."""
    for keys in ({}, {"app_host": "https://localhost:1"}, {"helper_user": "no-such-user"}):
        machine.write_conf(standin, **keys)
        for user in ("root", "alice", "unknown"):
            report = world.log_in("odd", user=user, password=machine.WRONG)
            assert report.changes == []
            assert report.code not in (Code.SUCCESS, Code.IGNORE)


def test_openlog_of_the_host_stands(syslog):
    """The name under which the host logs, and the pid it asked for."""
    world.log_in("odd")
    assert syslog.has("]: ends")
    [line] = [line for line in syslog.text().splitlines() if line.endswith("]: ends")]
    assert " odd-host[" in line


def test_few_descriptors():
    """As long as there are too few, the login fails, and it is the host that says when."""
    codes = [world.log_in(f"nofile={number}").code for number in range(3, 17)]
    assert set(codes) <= {Code.SUCCESS, Code.SYSTEM_ERR, Code.SERVICE_ERR, Code.ABORT, Code.MODULE_UNKNOWN,
                          Code.AUTHINFO_UNAVAIL, Code.USER_UNKNOWN, Code.BUF_ERR}
    assert codes[0] != Code.SUCCESS and codes[-1] == Code.SUCCESS
    assert codes == sorted(codes, key=lambda code: code == Code.SUCCESS)


def test_no_process_to_be_had(standin):
    """RLIMIT_NPROC does not hold for root, so the host is a screen locker, which runs as the user."""
    app = next(name for name, row in standin.table()["apps"].items() if row["method"] == "none")
    machine.CONF.write_text(f"app_host = {standin.host}\napp_id = {app}\nca_file = {machine.CA}\n")
    machine.CONF.chmod(0o644)

    assert world.log_in("user=alice").code == Code.SUCCESS
    report = world.log_in("user=alice", "nproc=1")
    assert (report.code, report.changes) == (Code.SYSTEM_ERR, [])
    assert len(standin.posts()) == 1


def test_nobody_to_end_who_revokes(standin):
    """
    A host that runs as a user may have as many processes as a login takes, or one more. Without that one, whoever
    revokes has ended before the host goes on.
    """
    app = next(name for name, row in standin.table()["apps"].items() if row["method"] == "none")
    machine.CONF.write_text(f"app_host = {standin.host}\napp_id = {app}\nca_file = {machine.CA}\n"
                            "revoke_tokens = unused\n")
    machine.CONF.chmod(0o644)
    standin.set_answer("/oidc/token/revocation", {"delay_ms": 60000})
    with open("/etc/passwd", "a") as file:
        # The limit counts the processes of a number, wherever they are.
        file.write(f"lonely:x:{random.randrange(10 ** 6, 10 ** 9)}:100::/:/bin/sh\n")
    report = world.log_in("user=lonely", "nproc=3")
    assert (report.code, report.changes, world.helpers()) == (Code.SUCCESS, [], [])
    assert world.log_in("user=lonely", "nproc=4").code == Code.SUCCESS
    assert len(world.helpers()) == 1


def test_no_thread_to_be_had(standin, syslog):
    """
    As OpenVPN's unit has it: a limit of processes, no right to raise it, and other daemons that are nobody. A user of
    its own has the limit for itself.
    """
    hosts = pathlib.Path("/etc/hosts")
    before = hosts.read_text()
    # libcurl looks "localhost" up without a thread.
    hosts.write_text(before + "127.0.0.1 genauth.test\n")
    drop = ["setpriv", "--bounding-set=-sys_resource", "--inh-caps=-sys_resource"]
    others = [subprocess.Popen(["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "sleep", "60"])
              for _ in range(7)]
    try:
        world.wait_until(lambda: list(world.processes().values()).count("sleep") == 7, world.processes)
        # Newer versions of libcurl wait for the thread until their time is over.
        options = {"app_host": standin.host.replace("localhost", "genauth.test"), "timeout": 60, "connect_timeout": 10}
        machine.write_conf(standin, **options)
        assert world.log_in("nproc=7", prefix=drop).code == Code.AUTHINFO_UNAVAIL
        assert syslog.has(" (RLIMIT_NPROC, in a unit LimitNPROC=, counts all processes of helper_user")
        assert re.search(r"(getaddrinfo\(\) thread failed to start|Resolving timed out after \d+ milliseconds) \(RLIMIT_NPROC",
                         syslog.text())
        machine.write_conf(standin, helper_user="bob", **options)
        assert world.log_in("nproc=7", prefix=drop).code == Code.SUCCESS
    finally:
        for other in others:
            other.kill()
            other.wait()
        hosts.write_text(before)


def test_little_memory():
    """Whatever is missing, first in the host, then in the helper: a failure, never a crash."""
    codes = [world.log_in(f"as={kib}").code for kib in (0, 16, 64, 128, 256, 512, 1024, 4096, 16384)]
    assert set(codes) <= {Code.SYSTEM_ERR, Code.BUF_ERR, Code.SERVICE_ERR, Code.ABORT, Code.MODULE_UNKNOWN,
                          Code.CONV_ERR, Code.AUTH_ERR, Code.AUTHINFO_UNAVAIL, Code.USER_UNKNOWN}
    assert world.log_in("as=1048576").code == Code.SUCCESS


@pytest.fixture
def jail():
    """The machine, but of the build folder only the module."""
    root = pathlib.Path("/run/jail")
    (root / "usr").mkdir(parents=True)
    (root / "etc").mkdir()
    mounts = [root / "usr", root / "etc"]
    for mount in mounts:
        subprocess.run(["mount", "--bind", f"/{mount.name}", mount], check=True)
    for name in ("lib", "lib64", "bin"):
        (root / name).symlink_to(f"usr/{name}")
    module = root / machine.MODULE.lstrip("/")
    module.parent.mkdir(parents=True)
    shutil.copy(machine.MODULE, module)
    yield root
    for mount in mounts:
        subprocess.run(["umount", mount], check=True)
    shutil.rmtree(root)


def test_chroot_without_the_helper(jail, standin):
    report = world.log_in(f"jail={jail}")
    assert (report.code, report.changes) == (Code.SYSTEM_ERR, [])
    assert standin.connections() == 0


@pytest.fixture
def core_folder(tmp_path):
    """Where cores would go, by the kernel's default. Everybody may write there."""
    pattern = pathlib.Path("/proc/sys/kernel/core_pattern").read_text().strip()
    if pattern.startswith(("|", "/")):
        pytest.skip(f"cores of this machine go to {pattern}")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.is_relative_to("/run/pytest"):
            folder.chmod(0o777)
    return tmp_path


def test_no_core_of_the_helper(standin, core_folder, start_host):
    """RLIMIT_CORE is unlimited in the host, and the helper dies of a segmentation fault."""
    standin.set_user("alice", answer={"delay_ms": 20000})
    host = start_host("core", folder=core_folder)
    os.kill(world.busy_helper(standin), signal.SIGSEGV)
    output, _ = host.communicate(timeout=20)
    assert world.Report(output).code == Code.SYSTEM_ERR
    assert list(core_folder.iterdir()) == []


def test_a_host_that_may_not_kill_does_not_wait(standin, start_host):
    """A unit without CAP_KILL: the helper is of another user, and here it is stopped."""
    machine.write_conf(standin, timeout=2)
    standin.set_user("alice", answer={"delay_ms": 60000})
    start = time.monotonic()
    host = start_host(prefix=["setpriv", "--bounding-set=-kill"])
    helper = world.busy_helper(standin)
    os.kill(helper, signal.SIGSTOP)
    output, _ = host.communicate(timeout=40)
    assert world.Report(output).code == Code.AUTHINFO_UNAVAIL and time.monotonic() - start < 20
    os.kill(helper, signal.SIGKILL)


def test_a_core_would_have_been_seen(core_folder):
    other = subprocess.Popen(["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "sleep", "60"],
                             cwd=core_folder, preexec_fn=lambda: resource.setrlimit(
                                 resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)))
    world.wait_until(lambda: world.processes().get(other.pid) == "sleep", lambda: "no sleep")
    other.send_signal(signal.SIGSEGV)
    other.wait()
    assert len(list(core_folder.iterdir())) == 1


@pytest.mark.parametrize("sigpipe", ("default", "handler"))
def test_helper_killed_while_the_user_types(standin, start_host, sigpipe):
    """Another one is started; and what was sent to the first must not end the host by SIGPIPE."""
    host = start_host("typing=700", f"sigpipe={sigpipe}")
    world.wait_until(world.helpers, lambda: "no helper")
    os.kill(world.helpers()[0], signal.SIGKILL)
    output, _ = host.communicate(timeout=20)
    assert host.returncode == 0
    report = world.Report(output)
    assert (report.code, report.changes) == (Code.SUCCESS, [])
    assert len(standin.posts()) == 1


KEEPALIVE = "02"  # the column "tr" of /proc/net/tcp


def timers(pid):
    """Of the process's connections: which timer runs, and for how many seconds yet."""
    sockets = {os.readlink(link) for link in pathlib.Path(f"/proc/{pid}/fd").iterdir()}
    rows = [line.split() for family in ("tcp", "tcp6")
            for line in pathlib.Path(f"/proc/{pid}/net/{family}").read_text().splitlines()[1:]]
    return [(row[5].split(":")[0], int(row[5].split(":")[1], 16) / os.sysconf("SC_CLK_TCK")) for row in rows
            if f"socket:[{row[9]}]" in sockets]


def test_a_connection_is_kept_alive_while_the_user_types(standin, start_host):
    """Every five seconds; by default it would be two hours."""
    start_host("typing=60000")
    world.wait_until(lambda: standin.journal() and world.helpers(), lambda: "nothing was made ready")
    [helper] = world.helpers()
    world.wait_until(lambda: [timer for timer, _ in timers(helper)] == [KEEPALIVE], lambda: timers(helper))
    [(_, seconds)] = timers(helper)
    assert seconds <= 5


@pytest.mark.parametrize("stopped", (False, True), ids=("running", "stopped"))
def test_the_helper_ends_with_its_host(standin, start_host, helper_comes, stopped):
    """
    At once, not at the time limit: the password is on its way, but nobody waits for the answer any more. Also one that
    another process of its user has stopped; where it waited at the socket, somewhat later (test_socket.py).
    """
    if stopped and helper_comes == "waits":
        return
    standin.set_user("alice", answer={"delay_ms": 60000})
    host = start_host()
    helper = world.busy_helper(standin)
    if stopped:
        os.kill(helper, signal.SIGSTOP)
    host.kill()
    world.wait_until(lambda: not world.helpers() + world.helpers(world.KEEPER), world.processes)


def test_the_helper_ends_with_a_host_that_asks_for_a_code(standin, with_factor, start_host, helper_comes):
    """It would wait for two minutes for what the person types."""
    with_factor("second_factor")
    host = start_host("codes-after=/run/nowhere", password=f"{machine.ALICE}\t123456")
    world.wait_until(lambda: any(entry["path"] == "/api/v3/list-enrolled-factors" for entry in standin.journal()),
                     standin.journal)
    assert len(world.helpers()) == 1 and len(world.helpers(world.KEEPER)) == (helper_comes == "started")
    host.kill()
    world.wait_until(lambda: not world.helpers() + world.helpers(world.KEEPER), world.processes)


def may_signal(user, pid):
    return subprocess.run(["setpriv", f"--reuid={user}", "--clear-groups", "sh", "-c", f"kill -0 {pid}"],
                          stderr=subprocess.DEVNULL).returncode == 0


def test_whoever_calls_su_cannot_signal_the_keeper(standin, start_host):
    """It would end genauth-signin with it; and it is a copy of su, out of the reach of what guards su."""
    standin.set_user("alice", answer={"delay_ms": 60000})
    host = start_host("caller=bob")
    helper = world.busy_helper(standin)
    [keeper] = world.helpers(world.KEEPER)
    assert may_signal("bob", host.pid), "else the test would show nothing"
    assert not may_signal("bob", keeper) and not may_signal("bob", helper)


def test_the_keeper_keeps_nothing_open(standin, start_host):
    """Neither the host's files and connections, nor the socket, of which genauth-signin has to see the end."""
    standin.set_user("alice", answer={"delay_ms": 60000})
    start_host("leaky=/etc/shadow")
    world.busy_helper(standin)
    [keeper] = world.helpers(world.KEEPER)
    world.wait_until(lambda: os.listdir(f"/proc/{keeper}/fd") == [], lambda: os.listdir(f"/proc/{keeper}/fd"))


@pytest.mark.parametrize("threads, logins", [(8, 7), (32, 2)])
@pytest.mark.parametrize("thief", ([], ["thief"]), ids=("waits-for-its-own", "takes-every-child"))
def test_threads(standin, thief, threads, logins):
    """All of them log in at once; one more forks and reaps all the time."""
    expected = [word for user, code in world.VERDICTS.items() for word in (user, str(int(code)))]
    done = subprocess.run([world.CROWD, world.SERVICE, str(threads), str(logins), *thief, *expected],
                          input=f"{machine.ALICE}\n", capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, f"ok {threads * logins}\n")
    users = [list(world.VERDICTS)[(thread + login) % len(world.VERDICTS)] for thread in range(threads)
             for login in range(logins)]
    assert len(standin.posts()) == sum(user not in world.NEVER_ASKED for user in users)


def test_threads_with_a_factor(standin):
    """Who gets in was asked, and nobody by another thread's question; the stand-in takes each code."""
    path = "/api/v3/mfa-totp-verify"
    machine.write_conf(standin, timeout=60, connect_timeout=60, second_factor="required")
    standin.set_user("alice", totp_secret=SECRET)
    standin.set_reply(path, {"statusCode": 200, "data": {"verified": True}})
    expected = [word for user, code in world.VERDICTS.items() for word in (user, str(int(code)))]
    threads, logins = 8, 7
    done = subprocess.run([world.CROWD, world.SERVICE, str(threads), str(logins), *expected],
                          input=f"{machine.ALICE}\t123456\n", capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, f"ok {threads * logins}\n")
    users = [list(world.VERDICTS)[(thread + login) % len(world.VERDICTS)] for thread in range(threads)
             for login in range(logins)]
    assert [entry["body"]["totp"] for entry in standin.posts(path)] == users.count("alice") * ["123456"]
    assert done.stderr.count("GenAuth one-time code: ") == users.count("alice")


def test_ten_thousand_transactions():
    """Memory and descriptors stay; after pam_end the module is out of memory. One in 250 is a whole login."""
    # Else libpam spends the time with loading others.
    (machine.PAM_D / world.SERVICE).write_text(f"auth required {machine.MODULE}\n")
    done = subprocess.run([world.CYCLES, world.SERVICE, "10000", "root", "alice", "250"], input=f"{machine.ALICE}\n",
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, (done.returncode, done.stderr)
    early, late = (dict(zip(words[::2], words[1::2])) for words in map(str.split, done.stdout.splitlines()))
    assert (late["cycle"], late["served"], late["refused"]) == ("10000", "40", "9960")
    assert int(late["rss"]) - int(early["rss"]) <= 256
    assert late["descriptors"] == early["descriptors"]
    assert late["mapped"] == "0"
