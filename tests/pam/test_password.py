"""pam_sm_chauthtok: what passwd(1) gets, what GenAuth hears, and which password holds then."""
import json
import os
import pathlib
import signal
import subprocess
import time

import pytest

import codes
import pam

OLD, NEW = "correct horse", "another horse 2"
SIGNIN, UPDATE = "/api/v3/signin", "/api/v3/update-password"
REVOCATION = "/oidc/token/revocation"
PROMPTS = ["Current GenAuth password: ", "New GenAuth password: ", "Retype new GenAuth password: "]
UNCHANGED = "Your GenAuth password is unchanged."
UNKNOWN = ("It is not known whether GenAuth has changed your password, whatever is said after this. Try the new one first, "
           "then the old one.")
LATE = "The new password has come too late. Start again, and type it within two minutes."
REFUSED = "GenAuth does not take the new password"
WORDS = pathlib.Path(pam.MODULE).parent / "words.so"


@pytest.fixture
def world(world):
    world.base += f"user_pool_id = {world.server.userpool_id}\n"
    world.write_conf(world.base)
    world.write_password("nodelay")
    return world


def updates(world):
    return world.server.posts(UPDATE)


def accepts(world, password, user="alice"):
    """Whether GenAuth takes that password; the journal is as before."""
    before = (world.server.folder / "journal.jsonl").read_bytes()
    accepted = world.run(password, user=user).code == "PAM_SUCCESS"
    (world.server.folder / "journal.jsonl").write_bytes(before)
    return accepted


def holds(world, password, user="alice"):
    other = NEW if password == OLD else OLD
    return accepts(world, password, user) and not accepts(world, other, user)


def test_changed(world):
    result = world.change(OLD, NEW, NEW)
    assert (result.code, result.prompts, result.messages) == ("PAM_SUCCESS", PROMPTS, [])
    signin, = world.server.posts()
    update, = updates(world)
    assert update["body"] == {"newPassword": NEW, "oldPassword": OLD}
    headers = update["headers"]
    assert headers["x-authing-userpool-id"] == world.server.userpool_id
    assert headers["authorization"].startswith("Bearer eyJ") and headers["x-authing-app-id"] == world.server.app_id
    assert world.server.connections() == 1 and "x-authing-userpool-id" not in signin["headers"]
    first, second = result.lines
    assert (first["verdict"], second["verdict"]) == ("OK", "OK")
    assert "holds" not in first and (second["holds"], second["reason"]) == ("new", "the password is changed")
    assert second["status_code"] == "200" and second["request_id"] != "-" and second["connect_ms"] == "0"
    assert result.environment == [] and result.delays == []
    assert holds(world, NEW)


def test_tokens_are_not_exported(world):
    world.write_conf(world.base + "export_tokens = id_token access_token\n")
    result = world.change(OLD, NEW, NEW)
    assert result.code == "PAM_SUCCESS" and result.environment == []


@pytest.mark.parametrize("form", ["rsa", "sm2"])
@pytest.mark.parametrize("cached", [False, True], ids=("fetched", "cached"))
def test_encrypted(world, fresh_cache, form, cached):
    world.write_conf(world.base + f"password_encrypt_type = {form}\n")
    if cached:
        assert accepts(world, OLD)
    assert world.change(OLD, NEW, NEW).code == "PAM_SUCCESS"
    update, = updates(world)
    assert update["body"]["passwordEncryptType"] == form
    assert (update["oldPassword"], update["newPassword"]) == (OLD, NEW)
    assert OLD not in str(update["body"]) and NEW not in str(update["body"])
    assert holds(world, NEW)


def test_a_key_that_no_longer_fits(world, fresh_cache):
    """Between the two calls: nothing is sent twice."""
    world.write_conf(world.base + "password_encrypt_type = rsa\n")
    world.server.set_answer(UPDATE, {"json": {"statusCode": 499, "apiCode": 2016, "message": "cannot decrypt"}})
    result = world.change(OLD, NEW, NEW)
    assert result.code == "PAM_AUTHTOK_ERR" and len(updates(world)) == 1
    assert result.lines[1]["verdict"] == "CONFIG" and result.lines[1]["holds"] == "old"


# ---- the current password ----

