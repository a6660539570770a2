"""Second factors at the prompts of real programs."""

import itertools
import pathlib
import re
import shutil
import subprocess

import pytest

import hosts
import machine
from codes import last_code, totp
from dialogue import CTRL_C, CTRL_D, login, ssh, su, sudo
from machine import ALICE, BOB, WRONG, write_conf, write_stack
from sshd import wait_until

SIGNIN, LIST, VERIFY = "/api/v3/signin", "/api/v3/list-enrolled-factors", "/api/v3/mfa-totp-verify"
SEND, EMAIL = "/api/v3/send-email", "/api/v2/applications/mfa/email/verify"
PROMPT = "GenAuth one-time code: "
AGAIN = "GenAuth refused that code. One-time code: "
# The stand-in's time: none of the wrong codes is right by chance.
NOW = 1_700_000_000
SECRETS = {"alice": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "bob": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}
CODES = {user: totp(secret, NOW) for user, secret in SECRETS.items()}
BAD = ["000001", "000002", "000003"]


@pytest.fixture(params=["", "prepare"], ids=["", "prepared"])
def prepare(request):
    """Whether a line with that flag comes before."""
    for service in machine.SERVICES:
        lines = [f"optional {machine.MODULE} prepare"] if request.param else []
        write_stack(service, *lines, f"sufficient {machine.MODULE}", "required pam_deny.so")


@pytest.fixture(autouse=True)
def factors(standin, syslog, tmp_path):
    """Both have an authenticator app, and this host wants its codes."""
    for user, secret in SECRETS.items():
        standin.set_user(user, totp_secret=secret)
    standin.set_mfa(totp_time=NOW)
    write_conf(standin, second_factor="required")
    yield
    sent = [entry["sent"]["code"] for entry in standin.journal() if "sent" in entry]
    logs = [syslog.text(), *[log.read_text(errors="replace") for log in tmp_path.glob("sshd*/log")]]
    for code, log in itertools.product([*CODES.values(), *BAD, *sent], logs):
        assert code not in re.sub("request_id=[^ ]*", "", log)
    for entry in standin.journal():
        assert entry["path"] == SIGNIN or not any(word in str(entry["body"]) for word in (ALICE, BOB))


def asked(standin):
    """What GenAuth was asked, but for what makes connections ready."""
    return [entry["path"] for entry in standin.journal() if entry["path"] != "/api/v3/system"]


class Ssh:
    user, service = "alice", "sshd"

    def __init__(self, start_sshd):
        self.port = start_sshd().port

    def enter(self, *answers):
        return ssh(self.port, self.user, ALICE, *answers, method="keyboard-interactive", tries=1)

    def is_in(self, result):
        return (result.status, result.lines[-1]) == (0, "alice")


class Sudo:
    user, service = "alice", "sudo"

    def enter(self, *answers):
        return sudo(self.user, ALICE, *answers)

    def is_in(self, result):
        return (result.status, result.lines[-1]) == (0, "root")


class Su:
    user, service = "bob", "su"

    def enter(self, *answers):
        return su("alice", self.user, BOB, *answers)

    def is_in(self, result):
        return (result.status, result.lines[-1]) == (0, "bob")


class Login:
    user, service = "alice", "login"

    def enter(self, *answers):
        return login(self.user, ALICE, *answers)

    def is_in(self, result):
        return result.lines[-2:] == ["logged in as", "alice"]


@pytest.fixture(params=[Ssh, Sudo, Su, Login], ids=lambda kind: kind.service)
def program(request, profiles):
    if request.param is Ssh:
        return Ssh(request.getfixturevalue("start_sshd"))
    return request.param()


def prompts(result):
    """The client of ssh says before each prompt whose it is."""
    return [line.removeprefix("(alice@127.0.0.1) ") for line, echo in result.asked]


def test_the_right_code(program, standin, syslog, prepare):
    result = program.enter(CODES[program.user])
    assert program.is_in(result), result.screen
    assert prompts(result)[1:] == [PROMPT] and [echo for line, echo in result.asked] == [False, True]
    assert asked(standin) == [SIGNIN, LIST, VERIFY] and standin.connections() == 1
    [line] = syslog.verdicts(1)
    assert (line["verdict"], line["service"], line["factor"]) == ("OK", program.service, "otp")


def test_wrong_then_right(program, standin, syslog, prepare):
    result = program.enter(BAD[0], CODES[program.user])
    assert program.is_in(result), result.screen
    assert prompts(result)[1:] == [PROMPT, AGAIN] and asked(standin) == [SIGNIN, LIST, VERIFY, VERIFY]
    [line] = syslog.verdicts(1)
    assert (line["verdict"], line["factor"]) == ("OK", "otp")


