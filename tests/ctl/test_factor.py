"""genauthctl login and second factors: it asks as PAM does, records nothing private, and a recording is judged alike."""
import json
import os
import pty
import re
import signal
import subprocess
import termios
import time

import pytest

import conftest
from codes import last_code, totp

PASSWORD = "correct saddle"
SIGNIN, LIST, VERIFY = "/api/v3/signin", "/api/v3/list-enrolled-factors", "/api/v3/mfa-totp-verify"
SEND = {"email": "/api/v3/send-email", "sms": "/api/v3/send-sms"}
V2 = {"otp": "/api/v2/mfa/totp/verify", "email": "/api/v2/applications/mfa/email/verify",
      "sms": "/api/v2/applications/mfa/sms/verify"}
TOKEN = "/oidc/token"
# The stand-in's time: none of the wrong codes is right by chance.
NOW = 1_700_000_000
WRONG = ["000001", "000002", "000003"]


@pytest.fixture
def online(online):
    online.server.set_mfa(totp_time=NOW)
    return online


def configure(online, *lines):
    online.write_conf(online.base + "".join(f"{line}\n" for line in lines))


def code_of(online, user):
    return totp(online.server.table()["users"][user]["totp_secret"], NOW)


def command(online, user, *words):
    return ["login", user, "--any-user", "--conf", online.conf, "--pam-dir", online.pam, *words]


def log_in(online, user, *lines, words=()):
    """The password is the first line, the codes are the others."""
    done = online.run(*command(online, user, "--password-stdin", *words), input="".join(f"{line}\n" for line in lines))
    return checked(online, done)


def checked(online, done):
    """What it writes has no code, password or token. Times, and numbers that are random, may look like one."""
    text = re.sub(r"(?m)^request .*", "", done.stdout.partition("claims, ")[0]) + done.stderr
    private = [PASSWORD, "eyJ", *WRONG, *[entry["sent"]["code"] for entry in online.server.journal() if "sent" in entry]]
    assert [word for word in private if word in text] == []
    return done


def log_in_when_sent(online, user, way, *words, before=()):
    """The last line is the code that GenAuth sends meanwhile."""
    process = subprocess.Popen([conftest.GENAUTHCTL, *map(str, command(online, user, "--password-stdin", *words))],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env={"LC_ALL": "C.UTF-8"})
    process.stdin.write("".join(f"{line}\n" for line in (PASSWORD, *before)))
    process.stdin.flush()
    while True:
        try:
            code = last_code(online.server, way)
            break
        except LookupError:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.02)
    stdout, stderr = process.communicate(f"{code}\n", timeout=60)
    return checked(online, subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr))


def asked(online):
    return [entry["path"] for entry in online.server.journal()]


# ---- what it asks, and says ----

def test_a_code_on_the_second_line(online):
    configure(online, "second_factor = required")
    done = log_in(online, "tina", PASSWORD, code_of(online, "tina"))
    assert done.returncode == 0 and done.stderr == "" and "\nfactor     otp\n" in done.stdout
    assert asked(online) == [SIGNIN, LIST, VERIFY]
    # It was right about the password, so nothing is said of that.
    done = log_in(online, "tina", PASSWORD, *WRONG)
    assert done.returncode == 7 and "\nfactor     otp\n" in done.stdout and "mfa_tries" in done.stdout
    assert "advice" not in done.stdout and len(online.server.posts(VERIFY)) == 4


@pytest.mark.parametrize("way", SEND)
def test_a_code_that_is_sent(online, way):
    configure(online, "mfa = ask", f"mfa_policy_order = {way.upper()}")
    done = log_in_when_sent(online, "maya", way, before=WRONG[:1])
    assert done.returncode == 0 and f"\nfactor     {way}\n" in done.stdout
    assert asked(online) == [SIGNIN, SEND[way], V2[way], V2[way]]


@pytest.mark.parametrize("lines, words", [([], "no code on standard input"), (["x" * 200], "too long")])
def test_no_code(online, lines, words):
    configure(online, "second_factor = required")
    done = log_in(online, "tina", PASSWORD, *lines)
    assert done.returncode == 7 and words in done.stderr and "verdict    DENIED" in done.stdout
    assert asked(online) == [SIGNIN, LIST]


def test_who_has_none(online):
    configure(online, "second_factor = required", "mfa = ask")
    done = log_in(online, "alice", "correct horse")
    assert done.returncode == 7 and "STEP_NEEDED" in done.stdout and "advice     the user signs in" in done.stdout
    assert "factor     " not in done.stdout
    done = log_in(online, "faye", PASSWORD)
    assert done.returncode == 7 and "none that can be asked for" in done.stdout and "apiCode 1636" in done.stdout


@pytest.mark.parametrize("user", ["tina", "mona"])
def test_unless_it_is_set_nothing_is_asked(online, user):
    done = log_in(online, user, PASSWORD, code_of(online, user))
    assert done.returncode == (0 if user == "tina" else 7) and "factor     " not in done.stdout
    assert asked(online) == [SIGNIN]


