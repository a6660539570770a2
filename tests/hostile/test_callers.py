"""Callers at the socket who are not root (allow_user_callers, allow_service_callers): who may ask about whom, how often,
and what they get."""

import os
import pathlib
import shutil
import socket
import subprocess
import sys

import pytest

import listener as at_socket
import machine
import memory
import world
from listener import ALICE, CALL, READY, RESULT, SOCKET, START, connect, hear, message
from test_socket import SERVER, start_listener  # noqa: F401
from world import Code

FACTORS, VERIFY = "/api/v3/list-enrolled-factors", "/api/v3/mfa-totp-verify"


def as_user(name):
    return ("setpriv", f"--reuid={name}", f"--regid={name}", "--init-groups")


def log_in(caller="alice", **how):
    report = world.log_in(prefix=as_user(caller), **how)
    assert report.changes == [] and report.before
    return report.code


@pytest.fixture(autouse=True)
def clean():
    shutil.rmtree(at_socket.FOLDER, ignore_errors=True)
    yield
    shutil.rmtree(at_socket.FOLDER, ignore_errors=True)


@pytest.fixture
def allow(standin, start_listener):
    """allow(option=value …): such a genauth.conf, and a listener."""
    def write(**options):
        machine.write_conf(standin, timeout=60, connect_timeout=60, **options)
        return start_listener().is_ready()

    return write


def attempts(*uids):
    return at_socket.FOLDER / "-".join(["calls", *(str(uid) for uid in uids)])


def wait_a_minute(file, minutes=1):
    facts = file.stat()
    os.utime(file, ns=(facts.st_mtime_ns, facts.st_mtime_ns - minutes * 60 * 10**9))


def call(uid=ALICE, **records):
    """What a caller with that uid is told, in whatever words it asks."""
    end = connect(uid)
    assert hear(end) == (READY, {"version": version()})
    end.send(message(CALL, **records))
    heard = hear(end)
    end.close()
    return heard


def version():
    end = connect()
    kind, records = hear(end)
    end.close()
    assert kind == READY
    return records["version"]


# ---- who may ask about whom ----

def test_nobody_may_until_it_is_allowed(allow, standin, syslog):
    allow()
    assert log_in() == Code.SERVICE_ERR
    assert not standin.posts() and syslog.has("let this caller not ask")


def test_a_user_about_himself(allow, standin, syslog):
    listener = allow(allow_user_callers="yes")
    before = set(listener.children())
    assert log_in() == Code.SUCCESS
    assert log_in(password=machine.WRONG) == Code.AUTH_ERR
    assert log_in("bob", user="bob") == Code.AUTH_ERR
    assert syslog.has(f"verdict=OK service=hostile user=alice rhost=- caller_uid={ALICE} http_status=200")
    assert len(standin.posts()) == 3
    # What waits for root's logins is left to them.
    assert set(listener.children()) == before


def test_a_user_about_nobody_else(allow, standin, syslog):
    allow(allow_user_callers="yes")
    for user in ("bob", "root", "nosuchuser"):
        assert log_in(user=user) == Code.AUTH_ERR
    assert not standin.posts() and syslog.has("a caller may ask about nobody else")


def test_who_is_served_is_decided_here(allow, standin):
    allow(allow_user_callers="yes", deny_users="alice")
    assert log_in() == Code.USER_UNKNOWN
    assert not standin.posts()


def test_the_section_of_the_service(allow, standin):
    """An option for one service alone."""
    allow(sections={"hostile": {"allow_user_callers": "yes"}})
    assert log_in() == Code.SUCCESS
    assert call(service="other", user="alice", password=machine.ALICE)[1]["verdict"] == "CONFIG"
    assert len(standin.posts()) == 1


def test_an_account_of_a_service_about_others(allow, standin, syslog):
    allow(allow_service_callers="localuser:hostile bob:other")
    assert log_in("localuser") == Code.SUCCESS
    assert log_in("localuser", user="bob", password=machine.BOB) == Code.SUCCESS
    assert log_in("localuser", user="root") == Code.USER_UNKNOWN
    posts = len(standin.posts())
    assert log_in("bob") == Code.SERVICE_ERR and log_in("alice") == Code.SERVICE_ERR
    assert len(standin.posts()) == posts == 2


