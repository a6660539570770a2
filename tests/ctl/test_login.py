"""genauthctl login: the verdict that PAM gets, its PAM code as exit status, and no secrets."""
import json
import os
import pathlib
import pty
import re
import resource
import signal
import subprocess
import termios
import time

import pexpect
import pytest

import codes
import conftest
from dialogue import heed_keys

PASSWORD = "correct horse"

# account -> exit status, PAM code, verdict, reason
TABLE = {
    "locked": (11, "PAM_MAXTRIES", "LOCKED", "the account is locked"),
    "captcha": (11, "PAM_MAXTRIES", "LOCKED", "captcha"),
    "disabled": (6, "PAM_PERM_DENIED", "DISABLED", "disabled"),
    "app-denied": (6, "PAM_PERM_DENIED", "DISABLED", "no access"),
    "mustchange": (7, "PAM_AUTH_ERR", "PASSWORD_CHANGE", "first sign-in"),
    "mfa": (7, "PAM_AUTH_ERR", "STEP_NEEDED", "second factor"),
    "throttled": (9, "PAM_AUTHINFO_UNAVAIL", "THROTTLED", "too many requests"),
    "maintenance": (9, "PAM_AUTHINFO_UNAVAIL", "UNAVAILABLE", "maintenance"),
    "nobody-knows": (7, "PAM_AUTH_ERR", "DENIED", "no such account"),
}


def login(world, user, *words, password=PASSWORD, **more):
    return world.run("login", user, "--any-user", "--password-stdin", "--conf", world.conf, "--pam-dir", world.pam,
                     *words, input=password + "\n", **more)


def test_accepted(online):
    done = login(online, "alice")
    assert done.returncode == 0 and done.stderr == ""
    for words in ("OK: ", "PAM_SUCCESS (0)", "apiCode 0", "request    ", " tls ", '  name: "Alice Example"'):
        assert words in done.stdout
    post, = online.server.posts()
    assert post["body"]["passwordPayload"] == {"account": "alice", "password": PASSWORD}
    assert PASSWORD not in done.stdout and "eyJ" not in done.stdout


def test_tokens_only_when_asked_for(online):
    done = login(online, "alice", "--show-tokens")
    assert "id_token\n  eyJ" in done.stdout and "access_token\n  " in done.stdout


@pytest.mark.parametrize("account", TABLE)
def test_verdicts(online, account):
    status, code, verdict, reason = TABLE[account]
    done = login(online, account, password="correct staple")
    assert done.returncode == status
    assert f"verdict    {verdict}: " in done.stdout and f"PAM code   {code} ({status})" in done.stdout
    assert reason in done.stdout and "claims" not in done.stdout
    assert verdict == "DENIED" or "advice     " in done.stdout


def test_wrong_password(online):
    done = login(online, "alice", password="wrong")
    assert done.returncode == 7 and "apiCode 2333" in done.stdout and len(online.server.posts()) == 1


def test_the_key_is_cached_as_for_pam(online):
    online.write_conf(online.conf.read_text() + "password_encrypt_type = rsa\n")
    for methods in (["GET", "POST"], ["POST"]):
        online.server.clear_journal()
        assert login(online, "alice").returncode == 0
        assert [entry["method"] for entry in online.server.journal()] == methods


def test_it_is_the_helper_that_logs_in(online, moved):
    """What is wrong with genauth-signin is wrong with login."""
    helper = moved["helper"]
    helper.unlink()
    assert "genauth-signin: No such file" in login(online, "alice").stdout
    helper.write_text("#!/bin/sh\nexit 1\n")
    helper.chmod(0o755)
    done = login(online, "alice")
    assert done.returncode == 4 and "INTERNAL" in done.stdout and "genauth-signin" in done.stdout
    assert online.server.connections() == 0


def test_a_token_that_cannot_be_exported(online):
    """It is not shown either; the terminal gets none of its bytes."""
    online.server.set_user("alice", answer={"http": 200, "body": json.dumps(
        {"statusCode": 200, "message": "ok", "requestId": "x", "data": {
            "access_token": "a\x1b]0;owned\x07\x1b[31m", "token_type": "Bearer", "expire_in": 100, "scope": "openid"}})})
    done = login(online, "alice", "--show-tokens")
    assert done.returncode == 0 and "access_token" not in done.stdout and "\x1b" not in done.stdout