# prompts -> what is typed at each, how it ends
TYPED = {
    "the code": (["right"], 0), "wrong, then right": ([WRONG[0], "right"], 0), "three wrong": (WRONG, 7),
    "ctrl-d": (["\4"], 7), "ctrl-c": (["\3"], -signal.SIGINT), "nothing": (["\n"], 7)}


@pytest.mark.parametrize("typed, status", TYPED.values(), ids=TYPED)
def test_on_a_terminal(online, typed, status):
    """Asked for in the words of PAM, and shown as it is typed; the password is not."""
    configure(online, "second_factor = required")
    words = [conftest.GENAUTHCTL, *map(str, command(online, "tina"))]
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["LC_ALL"] = "C"
        signal.alarm(60)  # or the test would wait as long as it does
        # Tests that run in the background of a shell have inherited that it is ignored.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execv(words[0], words)
    shown, prompts = b"", []

    def read_until(words):
        nonlocal shown
        start = len(shown)
        while not shown[start:].endswith(words):
            shown += os.read(terminal, 1000)
        prompts.append(bool(termios.tcgetattr(terminal)[3] & termios.ECHO))

    read_until(b"GenAuth password: ")
    os.write(terminal, f"{PASSWORD}\n".encode())
    for number, keys in enumerate(typed):
        read_until(b"GenAuth refused that code. One-time code: " if number else b"\r\nGenAuth one-time code: ")
        keys = code_of(online, "tina") if keys == "right" else keys
        os.write(terminal, f"{keys}\n".encode() if keys.isdigit() else keys.encode())
    try:
        while piece := os.read(terminal, 1000):
            shown += piece
    except OSError:
        pass
    _, ended = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(ended) == status, shown
    assert prompts == [False] + [True] * len(typed) and PASSWORD.encode() not in shown
    assert (b"factor     otp" in shown) == (status >= 0)
    assert len(online.server.posts(VERIFY)) == sum(keys.isalnum() for keys in typed)


# ---- recordings ----

CANARY = "c4n4ry"


def canaries(online):
    """Whatever is somebody's has a canary in it, or is one of the texts returned."""
    secret = f"{CANARY}-secret"
    online.server.set_app(online.server.app_id, secret=secret)
    online.base = online.base.replace(online.server.app_secret, secret)
    for user in ("tina", "mona", "maya", "faye"):
        online.server.set_user(user, email=f"{user}@{CANARY}.example", phone="13988887777")
    online.server.set_user("maya", mfa_email=f"{CANARY}@{CANARY}.example", mfa_phone="13988886666")
    return [CANARY, "1398888", secret, online.server.app_id, online.server.host, "eyJ", PASSWORD, "tina", "mona", "maya",
            "faye", *WRONG, *[code_of(online, user) for user in ("tina", "mona", "maya")]]


def replayed(online, file, done):
    """The verdict, and the factor, are those of the login."""
    replay = online.run("explain", "--replay", file)
    assert replay.returncode == 0 and replay.stderr == "", replay
    for line in ("verdict", "factor"):
        assert re.findall(rf"(?m)^{line} +\w+", replay.stdout) == re.findall(rf"(?m)^{line} +\w+", done.stdout)
    return replay


def recorded(online, file, private, done):
    text = file.read_text()
    private = private + [entry["sent"]["code"] for entry in online.server.journal() if "sent" in entry]
    assert [word for word in private if word in text] == []
    exchanges = json.loads(text)["exchanges"]
    assert [exchange["request"]["path"] for exchange in exchanges] == asked(online)
    replayed(online, file, done)
    return [(exchange["request"].get("body"), exchange["response"]["body"]) for exchange in exchanges]


OTP, ASK, EXCHANGE = "second_factor = required", "mfa = ask", "mfa_token_exchange = yes"
# user, options, lines behind the password -> exit status, requests
LOGINS = {
    "right": ("tina", [OTP], ["right"], 0, [SIGNIN, LIST, VERIFY]),
    "wrong, then right": ("tina", [OTP], [WRONG[0], "right"], 0, [SIGNIN, LIST, VERIFY, VERIFY]),
    "what is not sent": ("tina", [OTP], ["no code!", WRONG[0], "right"], 0, [SIGNIN, LIST, VERIFY, VERIFY]),
    "three wrong": ("tina", [OTP], WRONG, 7, [SIGNIN, LIST, VERIFY, VERIFY, VERIFY]),
    "broken off": ("tina", [OTP], [], 7, [SIGNIN, LIST]),
    "broken off later": ("tina", [OTP], WRONG[:1], 7, [SIGNIN, LIST, VERIFY]),
    "no app": ("faye2", [OTP], [], 7, [SIGNIN, LIST]),
    "no app, and none needed": ("faye2", ["second_factor = if_enrolled"], [], 0, [SIGNIN, LIST]),
    "genauth's": ("mona", [ASK], [WRONG[0], "right"], 0, [SIGNIN, V2["otp"], V2["otp"]]),
    "genauth's, wrong": ("mona", [ASK], WRONG, 7, [SIGNIN, *[V2["otp"]] * 3]),
    "tokens": ("mona", [ASK, EXCHANGE], ["right"], 0, [SIGNIN, V2["otp"], TOKEN]),
    "refused": ("mona", [], [], 7, [SIGNIN]),
    "sms, broken off": ("maya", [ASK, "mfa_policy_order = SMS"], [], 7, [SIGNIN, SEND["sms"]]),
    "a face": ("faye", [ASK], [], 7, [SIGNIN]),
    "a wrong password": ("wrong", [OTP], [], 7, [SIGNIN]),
}