def test_nobodys_uid(allow, standin):
    """That of all whom a user namespace does not map, even where the host gives it to somebody."""
    allow(allow_user_callers="yes", min_uid=1)
    with open("/etc/passwd") as file:
        [nobody] = [line.split(":")[0] for line in file if line.split(":")[2] == "65534"]
    assert call(65534, service="hostile", user=nobody, password="x")[1]["verdict"] == "DENIED"
    assert not standin.posts()


# ---- how often ----

def test_five_and_then_one_a_minute(allow, standin):
    """Attempts count, whatever comes of them, and outlive the listener."""
    listener = allow(allow_user_callers="yes")
    for _ in range(5):
        assert log_in() == Code.SUCCESS
    assert log_in() == Code.AUTHINFO_UNAVAIL
    listener.stop()
    allow(allow_user_callers="yes")
    assert log_in() == Code.AUTHINFO_UNAVAIL and len(standin.posts()) == 5
    wait_a_minute(attempts(ALICE))
    assert log_in() == Code.SUCCESS and log_in() == Code.AUTHINFO_UNAVAIL
    assert len(standin.posts()) == 6
    # Nobody else waits.
    assert log_in("bob", user="bob", password=machine.BOB) == Code.SUCCESS


def test_who_leaves_before_the_answer_has_asked(allow, standin):
    allow(allow_user_callers="yes")
    standin.set_user("alice", answer={"delay_ms": 300})
    for number in range(1, 6):
        end = connect(ALICE)
        assert hear(end)[0] == READY
        end.send(message(CALL, service="hostile", user="alice", password=machine.ALICE))
        world.wait_until(lambda: len(standin.posts()) == number, standin.posts, seconds=60)
        end.close()
        world.wait_until(lambda: "genauth-caller" not in world.processes().values(), world.processes, seconds=60)
    assert log_in() == Code.AUTHINFO_UNAVAIL and len(standin.posts()) == 5


def test_a_service_is_counted_by_whom_it_asks_about(allow, standin):
    allow(allow_service_callers="localuser:hostile", allow_user_callers="yes")
    for _ in range(5):
        log_in("localuser")
    assert log_in("localuser") == Code.AUTHINFO_UNAVAIL
    assert log_in("localuser", user="bob", password=machine.BOB) == Code.SUCCESS
    # And alice's own are hers.
    assert log_in() == Code.SUCCESS


@pytest.mark.parametrize("how", ["link", "folder", "far"])
def test_attempts_that_cannot_be_counted(allow, standin, how):
    allow(allow_user_callers="yes")
    if how == "link":
        attempts(ALICE).symlink_to("/run/elsewhere")
    elif how == "folder":
        attempts(ALICE).mkdir()
    else:
        attempts(ALICE).touch()
        os.utime(attempts(ALICE), (0, 4 * 10**9))  # the clock was set back
    assert log_in() == (Code.AUTHINFO_UNAVAIL if how == "far" else Code.SYSTEM_ERR)
    assert not standin.posts() and not os.path.exists("/run/elsewhere")
    if how == "far":
        wait_a_minute(attempts(ALICE))
        assert log_in() == Code.SUCCESS


def test_the_count_is_roots_alone(allow):
    allow(allow_user_callers="yes")
    assert log_in() == Code.SUCCESS
    facts = attempts(ALICE).stat()
    assert (facts.st_uid, facts.st_mode & 0o777) == (0, 0o600)


def test_four_at_once_of_one_user(allow):
    listener = allow(allow_user_callers="yes")
    ends = [connect(ALICE) for _ in range(4)]
    assert [hear(end) for end in ends] == 4 * [(READY, {"version": version()})]
    more = connect(ALICE)
    assert hear(more)[1]["refused"] == "too many connections at once" and hear(more) is None
    more.close()
    other = connect(int(machine.ALICE_UID) + 1)
    assert "refused" not in hear(other)[1]
    other.close()
    ends.pop().close()

    def is_served():
        with connect(ALICE) as end:
            return "refused" not in hear(end)[1]

    world.wait_until(is_served, lambda: "still refused", seconds=30)
    for end in ends:
        end.close()
    listener.is_ready()


# ---- what they get ----

def test_the_verdict_and_no_more(allow):
    allow(allow_user_callers="yes", export_tokens="id_token access_token", identity="if_present")
    for password, verdict in ((machine.ALICE, "OK"), (machine.WRONG, "DENIED")):
        kind, records = call(service="hostile", user="alice", password=password)
        assert (kind, records.pop("verdict")) == (RESULT, verdict)
        assert records.pop("reason") == "genauth-caller's line in the log says why"
        assert records.pop("factor") == "none" and set(records.values()) == {"", "0"}