def test_a_wrong_current_password(world):
    world.write_password()
    result = world.change("wrong", NEW, NEW)
    assert (result.code, result.prompts, result.messages) == ("PAM_AUTH_ERR", PROMPTS[:1], [])
    # Two seconds are asked for; libpam makes up to a half more or less of them, see pam_fail_delay(3).
    assert result.line["verdict"] == "DENIED" and max(result.delays) >= 1000000
    assert len(world.server.posts()) == 1 and updates(world) == []


@pytest.mark.parametrize("replies", [[""], ["x" * 600], ["\b\n\r\177INCORR"], []])
def test_current_passwords_that_are_not_sent(world, no_traffic, replies):
    world.write_conf(world.base + "preconnect = no\n")
    result = world.change(*replies)
    assert result.code == "PAM_AUTH_ERR" and result.line["verdict"] == "DENIED"


@pytest.mark.parametrize("user, verdict, code", [
    ("locked", "LOCKED", "PAM_MAXTRIES"), ("disabled", "DISABLED", "PAM_PERM_DENIED"),
    ("mustchange", "PASSWORD_CHANGE", "PAM_AUTH_ERR"), ("mfa", "STEP_NEEDED", "PAM_AUTH_ERR"),
    ("throttled", "THROTTLED", "unknown"), ("maintenance", "UNAVAILABLE", "unknown"), ("busy", "UNAVAILABLE", "unknown")])
def test_verdicts(world, user, verdict, code):
    """The driver has no name for PAM_TRY_AGAIN, as it is no code of a login."""
    world.add_user(user)
    result = world.change("correct staple", NEW, NEW, user=user)
    assert (result.line["verdict"], result.code) == (verdict, "PAM_TRY_AGAIN" if code == "unknown" else code)
    assert result.prompts == PROMPTS[:1] and updates(world) == []


def test_the_web_page_alone_ends_a_first_password(world):
    """Its message names no passwd(1), which cannot do that either."""
    world.add_user("mustchange")
    assert "on the GenAuth web page" in world.change("correct staple", user="mustchange").messages[0]


def test_the_stack_holds_the_current_password(world):
    for argument in ("use_first_pass", "try_first_pass", ""):
        world.server.reset_users()
        world.server.clear_journal()
        new = f"new={NEW.replace(' ', '')}" if argument == "use_first_pass" else ""
        world.write_password("nodelay", argument, before=f"password optional {WORDS} [old={OLD}] {new}\n")
        result = world.change(*([] if new else [NEW, NEW]))
        assert (result.code, result.prompts) == ("PAM_SUCCESS", [] if new else PROMPTS[1:]), argument
        assert updates(world)[0]["body"]["oldPassword"] == OLD


def test_use_first_pass_never_asks(world, no_traffic):
    world.write_password("nodelay", "use_first_pass")
    result = world.change(OLD, NEW, NEW)
    assert (result.code, result.prompts) == ("PAM_AUTH_ERR", [])
    assert result.line["reason"] == "use_first_pass, but the stack holds no old password"


def test_a_wrong_one_of_the_stack_is_not_asked_for_again(world):
    world.write_password("nodelay", "try_first_pass", before=f"password optional {WORDS} old=wrong\n")
    result = world.change(OLD, NEW, NEW)
    assert (result.code, result.prompts) == ("PAM_AUTH_ERR", [])


# ---- second factors ----

def test_a_second_factor_of_the_host(world):
    world.add_user("tina")
    world.write_conf(world.base + "second_factor = required\n")
    secret = world.server.table()["users"]["tina"]["totp_secret"]
    code = codes.totp(secret)
    result = world.change("correct saddle", code, NEW, NEW, user="tina")
    assert result.code == "PAM_SUCCESS" and result.lines[0]["factor"] == "otp" and "factor" not in result.lines[1]
    assert result.prompts == [PROMPTS[0], "GenAuth one-time code: ", *PROMPTS[1:]]
    assert accepts_without_factor(world, "tina")


def accepts_without_factor(world, user):
    world.write_conf(world.base)
    return accepts(world, NEW, user)


def test_a_wrong_second_factor(world):
    world.add_user("tina")
    world.write_conf(world.base + "second_factor = required\nmfa_tries = 1\n")
    result = world.change("correct saddle", "000000", NEW, NEW, user="tina")
    assert result.code == "PAM_AUTH_ERR" and len(result.prompts) == 2 and updates(world) == []


