"""second_factor_grace: the same person, over the same service, from the same address, is not asked twice."""
import os
import pathlib
import re
import sys
import time

import pytest

import codes
import pam

PASSWORD, RHOST = "correct saddle", "192.0.2.7"
LIST, VERIFY = "/api/v3/list-enrolled-factors", "/api/v3/mfa-totp-verify"

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="what is remembered is root's")


@pytest.fixture
def person(world, fresh_cache):
    """tina, who has a one-time password, is the local user of that name."""
    world.add_user("tina")
    world.add_user("tom", uid=4101)
    world.write_conf(world.base + "second_factor = required\nsecond_factor_grace = 10\n")
    world.server.reset_users()
    world.now = int(time.time()) // 30 * 30

    def log_in(*replies, user="tina", rhost=RHOST, service="sshd", **words):
        """With a new code each time, if one is asked for."""
        world.now += 30
        world.server.set_mfa(totp_time=world.now)
        code = codes.totp(world.server.table()["users"]["tina"]["totp_secret"], at=world.now)
        world.server.clear_journal()
        return world.run(*(replies or (PASSWORD, code)), user=user, rhost=rhost, service=service, **words)

    world.log_in = log_in
    return world


def was_asked(result):
    asked = len(result.prompts) == 2
    assert result.line["factor"] == ("otp" if asked else "grace")
    return asked


def age(file, seconds):
    """The code was typed so much earlier; returns what the file says then."""
    head, _, time_s = file.read_text().rpartition("\n")
    file.write_text(f"{head}\n{int(time_s) - seconds}")
    return file.read_text()


def test_it_is_asked_once(person, fresh_cache):
    assert was_asked(person.log_in()) and [entry["path"] for entry in person.server.journal()] == [
        "/api/v3/signin", LIST, VERIFY]
    file, = fresh_cache.glob("factor-*")
    assert file.name == f"factor-4100-{RHOST}-sshd" and file.stat().st_mode & 0o7777 == 0o600
    result = person.log_in()
    assert result.code == "PAM_SUCCESS" and not was_asked(result)
    # The password is looked at each time, and nothing else.
    assert [entry["path"] for entry in person.server.journal()] == ["/api/v3/signin"]
    # It is not prolonged.
    then = age(file, 5)
    person.log_in()
    assert file.read_text() == then


def test_the_shortest_grace(person, fresh_cache):
    person.write_conf(person.base + "second_factor = required\nsecond_factor_grace = 1\n")
    person.log_in()
    assert not was_asked(person.log_in())
    file, = fresh_cache.glob("factor-*")
    age(file, 60)
    assert was_asked(person.log_in())


@pytest.mark.parametrize("words", [{"rhost": "192.0.2.8"}, {"rhost": "host.example"}, {"rhost": None},
                                   {"service": "vsftpd"}, {"rhost": "2001:db8::7"}])
def test_it_is_asked_of_others(person, words):
    person.write_service("vsftpd")
    person.log_in()
    assert was_asked(person.log_in(**words))


def test_one_address_has_one_name(person):
    person.log_in()
    assert not was_asked(person.log_in(rhost=f"::ffff:{RHOST}"))


@pytest.mark.parametrize("rhost", ["host.example", None, "127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "fe80::7",
                                   "fe80::7%eth0"])
def test_nothing_is_remembered_of_no_other_host(person, fresh_cache, rhost):
    assert was_asked(person.log_in(rhost=rhost)) and list(fresh_cache.glob("factor-*")) == []
    assert was_asked(person.log_in(rhost=rhost))


def test_another_account_of_the_same_user(person):
    """Who tina is at GenAuth has changed."""
    person.log_in()
    person.server.set_user("tina", answer={"id_token": {"claims": {"sub": "somebody-else"}}})
    assert was_asked(person.log_in())


def test_another_application(person):
    person.log_in()
    person.write_conf(person.base.replace("app_id = ", "#") + "app_id = 65f0c0ffee00000000000003\n"
                      "token_endpoint_auth_method = none\nsecond_factor = required\nsecond_factor_grace = 10\n")
    assert was_asked(person.log_in())