@pytest.mark.parametrize("user, options, lines, status, requests", LOGINS.values(), ids=LOGINS)
def test_a_recording(online, tmp_path, user, options, lines, status, requests):
    private = canaries(online)
    password = PASSWORD
    if user == "faye2":
        user = "faye"
        online.server.set_user("faye", mfa=None)
    elif user == "wrong":
        user, password = "tina", f"{CANARY}-password"
    configure(online, *options)
    lines = [code_of(online, user) if line == "right" else line for line in lines]
    done = log_in(online, user, password, *lines, words=("--record", tmp_path / "file"))
    assert done.returncode == status and asked(online) == requests, done
    bodies = recorded(online, tmp_path / "file", private, done)
    for request, reply in bodies[1:]:
        assert "<name" not in json.dumps([request, reply])
    if LIST in requests and status == 0 and lines:
        assert bodies[1][1]["data"][0]["factorType"] == "OTP"
        assert (bodies[-1][0], bodies[-1][1]["data"]) == ({"totp": "<digits>"}, {"verified": True})
    if V2["otp"] in requests and status == 0:
        assert bodies[2 - (EXCHANGE in options)][1]["code"] == 200 and bodies[0][1]["data"]["totpMfaEnabled"] is True
        assert list(bodies[0][1]["data"]["mfaToken"]) == ["<jwt>"]


@pytest.mark.parametrize("way, place", [("email", {"email": "<mail>"}),
                                        ("sms", {"phone": "+19999999999", "phoneCountryCode": "<digits>"})])
def test_a_recording_of_a_code_that_is_sent(online, tmp_path, way, place):
    private = canaries(online)
    configure(online, ASK, f"mfa_policy_order = {way.upper()}", EXCHANGE)
    done = log_in_when_sent(online, "maya", way, "--record", tmp_path / "file", before=WRONG[:1])
    assert done.returncode == 0, done
    signin, send, wrong, right, token = recorded(online, tmp_path / "file", private, done)
    assert send[0]["channel"] == "CHANNEL_VERIFY_MFA" and send[1]["statusCode"] == 200
    assert wrong[0] == right[0] == {**place, "code": "<digits>"}
    assert (wrong[1]["code"], right[1]["code"]) == (2001, 200) and right[1]["data"]["username"] == "<account>"
    assert token[1]["token_type"] == "Bearer"


@pytest.mark.parametrize("path, answer, status", [
    (LIST, {"body": "<html>"}, 9), (LIST, {"delay_ms": 60000}, 9), (VERIFY, {"close": "before-reply"}, 9),
    (VERIFY, {"merge": {"data": {"verified": "true"}}}, 9), (VERIFY, {"http": 429}, 9),
    (LIST, {"http": 404, "json": {"statusCode": 404, "message": ""}}, 3)])
def test_a_recording_of_what_went_wrong(online, tmp_path, path, answer, status):
    configure(online, OTP, "timeout = 2")
    online.server.set_answer(path, answer)
    done = log_in(online, "tina", PASSWORD, code_of(online, "tina"), words=("--record", tmp_path / "file"))
    assert done.returncode == status and ("\nfactor     otp\n" in done.stdout) == (path == VERIFY), done
    replayed(online, tmp_path / "file", done)


def test_a_recording_that_was_changed(online, tmp_path):
    """Another verdict is seen; and what is missing is no success."""
    configure(online, OTP)
    log_in(online, "tina", PASSWORD, code_of(online, "tina"), words=("--record", tmp_path / "file"))
    text = (tmp_path / "file").read_text()
    document = json.loads(text)
    for change in (text.replace('"verified": true', '"verified": false'), text.replace(VERIFY, "/elsewhere"),
                   json.dumps({**document, "exchanges": document["exchanges"][:1]}),
                   json.dumps({**document, "exchanges": document["exchanges"][::2]})):
        assert change != text
        (tmp_path / "changed").write_text(change)
        replay = online.run("explain", "--replay", tmp_path / "changed")
        assert replay.returncode == 1 and "the recorded verdict is OK" in replay.stderr


def test_recordings_of_before(online, tmp_path):
    """Nothing of second factors is in them."""
    log_in(online, "mona", PASSWORD, words=("--record", tmp_path / "file"))
    assert "second_factor" not in (tmp_path / "file").read_text() and '"mfa"' not in (tmp_path / "file").read_text()
    assert online.run("explain", "--replay", tmp_path / "file").returncode == 0