def test_three_wrong(program, standin, syslog, prepare):
    """What comes then is the program's own: the next try, or the end."""
    result = program.enter(*BAD)
    assert not program.is_in(result) and result.status != 0 and "logged in" not in result.screen
    assert prompts(result)[1:4] == [PROMPT, AGAIN, AGAIN]
    assert asked(standin) == [SIGNIN, LIST, VERIFY, VERIFY, VERIFY]
    wait_until(lambda: syslog.verdict_lines(), syslog.text)
    assert 'verdict=DENIED' in syslog.verdict_lines()[0] and "mfa_tries" in syslog.verdict_lines()[0]
    assert " factor=otp " in syslog.verdict_lines()[0]


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["ctrl-c", "ctrl-d"])
def test_a_prompt_that_is_broken_off(program, standin, syslog, prepare, key):
    """No code goes out, nobody gets in; what was started ends, which is looked for after every test."""
    result = program.enter(key)
    assert not program.is_in(result) and result.status != 0 and "logged in" not in result.screen
    assert prompts(result)[1] == PROMPT and asked(standin) == [SIGNIN, LIST]
    assert "verdict=OK" not in syslog.text()


def test_a_code_by_mail(program, standin, syslog, prepare):
    write_conf(standin, mfa="ask", mfa_policy_order="EMAIL")
    standin.set_user(program.user, mfa="user", mfa_policies=["EMAIL"])
    result = program.enter("123", lambda: last_code(standin, "email"))
    assert program.is_in(result), result.screen
    place = f"{program.user[0]}***@e***: "
    assert prompts(result)[1:] == [f"GenAuth code sent by e-mail to {place}",
                                   f"GenAuth refused that code. Code sent by e-mail to {place}"]
    assert asked(standin) == [SIGNIN, SEND, EMAIL]
    [line] = syslog.verdicts(1)
    assert (line["verdict"], line["factor"]) == ("OK", "email")


def test_a_face_is_told_of(standin, start_sshd, syslog):
    """By those that show messages; sudo does not."""
    write_conf(standin, mfa="ask")
    standin.set_user("alice", mfa="user", enrolled_factors=["FACE"], mfa_policies=["FACE"])
    result = Ssh(start_sshd).enter()
    assert result.status == 255 and "GenAuth asks for one more step" in result.screen
    assert syslog.verdicts(1)[0]["verdict"] == "STEP_NEEDED"


# ---- sshd: what can ask ----

def test_the_method_password_cannot_ask(sshd, standin, syslog):
    result = ssh(sshd.port, "alice", ALICE, CODES["alice"], method="password", tries=1)
    assert result.status == 255 and result.prompts == 1 and "one-time" not in result.screen
    assert asked(standin) == [SIGNIN, LIST]
    [line] = syslog.verdicts(1)
    assert (line["verdict"], line["factor"]) == ("DENIED", "otp")
    assert "ssh asks for one with keyboard-interactive only" in syslog.text()


BOTH = "password,keyboard-interactive"


@pytest.mark.parametrize("lines, method, posts, is_in", [
    (["KbdInteractiveAuthentication no"], BOTH, 1, False),
    (["PasswordAuthentication no"], BOTH, 1, True),
    (["AuthenticationMethods keyboard-interactive"], BOTH, 1, True),
    (["AuthenticationMethods keyboard-interactive"], "password", 0, False),
    # The client's own order.
    ([], "keyboard-interactive,password", 1, True),
    (["PubkeyAuthentication yes", "AuthenticationMethods publickey keyboard-interactive"], "keyboard-interactive", 1, True),
    (["PubkeyAuthentication yes", "AuthenticationMethods publickey,keyboard-interactive"], "keyboard-interactive", 0, False)])
def test_methods(start_sshd, standin, lines, method, posts, is_in):
    sshd = start_sshd(*lines)
    answers = [ALICE] * posts + [CODES["alice"]]
    result = ssh(sshd.port, "alice", *answers, method=method, tries=1)
    assert (result.status == 0) == is_in, result.screen + sshd.log()
    assert len(standin.posts()) == posts and len(standin.posts(VERIFY)) == is_in


@pytest.fixture
def key(tmp_path):
    """alice's, which her account takes."""
    file, folder = tmp_path / "key", pathlib.Path("/run/home/alice/.ssh")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file], check=True)
    folder.mkdir(mode=0o755)
    (folder / "authorized_keys").write_text((tmp_path / "key.pub").read_text())
    yield file
    shutil.rmtree(folder)