@pytest.mark.parametrize("exchange", [True, False])
def test_a_second_factor_of_genauth(world, exchange):
    """Its calls bring no access token, unless they are exchanged for one; that is said before anybody types."""
    world.add_user("mona")
    world.write_conf(world.base + "mfa = ask\n" + "mfa_token_exchange = yes\n" * exchange)
    secret = world.server.table()["users"]["mona"]["totp_secret"]
    result = world.change("correct saddle", codes.totp(secret), NEW, NEW, user="mona")
    if exchange:
        assert result.code == "PAM_SUCCESS" and len(updates(world)) == 1
    else:
        assert result.code == "PAM_SERVICE_ERR" and len(result.prompts) == 2 and updates(world) == []
        assert "mfa_token_exchange" in result.line["reason"]


@pytest.mark.parametrize("answer", [{"remove": ["data.access_token"]}, {"set": {"data.access_token": None}},
                                    {"set": {"data.access_token": "a b"}}, {"remove": ["data"]}])
def test_without_an_access_token(world, answer):
    world.server.set_user("alice", answer=answer)
    result = world.change(OLD, NEW, NEW)
    assert (result.code, result.prompts) == ("PAM_SERVICE_ERR", PROMPTS[:1])
    assert "no access_token" in result.line["reason"] and updates(world) == []


# ---- the new password ----

def test_a_refusal_by_policy(world):
    result = world.change(OLD, "short", "short")
    assert result.code == "PAM_AUTHTOK_ERR"
    assert result.messages == [f"{REFUSED}: The new password must have at least 8 characters.", UNCHANGED]
    line = result.lines[1]
    assert (line["verdict"], line["api_code"], line["holds"]) == ("DENIED", "2061", "old")
    # Foreign text is for the person, not for the log.
    assert "8 characters" not in str(result.log)
    assert len(updates(world)) == 1 and holds(world, OLD)


SAYS = "GenAuth says: call 2222"


@pytest.mark.parametrize("answer, messages", [
    ({"statusCode": 403, "apiCode": 2005}, ["Your GenAuth account is locked. Wait, or sign in on the GenAuth web page to "
                                            "unlock it.", SAYS]),
    ({"statusCode": 400}, [SAYS]), ({"statusCode": 499, "apiCode": 2016}, [SAYS]),
    ({"statusCode": 403, "apiCode": 2061}, [REFUSED + ": call 2222"]),
    ({"statusCode": 403, "apiCode": 1600}, [REFUSED + ": call 2222"])])
def test_only_a_refusal_is_about_the_new_password(world, answer, messages):
    world.server.set_answer(UPDATE, {"json": {**answer, "message": "call 2222"}})
    result = world.change(OLD, NEW, NEW)
    assert result.messages == [*messages, UNCHANGED] and "browser" not in result.lines[1]["reason"]
    assert (result.lines[1]["verdict"] == "DENIED") == (REFUSED in result.messages[0])


@pytest.mark.parametrize("message, shown", [
    ("密码强度不够", ": 密码强度不够"), ("a\u001b]0;x\u0007b\u202e\nc", ": a?]0;x?b??c"), ("x" * 300, ": " + "x" * 255),
    ("%s%n", ": %s%n"), ("", ""), (None, ""), (7, "")])
def test_what_genauth_says(world, message, shown):
    world.server.set_answer(UPDATE, {"json": {"statusCode": 403, "apiCode": 2061, "message": message}})
    result = world.change(OLD, NEW, NEW, extra=["--setlocale"])
    assert result.messages == [REFUSED + shown, UNCHANGED] and result.code == "PAM_AUTHTOK_ERR"


def test_a_terminal_without_utf8(world):
    world.server.set_answer(UPDATE, {"json": {"statusCode": 403, "apiCode": 2061, "message": "密码强度不够"}})
    assert world.change(OLD, NEW, NEW).messages == [REFUSED, UNCHANGED]


def test_silence(world):
    result = world.change(OLD, "short", "short", extra=["--silent"])
    assert (result.code, result.messages) == ("PAM_AUTHTOK_ERR", [])


STRANGE = "The new password has characters that cannot be sent."