def test_a_second_factor(allow, standin):
    """The person is asked through both."""
    allow(allow_user_callers="yes", second_factor="required", mfa_tries=1)
    standin.set_reply(FACTORS, {"statusCode": 200, "data": [{"factorType": "OTP"}]})
    for verified, code in ((True, Code.SUCCESS), (False, Code.AUTH_ERR)):
        standin.set_reply(VERIFY, {"statusCode": 200, "data": {"verified": verified}})
        report = world.log_in(prefix=as_user("alice"), password=f"{machine.ALICE}\t123456")
        assert report.code == code and len(report.prompts) == 2
    assert {entry["body"]["totp"] for entry in standin.posts(VERIFY)} == {"123456"}


def test_each_further_code_is_an_attempt(allow, standin):
    """It was five for each login: twenty-five codes in a second."""
    allow(allow_user_callers="yes", second_factor="required", mfa_tries=5)
    standin.set_reply(FACTORS, {"statusCode": 200, "data": [{"factorType": "OTP"}]})
    standin.set_reply(VERIFY, {"statusCode": 200, "data": {"verified": False}})
    codes = "".join(f"\t00000{number}" for number in range(1, 7))
    assert world.log_in(prefix=as_user("alice"), password=machine.ALICE + codes).code == Code.AUTH_ERR
    assert len(standin.posts(VERIFY)) == 5
    assert world.log_in(prefix=as_user("alice"), password=machine.ALICE + codes).code == Code.AUTHINFO_UNAVAIL
    assert len(standin.posts(VERIFY)) == 5 and len(standin.posts()) == 1


@pytest.mark.parametrize("option", ["deny_users=alice", "allow_users=bob", "min_uid=65000", "second_factor=required",
                                    "require_roles=admin", "allow_hosts=10.0.0.0/8", "lang=en-US"])
def test_an_option_of_the_line_that_nobody_would_hear(allow, standin, syslog, option):
    """Those of the file hold, which another reads; so that nobody gets in whom the line keeps out."""
    allow(allow_user_callers="yes", allow_service_callers="localuser:hostile")
    world.write_service(option)
    for caller in ("alice", "localuser"):
        assert log_in(caller) == Code.SERVICE_ERR
    assert standin.connections() == 0
    assert f"{option.split('=')[0]} is not heard at the socket" in syslog.text()
    world.write_service("prompt=Word: debug")
    assert log_in() == Code.SUCCESS


def test_where_people_come_from(allow, standin, syslog):
    """Told by the service; a user about himself is here, and is not remembered by what he says."""
    localuser = int(subprocess.run(["id", "-u", "localuser"], capture_output=True, text=True).stdout)
    allow(allow_service_callers="localuser:hostile", allow_user_callers="yes", allow_hosts="local 10.0.0.0/8")
    ask = {"service": "hostile", "user": "alice", "password": machine.ALICE}
    for rhost, verdict in (("203.0.113.9", "SKIP"), ("10.1.2.3", "OK"), ("10.1.2.3 ", "SKIP"), ("", "OK")):
        assert call(localuser, **ask, rhost=rhost)[1]["verdict"] == verdict, rhost
    assert call(ALICE, **ask, rhost="203.0.113.9")[1]["verdict"] == "OK"
    assert "rhost=203.0.113.9 caller_uid=20003" in syslog.text() and "rhost=- caller_uid=20001" in syslog.text()
    assert call(localuser, **ask, rhost="1" * 300) is None


# A host that sets PAM_RHOST.
HOST = """
import ctypes, sys
pam, libc = ctypes.CDLL("libpam.so.0"), ctypes.CDLL(None)
libc.strdup.restype = libc.calloc.restype = ctypes.c_void_p
ASK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p), ctypes.c_void_p)
@ASK
def ask(count, messages, replies, data):
    replies[0] = libc.calloc(count, 16)
    ctypes.c_void_p.from_address(replies[0]).value = libc.strdup(sys.argv[2].encode())
    return 0
class Conversation(ctypes.Structure):
    _fields_ = [("ask", ASK), ("data", ctypes.c_void_p)]
conversation, handle = Conversation(ask, None), ctypes.c_void_p()
pam.pam_start(b"hostile", b"alice", ctypes.byref(conversation), ctypes.byref(handle))
pam.pam_set_item(handle, 4, sys.argv[1].encode())
print(pam.pam_authenticate(handle, 0))
"""