def test_the_environment_has_no_say(online):
    """Neither over login, nor over check, which speaks to GenAuth as root."""
    log, conf = online.folder / "keys", online.folder / "openssl.cnf"
    conf.write_text("openssl_conf=i\n[i]\nssl_conf=s\n[s]\nsystem_default=d\n[d]\nMinProtocol=TLSv1.3\n"
                    "MaxProtocol=TLSv1.2\n")
    env = {"SSLKEYLOGFILE": str(log), "OPENSSL_CONF": str(conf), "https_proxy": "http://localhost:1"}
    assert login(online, "alice", env=env).returncode == 0
    done = online.run("check", "--conf", online.conf, "--pam-dir", online.pam, "--sshd-config", online.sshd_config, env=env)
    assert done.returncode == 0, done.stdout
    assert not log.exists()


def dumps_on_quit():
    """Also below a shell that has started us in the background."""
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30))


def test_no_core_dump(online):
    """With a password and the application's secret in it."""
    process = subprocess.Popen([conftest.GENAUTHCTL, "login", "alice", "--any-user", "--password-stdin", "--conf",
                                online.conf], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=online.folder,
                               preexec_fn=dumps_on_quit)
    time.sleep(0.3)
    limits = pathlib.Path(f"/proc/{process.pid}/limits").read_text()
    assert " ".join(limits.split("Max core file size")[1].split()[:2]) == "0 0"
    process.send_signal(signal.SIGQUIT)
    _, status = os.waitpid(process.pid, 0)
    assert os.WIFSIGNALED(status) and not os.WCOREDUMP(status)
    process.returncode = 0


def test_stopped_at_the_prompt(online):
    """^Z gives the echo back; after fg it is gone again, and the prompt is back."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(LC_ALL="C", PS1="READY ")
        signal.alarm(60)  # or the test would wait as long as it does
        os.execvp("dash", ["dash", "-i"])

    def read_until(text):
        shown = b""
        end = time.monotonic() + 10
        while text not in shown:
            assert time.monotonic() < end, shown
            shown += os.read(terminal, 1000)
        time.sleep(0.2)

    def has_echo():
        return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)

    read_until(b"READY ")
    os.write(terminal, f"{conftest.GENAUTHCTL} login alice --any-user --conf {online.conf}\n".encode())
    read_until(b"GenAuth password: ")
    assert not has_echo()
    os.write(terminal, b"half\x1a")
    read_until(b"READY ")
    assert has_echo()
    os.write(terminal, b"fg\n")
    read_until(b"GenAuth password: ")
    assert not has_echo()
    os.write(terminal, PASSWORD.encode() + b"\n")
    read_until(b"verdict    OK")
    os.write(terminal, b"exit\n")
    os.close(terminal)
    os.waitpid(pid, 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_right_behind_the_prompt(online, number):
    """It comes before it can be waited for, and is not lost."""
    child = pexpect.spawn(str(conftest.GENAUTHCTL), ["login", "alice", "--any-user", "--conf", str(online.conf)], timeout=20,
                          preexec_fn=heed_keys, env={"LD_PRELOAD": str(conftest.BUILD / "tests/ctl/.libs/interrupt.so"),
                                                     "INTERRUPT": str(int(number)), "LC_ALL": "C"})
    child.expect(pexpect.EOF)
    child.close()
    assert b"GenAuth password: " in child.before and child.signalstatus == number


def test_identity(online):
    """What the log says, and whose token it was."""
    assert "identity" not in login(online, "alice").stdout
    online.write_conf(online.base + "identity = required\n")
    done = login(online, "alice")
    assert done.returncode == 0 and "identity   proven: the id_token names the account\nsub        " in done.stdout
    online.server.set_user("alice", answer={"id_token": {"claims": {"username": "mallory", "sub": "mallory-1"}}})
    done = login(online, "alice")
    assert done.returncode == 7 and "identity   unproven\nsub        mallory-1\n" in done.stdout
    assert "username is not the account" in done.stdout and "claims" not in done.stdout and "advice" not in done.stdout


@pytest.mark.parametrize("option, proven, status", [("required", 0, 4), ("required", 1, 0), ("if_present", 0, 0)])
def test_an_ok_without_the_proof_is_none(online, moved, option, proven, status):
    online.write_conf(online.base + f"identity = {option}\n")
    conftest.take_over(moved, conftest.says_yes(proven=proven))
    done = login(online, "alice", "--show-tokens")
    assert done.returncode == status
    assert ("has proven nothing" in done.stdout) == (status == 4) and ("a.b.c" in done.stdout) == (status == 0)


CANARY = "c4n4ry"


def canaries(online):
    """A tenant in which everything that is somebody's has a canary in it."""
    mail, phone = f"{CANARY}@{CANARY}.example", "13988887777"
    secret = f"{CANARY}-secret"
    online.server.set_app(online.server.app_id, secret=secret)
    online.write_conf(online.base.replace(online.server.app_secret, secret) + "scope = openid profile email phone\n")
    online.server.set_user(f"{CANARY}-user", password=f"{CANARY}-password", email=mail, phone=phone)
    return [CANARY, phone, secret, online.server.app_id, online.server.host, "eyJ"]