@pytest.mark.parametrize("new, why", [
    ([NEW, "other horse"], "The two new passwords differ."), (["", ""], "No new password was typed."),
    (["x" * 600] * 2, "The new password is too long."), (["\b\n\r\177INCORRECT"] * 2, STRANGE), (["a\udcff"] * 2, STRANGE),
    ([NEW], None), ([], None)])
def test_new_passwords_that_are_not_sent(world, new, why):
    """Who has broken it off knows why."""
    result = world.change(OLD, *new)
    assert result.code == "PAM_AUTHTOK_ERR" and updates(world) == []
    assert result.messages == ([why] if why else []) + [UNCHANGED] and result.lines[1]["holds"] == "old"
    # Nothing goes out, so nothing says so.
    assert "changing the password at GenAuth" not in str(result.log)
    assert len(world.server.posts()) == 1 and holds(world, OLD)


def test_use_authtok(world):
    """As behind pam_pwquality."""
    new = NEW.replace(" ", "-")
    world.write_password("use_authtok", before=f"password requisite {WORDS} new={new}\n")
    result = world.change(OLD)
    assert (result.code, result.prompts) == ("PAM_SUCCESS", PROMPTS[:1])
    assert updates(world)[0]["body"]["newPassword"] == new and accepts(world, new)


def test_use_authtok_never_asks(world):
    world.write_password("nodelay", "use_authtok")
    result = world.change(OLD, NEW, NEW)
    assert (result.code, result.prompts) == ("PAM_AUTHTOK_ERR", PROMPTS[:1]) and updates(world) == []
    assert result.lines[1]["reason"] == "use_authtok, but the stack holds no new password"
    assert result.messages == ["Nobody has asked for the new password. Your administrator finds the reason in the log.",
                               UNCHANGED]


def test_passwords_of_all_kinds_arrive_unchanged(world):
    old, new = "P@ssw0rd-密码-ü", "\"\\/ {}<>&'% \u00e9\U0001f511"
    world.add_user("yu")
    assert world.change(old, new, new, user="yu").code == "PAM_SUCCESS"
    assert updates(world)[0]["body"] == {"newPassword": new, "oldPassword": old}
    assert accepts(world, new, "yu")


# ---- who, and whose ----

def test_root_does_not_change_it_for_others(world, no_traffic):
    result = world.change(OLD, NEW, NEW, uid=0)
    assert (result.code, result.prompts) == ("PAM_AUTHTOK_RECOVERY_ERR", [])
    assert result.messages == ["GenAuth changes a password only for who knows the old one. root cannot change it here; what "
                               "is asked for after this, if anything, is the local password."]
    assert result.line["verdict"] == "DENIED" and result.line["reason"].startswith("root cannot change the password")


def test_root_may_be_left_to_pam_unix(world, no_traffic):
    world.write_password(control="[success=done user_unknown=ignore authtok_recover_err=ignore ignore=ignore default=die]")
    assert world.change(uid=0).code == "PAM_SUCCESS"


@pytest.mark.parametrize("user, uid", [("root", 0), ("daemon", 1), ("service", 4003), ("nobody-here", 4001)])
def test_who_is_not_served_is_left_to_pam_unix(world, no_traffic, user, uid):
    result = world.change(user=user, uid=uid)
    assert (result.code, result.prompts, result.messages) == ("PAM_SUCCESS", [], [])
    assert result.line["verdict"] == "SKIP"


def test_a_fault_in_the_options_does_not_concern_root(world, no_traffic):
    world.write_conf(world.base + "nonsense = 1\n")
    result = world.change(user="root", uid=0)
    assert (result.code, result.messages) == ("PAM_SUCCESS", []) and result.line["verdict"] == "CONFIG"
    result = world.change(OLD, NEW, NEW)
    assert (result.code, result.prompts) == ("PAM_SERVICE_ERR", []) and "nonsense" in result.line["reason"]


def test_a_fault_in_between(world):
    """The options are read for each of the two calls."""
    world.write_password("nodelay", control="required", after=f"password optional {WORDS} spoil={world.conf}\n")
    result = world.change(OLD, NEW, NEW)
    assert (result.code, result.prompts, result.messages) == ("PAM_AUTHTOK_ERR", PROMPTS[:1], [])
    assert result.lines[1]["verdict"] == "CONFIG" and "holds" not in result.lines[1] and updates(world) == []