def test_a_token_without_a_sub(person, fresh_cache):
    person.server.set_user("tina", answer={"id_token": {"remove": ["sub"]}})
    assert was_asked(person.log_in()) and list(fresh_cache.glob("factor-*")) == []


def test_a_denial_ends_it(person):
    person.log_in()
    assert person.log_in("wrong").code == "PAM_AUTH_ERR"
    assert was_asked(person.log_in())


def test_an_outage_does_not(person):
    person.log_in()
    person.server.set_reply("/api/v3/signin", "no", 503)
    assert person.log_in().code == "PAM_AUTHINFO_UNAVAIL"
    person.server.set_answer("/api/v3/signin", None)
    assert not was_asked(person.log_in())


@pytest.mark.parametrize("change", [
    lambda text: "x" + text, lambda text: "", lambda text: text.replace("\n", "\n\n"), lambda text: text + "0",
    lambda text: text[:text.rindex("\n")] + "\n-1", lambda text: text[:text.rindex("\n")] + "\n99999999999",
    lambda text: text.rpartition("\n")[0] + f"\n{int(text.rpartition(chr(10))[2]) - 601}", lambda text: text * 100])
def test_a_file_that_says_something_else(person, fresh_cache, change):
    person.log_in()
    file, = fresh_cache.glob("factor-*")
    file.write_text(change(file.read_text()))
    assert was_asked(person.log_in())


def test_a_file_that_others_can_write(person, fresh_cache):
    person.log_in()
    file, = fresh_cache.glob("factor-*")
    file.chmod(0o622)
    assert was_asked(person.log_in())


def test_a_file_that_is_old_enough_counts(person, fresh_cache):
    person.log_in()
    file, = fresh_cache.glob("factor-*")
    age(file, 590)
    assert not was_asked(person.log_in())


def test_without_the_option_nothing_is_remembered(person, fresh_cache):
    person.write_conf(person.base + "second_factor = required\n")
    assert was_asked(person.log_in()) and list(fresh_cache.glob("factor-*")) == []
    assert was_asked(person.log_in())


def test_what_genauth_demands_is_asked_each_time(person):
    person.write_conf(person.base + "second_factor = required\nsecond_factor_grace = 10\nmfa = ask\n")
    person.log_in()
    person.server.set_user("tina", mfa="user")
    result = person.log_in()
    assert result.code == "PAM_SUCCESS" and was_asked(result)


# What it says, and nothing else, of whatever it is sent (common/message.h).
TAKEN_OVER = """\
#!{python}
import socket
module = socket.socket(fileno=0)
def say(kind, records):
    module.send(bytes([{version}, kind]) + b"".join(bytes([len(name)]) + len(value).to_bytes(4, "little") + name.encode() +
                value.encode() for name, value in records.items()))
say(1, dict(version="x"))
module.recv(65536), module.recv(65536)
say(6, dict(verdict="OK", reason="accepted", request_id="", sub="{sub}", factor="otp", http_status="200", status_code="200",
            api_code="0", dns_ms="0", connect_ms="0", tls_ms="0", wait_ms="0", proven="0"))
"""


def test_what_nobody_was_asked_for_is_not_remembered(person, fresh_cache, monkeypatch):
    """A helper that was taken over says that there was a code: it spares nobody the factor, not of later logins either."""
    source = pathlib.Path(__file__).parents[2] / "pam_genauth/common/message.h"
    version, = re.findall(r"define GENAUTH_MESSAGE_VERSION (\d+)", source.read_text())
    script = person.folder / "genauth-signin"
    script.write_text(TAKEN_OVER.format(python=sys.executable, version=version, sub="tina"))
    script.chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setattr(pam, "WRAPPER", [*pam.WRAPPER, "unshare", "--mount", "sh", "-c", 'mount --bind $0 $1; shift; exec "$@"',
                                       script, pathlib.Path(pam.MODULE).parents[3] / "genauth-signin"])
        result = person.log_in()
        assert (result.code, result.line["factor"], len(result.prompts)) == ("PAM_SYSTEM_ERR", "otp", 1)
    assert list(fresh_cache.glob("factor-*")) == []