def recorded(online, user, password, file, status, **answer):
    if answer:
        online.server.set_user(user, answer=answer)
    done = login(online, user, "--record", file, password=password)
    assert done.returncode == status and "read it before" in done.stdout, done.stdout + done.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    replay = online.run("explain", "--replay", file)
    assert replay.returncode == 0, replay.stderr
    verdict = re.search(r"^verdict +(\w+):", done.stdout, re.MULTILINE)[1]
    assert f"verdict    {verdict}: " in replay.stdout
    return file.read_text(), json.loads(file.read_text())


def test_a_recording_shows_nothing_private(online, tmp_path):
    private, user = canaries(online), f"{CANARY}-user"
    files = [recorded(online, user, f"{CANARY}-password", tmp_path / "good", 0),
             recorded(online, user, "wrong", tmp_path / "wrong", 7),
             recorded(online, user, f"{CANARY}-password", tmp_path / "mfa", 7, statusCode=403, apiCode=1636),
             recorded(online, user, f"{CANARY}-password", tmp_path / "other", 7, id_token={"claims": {"username": "mallory"}}),
             recorded(online, user, f"{CANARY}-password", tmp_path / "html", 9, http=502, body=f"<html>{CANARY}")]
    for text, document in files:
        assert [word for word in private if word in text] == []
    good, wrong, mfa, other, html = (document["exchanges"][0] for text, document in files)
    assert good["request"]["method"] == "POST" and good["request"]["path"] == "/api/v3/signin"
    assert "x-authing-app-id" in good["request"]["headers"] and "date" in good["response"]["headers"]
    assert good["response"]["http_status"] == 200 and good["times"]["tls_ms"] >= 0
    claims = good["response"]["body"]["data"]["id_token"]["<jwt>"]["claims"]
    assert claims["preferred_username"] == "<account>" and claims["email"] == "<mail>" and claims["phone_number"] == "+19999999999"
    assert claims["email_verified"] is True and claims["iss"] == "<app_host>/oidc" and claims["picture"] is None
    assert wrong["response"]["body"]["apiCode"] == 2333 and wrong["response"]["body"]["data"] == {"remainCount": 4}
    assert mfa["response"]["body"]["data"]["applicationMfa"] == [{"mfaPolicy": "OTP", "status": 1, "sort": 0}]
    assert mfa["response"]["body"]["data"]["mfaToken"] == "<string>"
    assert "no JSON" in html["response"]["body"] and html["response"]["http_status"] == 502


@pytest.mark.parametrize("options, row, path", [
    ("second_factor = required\n", {}, "/api/v3/mfa-totp-verify"),
    ("mfa = ask\nmfa_token_exchange = yes\n", {"mfa": "user"}, "/api/v2/mfa/totp/verify")])
def test_a_recording_shows_no_code(online, tmp_path, options, row, path):
    """Neither the code, nor whose it is, nor any of the tokens."""
    private, user, secret, now = canaries(online), f"{CANARY}-user", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1700000000
    online.write_conf(online.conf.read_text() + options)
    online.server.set_user(user, totp_secret=secret, **row)
    online.server.set_mfa(totp_time=now)
    code, file = codes.totp(secret, now), tmp_path / "file"
    done = login(online, user, "--record", file, password=f"{CANARY}-password\n{code}")
    assert done.returncode == 0 and [entry["body"]["totp"] for entry in online.server.posts(path)] == [code]
    assert [word for word in [*private, code] if word in file.read_text()] == [] and code not in done.stdout


# common/message.h: EXCHANGE with one value of the name json.
EVIL = """
def send(text):
    say(4, json=text)
try:
    %s
except OSError:
    pass
"""