@pytest.mark.parametrize("options, reason", [
    ("connection = LDAP\n", "connection is not PASSWORD"), ("connection = AD\n", "connection is not PASSWORD")])
def test_a_password_of_a_directory(world, no_traffic, options, reason):
    world.write_conf(world.base + options)
    result = world.change(OLD, NEW, NEW)
    assert (result.code, result.prompts) == ("PAM_SERVICE_ERR", []) and reason in result.line["reason"]


def test_without_the_pool(world, no_traffic):
    world.write_conf(world.server.conf())
    result = world.change(OLD, NEW, NEW)
    assert (result.code, result.prompts) == ("PAM_SERVICE_ERR", [])
    assert result.line["verdict"] == "CONFIG" and result.line["reason"].startswith("user_pool_id is not set")


def test_another_pool(world):
    world.write_conf(world.server.conf() + "user_pool_id = 65f0c0ffee0000000000bbbb\n")
    result = world.change(OLD, NEW, NEW)
    assert result.code == "PAM_AUTHTOK_ERR" and result.lines[1]["verdict"] == "CONFIG" and holds(world, OLD)


def test_an_expired_local_password_is_not_genauths(world, no_traffic):
    """As sshd and login call it, and su that somebody else has called; whatever the options say."""
    for text in (world.base, "nonsense = 1\n"):
        world.write_conf(text)
        for uid in (0, 4002):
            result = world.change(uid=uid, extra=["--expired"])
            assert (result.code, result.prompts) == ("PAM_SUCCESS", []) and "pam_genauth" not in str(result.log)
    # Where nobody else has a say, that is no success.
    world.write_password(after="")
    assert world.change(uid=0, extra=["--expired"]).code == "PAM_PERM_DENIED"


def test_only_if_it_has_expired(world):
    """passwd -k: not a way around GenAuth."""
    result = world.change(OLD, NEW, NEW, extra=["--expired"])
    assert (result.code, result.prompts) == ("PAM_SUCCESS", PROMPTS) and holds(world, NEW)


def test_only_if_it_has_expired_of_who_is_not_served(world, no_traffic):
    result = world.change(user="service", uid=4003, extra=["--expired"])
    assert (result.code, result.line["verdict"]) == ("PAM_SUCCESS", "SKIP")


def test_only_if_it_has_expired_with_a_fault_in_the_options(world, no_traffic):
    world.write_conf("nonsense = 1\n")
    assert world.change(OLD, NEW, NEW, extra=["--expired"]).code == "PAM_SERVICE_ERR"


def test_a_line_that_prepares_does_nothing(world, no_traffic):
    world.write_password("prepare")
    result = world.change()
    assert (result.code, result.prompts) == ("PAM_SUCCESS", []) and "pam_genauth" not in str(result.log)


# ---- in between ----

def test_another_line_is_not_ready(world):
    """Then libpam does not come back; the helper ends with the handle, and pam.py sees to that."""
    world.write_password(control="required", after="password required pam_deny.so\n")
    result = world.change(OLD, NEW, NEW)
    assert (result.code, result.prompts) == ("PAM_AUTHTOK_ERR", PROMPTS[:1]) and updates(world) == []


def test_the_check_was_passed_over(world, no_traffic):
    """As behind "sufficient" (pam_sm_chauthtok(3))."""
    world.write_password(before=f"password [success=1 default=ignore] {WORDS} passes\n")
    result = world.change(OLD, NEW, NEW)
    assert (result.code, result.prompts) == ("PAM_AUTHTOK_ERR", [])
    # Another line may have changed it: of that, this one knows nothing.
    assert "has not been accepted" in result.line["reason"] and "holds" not in result.line and result.messages == []


def test_the_same_application_in_two_lines(world):
    """genauthctl check warns of it.  The second one takes the helper of the first, and the first says no to nothing."""
    world.write_password("nodelay", control="required", after=f"password required {pam.MODULE} conf={world.conf} nodelay\n")
    result = world.change(OLD, NEW, NEW)
    assert result.code == "PAM_AUTHTOK_ERR" and len(updates(world)) == 1 and holds(world, NEW)
    assert UNCHANGED not in result.messages and result.lines[2]["holds"] == "new"


@pytest.mark.parametrize("control", ["optional", "[default=ignore]", "sufficient"])
def test_a_stack_that_passes_over_refusals_changes_nothing(world, control):
    world.write_password("nodelay", control=control)
    world.change("wrong", NEW, NEW)
    assert updates(world) == [] and holds(world, OLD)


