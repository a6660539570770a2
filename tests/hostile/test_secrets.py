"""Where password, client secret, tokens and codes are found: nowhere but where they have to be."""

import os
import secrets

import pytest

import machine
import memory
import world
from sshd import wait_until
from world import Code

# Where the secrets have to be, and the tests' own copies.
OUTSIDE = (machine.CONF, "/run/sandbox/etc/security/genauth.conf", "/run/standin")


FACTORS, VERIFY = "/api/v3/list-enrolled-factors", "/api/v3/mfa-totp-verify"


class Canaries:
    def __init__(self, standin):
        self.password = "word-" + secrets.token_hex(16)
        self.app_secret = "5ec4e7" + secrets.token_hex(16)
        self.access_token = "token-" + secrets.token_hex(48)
        # However it is aligned, base64 makes this of a claim that is a row of q.
        self.id_token = "cXFx" * 20
        # As long as a code can be.
        self.code = secrets.token_hex(8)
        self.all = (self.password, self.app_secret, self.access_token, self.id_token, self.code)
        standin.set_app(standin.app_id, secret=self.app_secret)
        answer = {"id_token": {"claims": {"canary": "q" * 90}}, "on": "right-password",
                  "merge": {"data": {"access_token": self.access_token}}}
        standin.set_user("alice", password=self.password, answer=answer)
        self.configure(standin)

    def demand(self, standin, verified=True):
        """The host's second factor; GenAuth takes the code, or does not. Returns what the person types."""
        self.configure(standin, second_factor="required", mfa_tries=1)
        standin.set_reply(FACTORS, {"statusCode": 200, "data": [{"factorType": "OTP"}]})
        standin.set_reply(VERIFY, {"statusCode": 200, "data": {"verified": verified}})
        return f"{self.password}\t{self.code}"

    def configure(self, standin, **keys):
        """The secret comes last: nothing read after it covers what may be left of it."""
        machine.write_conf(standin, **{"timeout": 60, **keys})
        lines = [line for line in machine.CONF.read_text().splitlines() if not line.startswith("app_secret ")]
        machine.CONF.write_text("\n".join([*lines, f"app_secret = {self.app_secret}"]))


@pytest.fixture
def canaries(standin):
    return Canaries(standin)


EXPORT = pytest.mark.parametrize("tokens", ("none", "id_token access_token"), ids=("no-tokens", "tokens-exported"))


def steps(host):
    """Two of them: after pam_authenticate, and after pam_end."""
    for word in ("authenticated", "ended"):
        assert host.stdout.readline() == f"{word}\n"
        yield word
        host.stdin.write("go on\n")


@EXPORT
def test_memory_of_the_host(canaries, standin, start_host, tokens):
    """The tokens are there if they were asked for, as long as the transaction lasts. Nothing else ever is: libpam
    itself forgets the password when pam_authenticate is over."""
    canaries.configure(standin, export_tokens=tokens)
    host = start_host(pause=True, password=canaries.password)
    for step in steps(host):
        there = int(tokens != "none" and step == "authenticated")
        assert memory.copies(host.pid, canaries.access_token) == there
        assert bool(memory.find(host.pid, canaries.id_token)) == there
        assert memory.find(host.pid, canaries.password) == []
        assert memory.find(host.pid, canaries.app_secret) == []
        if not there:
            assert memory.find(host.pid, canaries.access_token) == []
    output, _ = host.communicate(timeout=20)
    assert world.Report(output).code == Code.SUCCESS


def test_the_control_is_found(canaries, standin, start_host):
    """libcurl and json-c leave the password in the host."""
    machine.write_stack(world.SERVICE, f"required {world.CONTROL} host={standin.host} app_id={standin.app_id} "
                        f"secret={canaries.app_secret} cafile={machine.CA}")
    host = start_host(pause=True, password=canaries.password)
    for step in steps(host):
        assert memory.find(host.pid, canaries.password) != []
    output, _ = host.communicate(timeout=20)
    assert world.Report(output).code == Code.SUCCESS


# The stand-in would not know the canaries' access token.
CHANGES = {"changed": ({"http": 200, "json": {"statusCode": 200}}, Code.SUCCESS),
           "refused": ({"http": 200, "json": {"statusCode": 403, "apiCode": 2061, "message": "weak"}}, Code.AUTHTOK_ERR),
           "lost": ({"close": "reset"}, Code.AUTHTOK_ERR)}


@pytest.mark.parametrize("answer, code", CHANGES.values(), ids=CHANGES)
def test_memory_of_the_host_after_a_change(canaries, standin, start_host, answer, code):
    """Neither password, nor the access token, which never was there."""
    new = "new-" + secrets.token_hex(16)
    canaries.configure(standin, user_pool_id=standin.userpool_id)
    (machine.PAM_D / world.SERVICE).write_text(f"password required {machine.MODULE} debug\n")
    standin.set_answer("/api/v3/update-password", answer)
    host = start_host(pause=True, change=True, password=f"{canaries.password}\n{new}")
    for _ in steps(host):
        for secret in (*canaries.all, new):
            assert memory.find(host.pid, secret) == []
    output, _ = host.communicate(timeout=20)
    assert world.Report(output).code == code
    update, = standin.posts("/api/v3/update-password")
    assert (update["body"]["oldPassword"], update["body"]["newPassword"]) == (canaries.password, new)