@pytest.mark.parametrize("answers, is_in", [([ALICE, CODES["alice"]], True), ([ALICE, *BAD], False), ([], False)])
def test_a_key_and_a_factor(start_sshd, standin, key, answers, is_in):
    sshd = start_sshd("PubkeyAuthentication yes", "AuthenticationMethods publickey,keyboard-interactive")
    result = ssh(sshd.port, "alice", *answers, method="publickey,keyboard-interactive", tries=1, key=key)
    assert (result.status == 0) == is_in, result.screen
    assert len(standin.posts()) == (answers != [])


def test_a_key_alone_passes_by_genauth(start_sshd, standin, key):
    """As it does without a second factor: the manual, LIMITS."""
    sshd = start_sshd("PubkeyAuthentication yes")
    result = ssh(sshd.port, "alice", method="publickey", tries=1, key=key)
    assert result.status == 0 and result.prompts == 0 and standin.connections() == 0


def test_each_try_of_ssh_asks_for_both(sshd, standin):
    """sshd begins anew: the password, too, is asked for again."""
    standin.set_mfa(wrong_codes=100)
    result = ssh(sshd.port, "alice", ALICE, *BAD, ALICE, CODES["alice"], method="keyboard-interactive", tries=2)
    assert result.status == 0 and result.prompts == 6, result.screen
    assert asked(standin) == [SIGNIN, LIST, VERIFY, VERIFY, VERIFY, SIGNIN, LIST, VERIFY]


# ---- sudo: its own three tries ----

@pytest.mark.parametrize("tries, typed, is_in", [
    (1, [ALICE, BAD[0], ALICE, BAD[1], ALICE, CODES["alice"]], True),
    (1, [ALICE, BAD[0], ALICE, BAD[1], ALICE, BAD[2], ALICE], False),
    (2, [ALICE, *BAD[:2], ALICE, BAD[2], CODES["alice"]], True),
    # A wrong password brings no code.
    (3, [WRONG, ALICE, BAD[0], CODES["alice"]], True)])
def test_tries_of_sudo(standin, syslog, tries, typed, is_in):
    standin.set_mfa(wrong_codes=100)
    write_conf(standin, second_factor="required", mfa_tries=tries)
    result = sudo("alice", *typed)
    assert (result.status == 0) == is_in, result.screen
    passwords = [word for word in typed[:6] if word in (ALICE, WRONG)]
    assert len(standin.posts()) == len(passwords) <= 3 and result.prompts == len(typed[:6])
    assert len(standin.posts(VERIFY)) == len(typed[:6]) - len(passwords)
    assert len(syslog.verdicts(len(passwords))) == len(passwords)


def test_sudos_own_prompt_takes_the_place_of_ours(standin):
    """Nobody is told then what to type, but it works; and the code is shown, the password is not."""
    result = sudo("alice", ALICE, CODES["alice"], options=["-p", "custom: "], prompt="custom: $")
    assert result.status == 0 and result.asked == [("custom: ", False), ("custom: ", True)]


# ---- su: a caller who may kill it ----

def test_a_su_that_is_killed_at_the_code(standin, syslog):
    """Who has somebody's password and no code leaves lines: that it was tried, and that it was right."""
    result = su("alice", "bob", BOB, CTRL_C)
    assert result.status != 0 and asked(standin) == [SIGNIN, LIST]
    assert "asking GenAuth service=su user=bob caller_uid=20001" in syslog.text()
    assert "asking for a second factor service=su user=bob" in syslog.text()


def test_an_ssh_that_hangs_up_at_the_code(sshd, standin, syslog):
    result = ssh(sshd.port, "alice", ALICE, CTRL_C, method="keyboard-interactive", tries=1)
    assert result.status != 0 and asked(standin) == [SIGNIN, LIST]
    wait_until(lambda: "asking for a second factor service=sshd user=alice rhost=127.0.0.1" in syslog.text(), syslog.text)


# ---- programs that know one password and nothing else ----

@pytest.mark.parametrize("kind", [hosts.PostgreSQL, hosts.Apache, hosts.Nginx, hosts.Vsftpd], ids=lambda kind: kind.__name__)
def test_programs_that_cannot_ask(standin, syslog, kind):
    """Refused, with the reason in the log; and what such a program says in place of its user is no code."""
    if not kind.is_installed():
        pytest.skip(f"there is no {kind.program} here")
    host = kind(standin, "nodelay second_factor=required")
    try:
        assert host.enter(ALICE) is False
        [line] = syslog.verdicts(1)
        assert (line["verdict"], line["factor"]) == ("DENIED", "otp"), syslog.text()
        assert asked(standin) == [SIGNIN, LIST]
        assert any(words in syslog.text() for words in (
            "no code for the second factor", "gave the password where", "gave the user's name where"))
    finally:
        host.stop()