def test_another_user_in_between(world):
    world.write_password("nodelay", control="required", after=f"password optional {WORDS} user=bob\n")
    result = world.change(OLD, NEW, NEW)
    assert result.code == "PAM_AUTHTOK_ERR" and updates(world) == []
    assert "changed PAM_USER" in result.lines[1]["reason"]


def test_another_user_while_somebody_types(world):
    world.add_user("bob2", uid=4200)
    result = world.change(OLD, NEW, NEW, extra=["--becomes", "bob2"])
    assert result.code == "PAM_AUTH_ERR" and updates(world) == []


def test_two_changes_in_one_handle(world):
    result = world.run(OLD, NEW, NEW, NEW, OLD, OLD, service="passwd", calls=["chauthtok"] * 2, extra=["--uid", "4001"])
    assert result.codes == ["PAM_SUCCESS"] * 2 and len(result.lines) == 4
    assert world.server.connections() == 2 and holds(world, OLD)


@pytest.mark.parametrize("served", [1, 2])
def test_a_line_for_each_of_two_tenants(world, tmp_path, served):
    """The one that does not serve the user leaves the change of the other alone."""
    with pam_standin(tmp_path) as other:
        second = tmp_path / "second.conf"
        second.write_text(other.conf() + f"user_pool_id = {other.userpool_id}\n" + "allow_users = bob\n" * (served == 1))
        second.chmod(0o600)
        world.write_conf(world.base + "allow_users = bob\n" * (served == 2))
        control = "[success=done user_unknown=ignore ignore=ignore default=die]"
        world.write_password("nodelay", after=f"password {control} {pam.MODULE} conf={second} nodelay\n")
        result = world.change(OLD, NEW, NEW)
        assert (result.code, result.prompts, result.messages) == ("PAM_SUCCESS", PROMPTS, [])
        assert [len(server.posts(UPDATE)) for server in (world.server, other)] == [served == 1, served == 2]


def test_two_tenants_that_both_change_it(world, tmp_path):
    with pam_standin(tmp_path) as other:
        second = tmp_path / "second.conf"
        second.write_text(other.conf() + f"user_pool_id = {other.userpool_id}\n")
        second.chmod(0o600)
        world.write_password("nodelay", control="required", after=f"password required {pam.MODULE} conf={second} nodelay\n")
        result = world.change(OLD, NEW, NEW)
        assert (result.code, result.prompts, result.messages) == ("PAM_SUCCESS", PROMPTS, [])
        assert [len(server.posts(UPDATE)) for server in (world.server, other)] == [1, 1]