@pytest.mark.parametrize("how", ("refused", "unreachable", "bad-options", "no-helper-user", "unknown-user"))
def test_memory_of_the_host_after_a_failure(canaries, standin, start_host, how):
    password, user = canaries.password, "alice"
    if how == "refused":
        standin.set_user("alice", password="another")
    elif how == "unreachable":
        canaries.configure(standin, app_host="https://localhost:1")
    elif how == "bad-options":
        canaries.configure(standin, zzz="unknown")
    elif how == "no-helper-user":
        canaries.configure(standin, helper_user="no-such-user")
    else:
        user = "unknown"
    host = start_host(pause=True, password=password, user=user)
    for _ in steps(host):
        for secret in canaries.all:
            assert memory.find(host.pid, secret) == []
    output, _ = host.communicate(timeout=20)
    assert world.Report(output).code not in (Code.SUCCESS, Code.IGNORE)


@pytest.mark.parametrize("how, code", [("right", Code.SUCCESS), ("wrong", Code.AUTH_ERR),
                                       ("no-code", Code.AUTH_ERR), ("unreachable", Code.AUTHINFO_UNAVAIL)])
def test_a_code_in_the_memory_of_the_host(canaries, standin, start_host, how, code):
    typed = canaries.demand(standin, verified=how == "right")
    if how == "no-code":
        # Too long to be one, and so not sent.
        typed += canaries.code * 8
    elif how == "unreachable":
        standin.set_answer(VERIFY, {"http": 502, "body": "<html>"})
    host = start_host(pause=True, password=typed)
    for _ in steps(host):
        for secret in canaries.all:
            assert memory.find(host.pid, secret) == [], secret
    output, _ = host.communicate(timeout=20)
    assert world.Report(output).code == code
    sent = [entry["body"]["totp"] for entry in standin.posts(VERIFY)]
    assert sent == ([] if how == "no-code" else [canaries.code])


def test_a_code_is_searched_for(canaries, standin, start_host, helper_comes):
    """While GenAuth looks at it: in the helper, whose memory ends with it, and in the line that the host has read."""
    typed = canaries.demand(standin)
    standin.set_answer(VERIFY, {"delay_ms": 60000})
    host = start_host(password=typed)
    wait_until(lambda: standin.posts(VERIFY), lambda: "no code came")
    [helper] = world.helpers()
    assert memory.find(helper, canaries.code) != [] and memory.find(host.pid, canaries.code) != []
    assert memory.in_process_table(canaries.all) == []
    keepers = world.helpers(world.KEEPER)
    assert [os.listdir(f"/proc/{keeper}/fd") for keeper in keepers] == ([[]] if helper_comes == "started" else [])


def test_process_table_during_a_login(canaries, standin, start_host):
    """Of all processes: the host and the helper are among them."""
    standin.set_user("alice", answer={"delay_ms": 60000})
    start_host(password=canaries.password)
    world.busy_helper(standin)
    assert memory.in_process_table(canaries.all) == []


def test_the_process_table_is_searched(canaries, start_host):
    host = start_host(user=canaries.password, pause=True)
    assert host.stdout.readline() == "authenticated\n"
    assert (str(host.pid), "cmdline", canaries.password) in memory.in_process_table([canaries.password])


@EXPORT
def test_logs_and_files(canaries, standin, syslog, tokens):
    """The module logs all it ever does: the service has the flag debug. People type passwords where the name goes."""
    canaries.configure(standin, export_tokens=tokens)
    assert world.log_in(password=canaries.password).code == Code.SUCCESS
    assert world.log_in(user=canaries.password).code == Code.USER_UNKNOWN
    standin.set_user("alice", password="another")
    assert world.log_in(password=canaries.password).code == Code.AUTH_ERR
    typed = canaries.demand(standin)
    standin.set_user("alice", password=canaries.password)
    assert world.log_in(password=typed).code == Code.SUCCESS
    assert world.log_in(password=typed * 2).code == Code.AUTH_ERR
    assert syslog.has("verdict=DENIED") and "verdict=SKIP" in syslog.text() and "verdict=OK" in syslog.text()
    assert "password to be prompted for" in syslog.text()
    found = memory.in_files(canaries.all, "/run", "/etc", "/var/log", "/dev/shm",
                            skip=OUTSIDE)
    assert found == []


def test_the_files_are_searched(canaries):
    assert (str(machine.CONF), canaries.app_secret) in memory.in_files(canaries.all, "/etc/security")