@pytest.mark.parametrize("attack", [
    'while True: send(b\'{"request":{"path":"/api/v3/signin"},"a":[\' + b"[],"*20000 + b"[]]}")',
    'while True: send(b"{}")'])
def test_a_helper_that_never_comes_to_an_end(online, moved, tmp_path, attack):
    """It holds nobody beyond the time limit, and fills no memory."""
    conftest.take_over(moved, EVIL % attack)
    online.write_conf(online.base + "timeout = 2\n")
    start = time.monotonic()
    done = login(online, "alice", "--record", tmp_path / "file")
    assert done.returncode == 4 and "INTERNAL" in done.stdout and time.monotonic() - start < 10


def test_a_helper_that_writes_what_it_likes(online, moved, tmp_path):
    secret = '{"request":{"path":"/api/v3/signin","headers":["hunter2"],"body":{"message":"hunter2","hunter2":1}},"note":"hunter2"}'
    conftest.take_over(moved, EVIL % f"send({secret.encode()!r})")
    done = login(online, "alice", "--record", tmp_path / "file")
    assert done.returncode == 4 and "hunter2" not in (tmp_path / "file").read_text() and "<name 1>" in (tmp_path / "file").read_text()


def test_a_recording_of_an_encrypted_password(online, tmp_path):
    online.write_conf(online.base + "password_encrypt_type = rsa\n")
    text, document = recorded(online, "alice", PASSWORD, tmp_path / "file", 0)
    system, signin = document["exchanges"]
    assert system["request"] == {"method": "GET", "path": "/api/v3/system", "headers": system["request"]["headers"]}
    assert system["response"]["body"]["rsa"]["publicKey"].startswith("-----BEGIN PUBLIC KEY")
    assert signin["request"]["body"]["passwordPayload"] == {"account": "<account>", "password": "<password>"}


@pytest.mark.parametrize("claims, status", [({}, 0), ({"username": "mallory"}, 7), ({"aud": "other"}, 7),
                                            ({"aud": None}, 7), ({"exp": 1000000000}, 7), ({"exp": 99999999999.5}, 0)])
def test_a_recording_with_identity(online, tmp_path, claims, status):
    """It is judged by what the option was, and by when it was made."""
    online.write_conf(online.base + "identity = required\n")
    text, document = recorded(online, "alice", PASSWORD, tmp_path / "file", status, id_token={"claims": claims})
    assert document["exchanges"][0]["identity"] == "required"
    assert online.server.app_id not in text and "mallory" not in text
    shown = document["exchanges"][0]["response"]["body"]["data"]["id_token"]["<jwt>"]["claims"]
    assert shown["exp"] == (0 if claims.get("exp") == 1000000000 else 99999999999) and shown["sub"] == "<string>"
    document["exchanges"][0]["identity"] = "if_present"
    (tmp_path / "other").write_text(json.dumps(document))
    other = online.run("explain", "--replay", tmp_path / "other")
    assert ("verdict    OK" in other.stdout) == ("username" not in claims)


def test_a_recording_without_a_reply(online, tmp_path):
    online.write_conf(online.base.replace(f":{online.server.port}", ":1"))
    done = login(online, "alice", "--record", tmp_path / "file")
    exchange, = json.loads((tmp_path / "file").read_text())["exchanges"]
    assert done.returncode == 9 and "connect" in exchange["error"] and "localhost" not in (tmp_path / "file").read_text()
    replay = online.run("explain", "--replay", tmp_path / "file")
    assert replay.returncode == 2 and "no sign-in with a reply" in replay.stderr


def test_nothing_sent_is_nothing_recorded(online, tmp_path):
    done = online.run("login", "root", "--password-stdin", "--conf", online.conf, "--record", tmp_path / "file", input="x\n")
    assert done.returncode == 10 and "nothing was sent" in done.stdout and not (tmp_path / "file").exists()


def test_a_recording_overwrites_nothing(online, tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("file", "link"):
        done = login(online, "alice", "--record", tmp_path / name)
        assert done.returncode == 2 and "exists" in done.stderr and online.server.connections() == 0
    assert (tmp_path / "file").read_text() == "mine" and not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"exchanges": 7}', '{"exchanges": [7, null, {}]}', "x" * 2000000])
def test_files_that_are_no_recordings(online, tmp_path, content):
    (tmp_path / "file").write_text(content)
    done = online.run("explain", "--replay", tmp_path / "file")
    assert done.returncode == 2 and str(tmp_path / "file") in done.stderr and done.stdout == ""
    assert online.run("explain", "--replay", tmp_path / "none").returncode == 2


