"""genauthctl login: the verdict that PAM gets, its PAM code as exit status, and no secrets."""
import os
import pty
import termios
import time

import pytest

import conftest

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
    for words in ("OK: ", "PAM_SUCCESS (0)", "apiCode 0", "request    ", " tls ", '  username: "alice"'):
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


@pytest.mark.parametrize("words", [[], ["alice", "bob"], ["--nonsense", "alice"]])
def test_usage(online, words):
    assert online.run("login", *words).returncode == 2


def test_terminal(online):
    """Asked for without echo, and the echo is back afterwards, also after an interrupt."""
    command = [conftest.GENAUTHCTL, "login", "alice", "--any-user", "--conf", str(online.conf)]
    for keys, code in ((PASSWORD.encode() + b"\n", 0), (b"half\x03", None)):
        pid, terminal = pty.fork()
        if pid == 0:
            os.environ["LC_ALL"] = "C"
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
        assert os.WIFSIGNALED(status) if code is None else os.waitstatus_to_exitcode(status) == code