def test_the_host_passes_on_where_people_come_from(allow, standin):
    allow(allow_service_callers="localuser:hostile", allow_hosts="local 10.0.0.0/8")
    for caller in ((), as_user("localuser")):
        for rhost, code in (("203.0.113.9", Code.USER_UNKNOWN), ("10.1.2.3", Code.SUCCESS)):
            done = subprocess.run([*caller, sys.executable, "-c", HOST, rhost, machine.ALICE], capture_output=True, text=True)
            assert int(done.stdout) == code, (caller, rhost)


def test_no_secret_is_left(allow, standin):
    """In the listener and those that wait."""
    listener = allow(allow_user_callers="yes", helper_socket="yes")
    assert log_in() == Code.SUCCESS
    assert world.log_in().code == Code.SUCCESS
    listener.is_ready()
    for pid in (listener.process.pid, *listener.children()):
        for secret in (machine.ALICE, standin.app_secret):
            assert memory.find(pid, secret) == []


# ---- callers that mean harm, and those who do ----

NONSENSE = {"nothing": b"", "start": message(START, operation="login"), "garbage": b"\xff" * 60000,
            "version": message(CALL, version=9, service="a", user="b", password="c"), "empty": b"\0",
            "long": message(CALL, service="hostile", user="a" * 300, password="x"),
            "nul": message(CALL, service="hostile", user="alice\0bob", password="x"),
            "less": message(CALL, service="hostile", user="alice")}


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense(allow, standin, nonsense):
    """200 of them."""
    listener = allow(allow_user_callers="yes")
    descriptors = listener.descriptors()
    for _ in range(200):
        end = connect(ALICE)
        heard = hear(end)
        if NONSENSE[nonsense] and "refused" not in heard[1]:
            end.send(NONSENSE[nonsense])
            assert hear(end) is None
        end.close()
    listener.is_ready()
    world.wait_until(lambda: "genauth-caller" not in world.processes().values(), world.processes, seconds=60)
    assert listener.descriptors() == descriptors and not standin.posts()
    assert log_in() == Code.SUCCESS


def test_files_are_not_taken(allow):
    allow(allow_user_callers="yes")
    end = connect(ALICE)
    hear(end)
    with open("/dev/null") as null:
        socket.send_fds(end, [message(CALL, service="hostile", user="alice", password=machine.ALICE)], [null.fileno()])
    assert hear(end) is None
    end.close()


def test_services_that_do_not_exist_or_are_no_names(allow, standin):
    allow(allow_user_callers="yes")
    for service in ("../sshd", "HOSTILE", "a" * 63, " "):
        assert call(service=service, user="alice", password=machine.WRONG)[1]["verdict"] in ("DENIED", "THROTTLED")
    assert len(standin.posts()) <= 5


def test_without_a_socket_it_is_the_file(standin, syslog):
    assert log_in() == Code.SERVICE_ERR
    assert syslog.has("genauth.conf: Permission denied")


def test_without_a_listener(allow, syslog):
    listener = allow(allow_user_callers="yes")
    listener.process.kill()
    listener.process.wait()
    assert log_in() == Code.SYSTEM_ERR and syslog.has("Connection refused")


def test_the_socket_of_a_user_hears_no_password(syslog):
    place = at_socket.FOLDER / "alice" / "signin"
    place.parent.mkdir(parents=True)
    os.chown(place.parent, ALICE, ALICE)
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(place)], user=ALICE, stdout=subprocess.PIPE, text=True)
    assert server.stdout.readline() == "listens\n"
    place.chmod(0o666)
    place.rename(SOCKET)
    assert log_in("bob", user="bob") == Code.SYSTEM_ERR and syslog.has("is not root's")
    assert server.communicate(timeout=30)[0] == "b''\n"


def test_a_caller_that_cannot_be_executed(allow):
    program = pathlib.Path(at_socket.PROGRAM).with_name("genauth-caller")
    listener = allow(allow_user_callers="yes")
    subprocess.run(["mount", "--bind", "/dev/null", program], check=True)
    try:
        assert log_in() == Code.SYSTEM_ERR
    finally:
        subprocess.run(["umount", program], check=True)
    listener.is_ready()
    assert log_in() == Code.SUCCESS