@pytest.mark.parametrize("path", sorted((conftest.SOURCE / "tests/vectors/replies").glob("*.json")), ids=lambda path: path.stem)
def test_printed_replies_are_replayed(online, tmp_path, path):
    assert online.run("explain", "--replay", path).returncode == 0
    (tmp_path / "file").write_text(path.read_text().replace('"verdict": "', '"verdict": "X'))
    done = online.run("explain", "--replay", tmp_path / "file")
    assert done.returncode == 1 and "recorded verdict" in done.stderr


def test_unreachable(online):
    online.write_conf(online.base.replace(f":{online.server.port}", ":1"))
    done = login(online, "alice")
    assert done.returncode == 9 and "UNAVAILABLE" in done.stdout


def test_config(online):
    online.write_conf(online.base + "nonsense = 1\n")
    done = login(online, "alice")
    assert done.returncode == 3 and "CONFIG" in done.stdout and f"{online.conf}:5: unknown key" in done.stderr
    online.write_conf(online.base.replace(online.server.app_secret, "another"))
    done = login(online, "alice")
    assert done.returncode == 3 and "another" not in done.stdout + done.stderr


@pytest.mark.parametrize("user, reason", [("root", "uid 0"), ("no-such-user", "not known"), ("daemon", "no login"),
                                          ("a;b", "characters")])
def test_users_who_are_not_served(online, user, reason):
    online.write_conf(online.base + "min_uid = 1\n")
    done = online.run("login", user, "--password-stdin", "--conf", online.conf, input=PASSWORD + "\n")
    assert done.returncode == 10 and "SKIP" in done.stdout and reason in done.stdout
    assert online.server.connections() == 0


@pytest.mark.parametrize("lists, words, status, reason", [
    ("allow_users = daemon\n", [], 10, "the user is not in allow_users"),
    ("deny_groups = no-such-group\n", [], 3, "this host knows no group no-such-group"),
    ("allow_hosts = 192.0.2.0/24\n", [], 10, "a local login, and allow_hosts has no word local"),
    ("allow_hosts = 192.0.2.0/24\n", ["--rhost", "198.51.100.1"], 10, "the address is not in allow_hosts"),
    ("allow_hosts = 192.0.2.0/24\n", ["--rhost", "host.example"], 10, "the host is named"),
    ("allow_hosts = local\n", ["--rhost", "192.0.2.1"], 10, "the address is not in allow_hosts"),
    ("allow_hosts = 192.0.2.0/24\n", ["--rhost", "192.0.2.1"], 0, "accepted"),
    ("allow_hosts = local\n", ["--rhost", ""], 0, "accepted"),
    ("allow_users = daemon\nallow_hosts = 192.0.2.0/24\n", ["--any-user"], 0, "accepted"),
    ("[sudo]\ndeny_users = sync\n", ["--service", "sudo"], 10, "the user is in deny_users"),
])
def test_lists(online, lists, words, status, reason):
    """As the module has them, and as somebody from there."""
    online.write_conf(online.base + "min_uid = 1\n" + lists)
    online.server.set_user("sync", password=PASSWORD)
    done = online.run("login", "sync", "--password-stdin", "--conf", online.conf, "--pam-dir", online.pam, *words,
                      input=PASSWORD + "\n")
    assert done.returncode == status and reason in done.stdout, done.stdout
    assert online.server.connections() == (1 if status == 0 else 0)
    if "192.0.2.1" in words and status == 0:
        assert online.server.posts()[0]["body"]["options"]["clientIp"] == "192.0.2.1"


def test_a_user_of_this_host(online):
    """sync, because Debian gives it a shell that is not nologin."""
    online.write_conf(online.base + "min_uid = 1\n")
    online.server.set_user("sync", password=PASSWORD)
    done = online.run("login", "sync", "--password-stdin", "--conf", online.conf, input=PASSWORD + "\n")
    assert done.returncode == 0, done.stdout


def test_section_and_account_format(online):
    online.write_conf(online.base + "[sudo]\naccount_format = %u@example.com\n")
    assert login(online, "alice", "--service", "sudo").returncode == 0
    assert online.server.posts()[0]["body"]["passwordPayload"]["account"] == "alice@example.com"