class Change:
    """One that runs meanwhile: replies go to its standard input, one by one."""

    def __init__(self, world, *extra):
        command = pam.WRAPPER + [pam.DRIVER, "--confdir", str(world.services), "--service", "passwd", "--passwd",
                                 str(world.passwd), "--user", "alice", "--uid", "4001", "--call", "chauthtok", "--stdin"]
        self.process = subprocess.Popen([*command, *extra], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.communicate()

    def reply(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def helpers(self):
        """The pids of genauth-signin below the driver, or of what became of it."""
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if (folder / "comm").read_text() == "genauth-signin\n" and self.process.pid in ancestors(folder.name):
                    found.append(int(folder.name))
            except OSError:
                pass  # ended meanwhile
        return found

    def asks(self):
        """Whether the driver waits for the next reply: a read from its standard input, on x86 or arm64."""
        return any((folder / "comm").read_text() == "driver\n"
                   and (folder / "syscall").read_text().split()[:2] in (["0", "0x0"], ["63", "0x0"])
                   for folder in map(pathlib.Path, self.processes()))

    def processes(self):
        return [f"/proc/{pid}" for pid in (self.process.pid, *descendants(self.process.pid))]

    def end(self, *words):
        output, _ = self.process.communicate("".join(word + "\n" for word in words), timeout=60)
        result = pam.Result(**json.loads(output))
        assert result.leaked_descriptors == 0 and not result.leaked_children and result.end == "PAM_SUCCESS"
        return result


def descendants(pid):
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return children + [below for child in children for below in descendants(child)]


def ancestors(pid):
    found = []
    while pid != "1" and pid != "0":
        pid = (pathlib.Path("/proc") / pid / "stat").read_text().rsplit(")", 1)[1].split()[1]
        found.append(int(pid))
    return found


def wait(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_gone(pid):
    try:
        return (pathlib.Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_a_helper_that_was_killed_while_somebody_typed(world):
    with Change(world) as change:
        change.reply(OLD)
        wait(lambda: len(world.server.posts()) == 1 and change.asks())
        helper, = change.helpers()
        os.kill(helper, signal.SIGKILL)
        wait(lambda: is_gone(helper))
        result = change.end(NEW, NEW)
    assert result.code == "PAM_AUTHTOK_ERR" and result.messages == [LATE, UNCHANGED]
    assert result.lines[1]["holds"] == "old" and updates(world) == [] and holds(world, OLD)


def test_a_helper_that_was_killed_while_genauth_was_asked(world):
    world.server.set_answer(UPDATE, {"delay_ms": 60000})
    with Change(world) as change:
        change.reply(OLD)
        wait(lambda: len(world.server.posts()) == 1 and change.asks())
        helper, = change.helpers()
        change.reply(NEW)
        change.reply(NEW)
        wait(lambda: updates(world))
        os.kill(helper, signal.SIGKILL)
        result = change.end()
    assert result.code == "PAM_AUTHTOK_ERR" and result.messages == [UNKNOWN]
    assert (result.lines[1]["verdict"], result.lines[1]["holds"]) == ("INTERNAL", "unknown")
    world.server.set_answer(UPDATE, None)
    assert holds(world, NEW)


def test_an_answer_that_is_too_late(world):
    """The host has given its verdict: nothing goes out behind it."""
    world.write_conf(world.base + "revoke_tokens = unused\ntimeout = 2\n")
    with Change(world) as change:
        change.reply(OLD)
        wait(lambda: len(world.server.posts()) == 1 and change.asks())
        helper, = change.helpers()
        os.kill(helper, signal.SIGSTOP)
        result = change.end(NEW, NEW)
    try:
        os.kill(helper, signal.SIGCONT)
    except ProcessLookupError:
        pass  # as it should be
    wait(lambda: is_gone(helper))
    assert result.code == "PAM_AUTHTOK_ERR" and result.messages == ["GenAuth cannot be reached.", UNKNOWN]
    assert updates(world) == [] and holds(world, OLD)


def test_a_host_that_is_killed_in_between(world):
    """Before the new password goes out, that is known; the helper ends with its host."""
    with Change(world) as change:
        change.reply(OLD)
        wait(lambda: len(world.server.posts()) == 1 and change.asks())
        helper, = change.helpers()
        change.process.kill()
        wait(lambda: is_gone(helper))
    assert updates(world) == [] and holds(world, OLD)


def test_what_goes_out_is_logged_before(world):
    """The caller can kill passwd before there is an answer."""
    texts = [entry["text"] for entry in world.change(OLD, NEW, NEW).log]
    places = [index for index, text in enumerate(texts) if " caller_uid=4001" in text]
    assert [texts[place].split(": ")[1].split(" service=")[0] for place in places] == [
        "asking GenAuth", "changing the password at GenAuth"]
    assert all("verdict=OK" in texts[place + 1] for place in places)


# ---- outages ----

LOST = [{"close": "before-reply"}, {"close": "reset"}, {"http": 502, "body": "<html>"}, {"body": ""}, {"truncate": True},
        {"json": {"statusCode": 500, "message": "oops"}}, {"json": {"statusCode": "200"}}, {"json": {}}, {"json": []},
        {"http": 500}, {"redirect": "https://example.com/"}, {"set": {"apiCode": 2061}}, {"delay_ms": 3000}]


@pytest.mark.parametrize("answer", LOST, ids=[str(answer) for answer in LOST])
def test_no_usable_reply(world, answer):
    """It may have been changed, as here it was; and it is not posted twice."""
    world.write_conf(world.base + "timeout = 2\n" * ("delay_ms" in answer))
    world.server.set_answer(UPDATE, answer)
    result = world.change(OLD, NEW, NEW)
    assert result.code == "PAM_AUTHTOK_ERR" and result.messages[-1] == UNKNOWN
    assert result.lines[1]["holds"] == "unknown" and len(updates(world)) == 1
    world.server.set_answer(UPDATE, None)
    assert holds(world, NEW)


@pytest.mark.parametrize("answer", [{"json": {"statusCode": 400}}, {"json": {"statusCode": 403, "apiCode": 2203}},
                                    {"http": 429, "body": "slow"}, {"json": {"statusCode": 401, "apiCode": 2020}}])
def test_a_refusal_is_certain(world, answer):
    world.server.set_answer(UPDATE, answer)
    result = world.change(OLD, NEW, NEW)
    assert result.code == "PAM_AUTHTOK_ERR" and result.messages[-1] == UNCHANGED
    assert result.lines[1]["holds"] == "old" and len(updates(world)) == 1


def test_genauth_is_gone_before_the_new_one_is_typed(world, tmp_path):
    """Its connection is closed, and no other can be made."""
    with pam_standin(tmp_path) as server:
        world.write_conf(server.conf() + f"user_pool_id = {server.userpool_id}\n")
        with Change(world) as change:
            change.reply(OLD)
            wait(lambda: len(server.posts()) == 1 and change.asks())
            server.stop()
            result = change.end(NEW, NEW)
    assert result.code == "PAM_AUTHTOK_ERR" and result.messages == ["GenAuth cannot be reached.", UNCHANGED]
    assert (result.lines[1]["verdict"], result.lines[1]["holds"]) == ("UNAVAILABLE", "old")


def pam_standin(folder):
    from client import Standin
    return Standin(folder / "standin")


def test_genauth_is_gone_from_the_start(world):
    world.write_conf(world.base.replace(world.server.host, "https://localhost:1"))
    result = world.change(OLD, NEW, NEW)
    assert (result.code, result.prompts) == ("PAM_TRY_AGAIN", PROMPTS[:1])
    assert result.messages == ["GenAuth cannot be reached."]


# ---- the token ----

def revoked(world, wait=True):
    deadline = time.monotonic() + (10 if wait else 1)
    while time.monotonic() < deadline and not world.server.posts(REVOCATION):
        time.sleep(0.05)
    return world.server.posts(REVOCATION)


@pytest.mark.parametrize("replies, code, changes", [
    ([OLD, NEW, NEW], "PAM_SUCCESS", 1), ([OLD, "short", "short"], "PAM_AUTHTOK_ERR", 1),
    ([OLD, NEW, "other horse"], "PAM_AUTHTOK_ERR", 0), ([OLD], "PAM_AUTHTOK_ERR", 0)])
def test_the_token_is_revoked(world, replies, code, changes):
    world.write_conf(world.base + "revoke_tokens = unused\nexport_tokens = access_token\n")
    result = world.change(*replies)
    assert result.code == code and len(updates(world)) == changes
    post, = revoked(world)
    assert post["http"] == 200 and world.server.connections() == 1
    for update in updates(world):
        assert update["headers"]["authorization"] == "Bearer " + post["body"]["token"]
    assert holds(world, NEW if code == "PAM_SUCCESS" else OLD)


def test_the_token_is_revoked_where_another_line_is_not_ready(world):
    world.write_conf(world.base + "revoke_tokens = unused\n")
    world.write_password(control="required", after="password required pam_deny.so\n")
    assert world.change(OLD, NEW, NEW).code == "PAM_AUTHTOK_ERR"
    assert len(revoked(world)) == 1 and updates(world) == []


@pytest.mark.parametrize("options, current", [("", OLD), ("revoke_tokens = unused\n", "wrong")])
def test_nothing_is_revoked(world, options, current):
    world.write_conf(world.base + options)
    world.change(current, NEW, NEW)
    assert revoked(world, wait=False) == []


# ---- the connection ----

def test_the_connection_is_made_while_the_person_types(world, fresh_cache):
    result = world.change(OLD, NEW, NEW, extra=["--pause", "400"])
    assert result.code == "PAM_SUCCESS" and world.server.connections() == 1
    assert result.lines[0]["connect_ms"] == result.lines[0]["tls_ms"] == "0"


def test_debug_says_more_but_no_secret(world):
    world.write_password("debug")
    result = world.change(OLD, NEW, NEW)
    text = str(result.log)
    assert "account alice: GenAuth is asked" in text
    assert OLD not in text and NEW not in text and "eyJ" not in text and world.server.app_secret not in text