def test_arguments_of_the_line(online):
    online.write_stack("sshd", conftest.GOOD.replace("use_first_pass", "use_first_pass account_format=%u@example.com"))
    login(online, "alice", "--service", "sshd")
    login(online, "alice")
    assert [post["body"]["passwordPayload"]["account"] for post in online.server.posts()] == [
        "alice@example.com", "alice"]


def deep(folder, name):
    """A path of 1024 bytes in that folder."""
    path = str(folder)
    while 1024 - len(path) > 200 + len(name):
        path += "/" + "d" * 99
    path += "/" + "e" * (1024 - len(path) - len(name) - 2)
    pathlib.Path(path).mkdir(parents=True, exist_ok=True)
    return pathlib.Path(path) / name


def test_the_longest_values_of_the_manual(online):
    """From the file through the helper to GenAuth."""
    ca_file, secret = deep(online.folder, "ca.pem"), deep(online.folder, "secret")
    ca_file.write_text(pathlib.Path(online.server.ready["ca_file"]).read_text())
    secret.write_text(online.server.app_secret)
    secret.chmod(0o600)
    scope = "openid profile ".ljust(256, "x")
    online.write_conf(f"app_host = {online.server.host}\napp_id = {online.server.app_id}\napp_secret_file = {secret}\n"
                      f"ca_file = {ca_file}\nca_path = {deep(online.folder, 'c').parent}\nscope = {scope}\n"
                      f"account_format = {'%%' * 63}%u\nprompt = {'p' * 128}\n[sshd]\naccount_format = %u\n")
    assert [len(str(path)) for path in (ca_file, secret)] == [1024, 1024]
    done = login(online, "alice", "--service", "sshd")
    assert done.returncode == 0, done
    assert online.server.posts()[0]["body"]["options"]["scope"] == scope


@pytest.mark.parametrize("kind", ["rsa", "sm2"])
def test_encrypted_password(online, kind):
    online.write_conf(online.base + f"password_encrypt_type = {kind}\n")
    assert login(online, "alice").returncode == 0


@pytest.mark.parametrize("password", ["", "\b\n\r\177INCORRECT"[:2], "x" * 600])
def test_passwords_that_are_never_sent(online, password):
    assert login(online, "alice", password=password).returncode in (7, 2)
    assert online.server.posts() == []


def test_foreign_text_cannot_steer_the_terminal(online):
    online.server.set_user("alice", answer={"id_token": {"claims": {"name": "\x1b[31m\x9b2J"}}})
    done = login(online, "alice")
    assert "username" in done.stdout and "\x1b" not in done.stdout and "\x9b" not in done.stdout


def test_no_password(online):
    done = online.run("login", "alice", "--any-user", "--password-stdin", "--conf", online.conf)
    assert done.returncode == 2 and "no password" in done.stderr


@pytest.mark.parametrize("what", ["ca_file", "client_key", "ca_path", "helper"])
def test_no_password_is_asked_for_in_vain(online, moved, what):
    """What is wrong on this host is said at once: no password is read, and there is none here."""
    if what == "helper":
        moved["helper"].unlink()
    else:
        more = "client_cert = /nowhere/x\n" if what == "client_key" else ""
        online.write_conf(online.base.replace("ca_file", "#") + f"{what} = /nowhere/x\n{more}")
    done = online.run("login", "alice", "--any-user", "--conf", online.conf, input="")
    assert done.stderr == "" and ("/nowhere" in done.stdout or "genauth-signin" in done.stdout)
    assert done.returncode == (4 if what == "helper" else 3)


@pytest.mark.parametrize("closed", ["conf", "key", "nothing"])
def test_as_somebody_else_than_root(online, closed):
    """Who may not read the files is told who may."""
    key = online.folder / "key.pem"
    key.write_text("x")
    key.chmod(0o600)
    more = f"client_cert = {online.server.ready['ca_file']}\nclient_key = {key}\n" if closed == "key" else "x = 1\n"
    online.write_conf(f"app_host = {online.server.host}\napp_id = x\n{more}", 0o600 if closed == "conf" else 0o644)
    for folder in [online.folder, *online.folder.parents][:-1]:
        folder.chmod(folder.stat().st_mode | 0o055)
    done = subprocess.run(["setpriv", "--reuid", "65534", "--clear-groups", conftest.GENAUTHCTL, "login", "alice",
                           "--any-user", "--conf", online.conf], capture_output=True, text=True, input="")
    if "setpriv" in done.stderr or "execv" in done.stderr:
        pytest.skip("the build folder is closed to others")
    assert done.returncode == 3 and ("run this as root" in done.stdout + done.stderr) == (closed != "nothing"), done


@pytest.mark.parametrize("words", [[], ["alice", "bob"], ["--nonsense", "alice"]])
def test_usage(online, words):
    done = online.run("login", *words)
    assert done.returncode == 2
    if "--nonsense" not in words:
        assert "one user must be named\nusage: genauthctl login USER" in done.stderr


def test_terminal(online):
    """Asked for without echo, and the echo is back afterwards, also after an interrupt."""
    command = [conftest.GENAUTHCTL, "login", "alice", "--any-user", "--conf", str(online.conf)]
    for keys, code in ((PASSWORD.encode() + b"\n", 0), (b"half\x03", -signal.SIGINT)):
        pid, terminal = pty.fork()
        if pid == 0:
            os.environ["LC_ALL"] = "C"
            signal.alarm(60)  # or the test would wait as long as it does
            # Tests that run in the background of a shell have inherited that it is ignored.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execv(command[0], command)
        shown = os.read(terminal, 1000)
        assert b"GenAuth password: " in shown
        time.sleep(0.1)
        os.write(terminal, keys)
        try:
            while piece := os.read(terminal, 1000):
                shown += piece
                state = termios.tcgetattr(terminal)[3]
        except OSError:
            pass
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        assert state & termios.ECHO and b"horse" not in shown and b"half" not in shown
        assert os.waitstatus_to_exitcode(status) == code, shown


def test_roles_and_groups(online):
    """As PAM would get it; and what of them the user has."""
    online.write_conf(online.base + "require_roles = nothing auditor linux-admin\n[sudo]\nrequire_groups = nothing\n")
    done = login(online, "rosa", password="correct saddle")
    assert done.returncode == 0 and "\nroles      auditor,linux-admin\n" in done.stdout and "groups  " not in done.stdout
    done = login(online, "rosa", "--service", "sudo", password="correct saddle")
    assert done.returncode == 6 and "\nreason     not in any of require_groups\n" in done.stdout
    assert "\ngroups     -\n" in done.stdout and "\nadvice     grant access, or a role" in done.stdout


def test_a_recording_of_roles(online, tmp_path):
    """Their codes and the namespace are the tenant's own."""
    online.server.set_user("rosa", roles=[{"code": CANARY, "namespace": f"{CANARY}-space"}])
    online.write_conf(online.base + f"require_roles = {CANARY}\nroles_namespace = {CANARY}-space\nrequire_groups = on-call\n")
    text, document = recorded(online, "rosa", "correct saddle", tmp_path / "file", 0)
    signin, roles, groups = document["exchanges"]
    assert CANARY not in text and "on-call" not in text and "eyJ" not in text
    assert (roles["request"]["method"], roles["request"]["path"]) == ("GET", "/api/v3/get-my-role-list")
    assert (groups["request"]["method"], groups["request"]["path"]) == ("GET", "/api/v3/get-my-group-list")
    item, = roles["response"]["body"]["data"]
    assert item["status"] == "ENABLE" and item["disableTime"] is None and item["code"] == item["namespace"] == "<string>"


# common/message.h: RESULT, as it was before there were roles.
OLD = """
say(6, verdict=b"OK", reason=b"accepted", request_id=b"", factor=b"none", sub=b"", %s**{name: b"0" for name in (
    "http_status", "status_code", "api_code", "dns_ms", "connect_ms", "tls_ms", "wait_ms", "proven")})
"""


@pytest.mark.parametrize("options, said, status", [
    ("", "", 0), ("require_roles = ops\n", "", 4), ("require_groups = ops\n", "", 4),
    ("require_roles = ops\n", 'roles=b"ops", ', 0), ("require_groups = ops\n", 'roles=b"ops", ', 4),
    ("require_roles = ops\n", 'roles=b"-", ', 4),
    ("require_roles = ops\nrequire_groups = ops\n", 'roles=b"ops", ', 4)])
def test_a_helper_that_does_not_ask_for_roles(online, moved, options, said, status):
    """It knows nothing of them, or forgets them: nobody gets in where they are demanded."""
    conftest.take_over(moved, OLD % said)
    online.write_conf(online.base + options)
    done = login(online, "alice")
    assert done.returncode == status and (status == 0) == ("names no role or group" not in done.stdout)
