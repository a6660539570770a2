"""The login itself: verdicts, what is sent, what the host sees."""
import re

import pytest

PASSWORD = "correct horse"

# account -> PAM code, verdict, api_code, words of the message to the person
TABLE = {
    "locked": ("PAM_MAXTRIES", "LOCKED", "2005", "locked"),
    "captcha": ("PAM_MAXTRIES", "LOCKED", "2000", "locked"),
    "disabled": ("PAM_PERM_DENIED", "DISABLED", "2120008", "refused"),
    "app-denied": ("PAM_PERM_DENIED", "DISABLED", "2130010", "refused"),
    "mustchange": ("PAM_AUTH_ERR", "PASSWORD_CHANGE", "1639", "must be changed"),
    "expired": ("PAM_AUTH_ERR", "PASSWORD_CHANGE", "2058", "must be changed"),
    "mfa": ("PAM_AUTH_ERR", "STEP_NEEDED", "1636", "one more step"),
    "throttled": ("PAM_AUTHINFO_UNAVAIL", "THROTTLED", "0", "Wait a minute"),
    "busy": ("PAM_AUTHINFO_UNAVAIL", "UNAVAILABLE", "1000", "cannot be reached"),
    "maintenance": ("PAM_AUTHINFO_UNAVAIL", "UNAVAILABLE", "0", "cannot be reached"),
    "nobody-knows": ("PAM_AUTH_ERR", "DENIED", "2004", None),
}


def test_right_password(world):
    result = world.run(PASSWORD, rhost="192.0.2.7")
    assert result.codes == ["PAM_SUCCESS"]
    assert result.prompts == ["Password: "] and result.messages == [] and result.delays == []
    assert result.environment == []
    post, = world.server.posts()
    assert post["body"] == {
        "connection": "PASSWORD", "passwordPayload": {"account": "alice", "password": PASSWORD},
        "options": {"scope": "openid profile", "clientIp": "192.0.2.7"},
        "client_id": world.server.app_id, "client_secret": world.server.app_secret}
    headers = post["headers"]
    assert headers["x-authing-app-id"] == headers["x-genauth-app-id"] == world.server.app_id
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("pam_genauth/")
    assert "authorization" not in headers and "x-authing-lang" not in headers and "expect" not in headers
    assert post["tls"] == "TLSv1.3"


def test_wrong_password(world):
    result = world.run("wrong")
    assert result.codes == ["PAM_AUTH_ERR"]
    assert result.messages == []
    assert len(result.delays) == 1 and result.delays[0] > 0
    assert result.line["verdict"] == "DENIED" and result.line["api_code"] == "2333"
    assert len(world.server.posts()) == 1


def test_services_in_one_loop_can_do_without_the_delay(world):
    world.write_service("sshd", "nodelay")
    result = world.run("wrong")
    assert result.code == "PAM_AUTH_ERR" and result.delays == []


def test_unknown_and_wrong_look_the_same_to_the_person(world):
    world.add_user("nobody-knows")
    unknown, wrong = world.run("wrong", user="nobody-knows"), world.run("wrong")
    assert (unknown.codes, unknown.prompts, unknown.messages) == (wrong.codes, wrong.prompts, wrong.messages)
    assert unknown.line["reason"] != wrong.line["reason"]


@pytest.mark.parametrize("account", TABLE)
def test_verdict_table(world, account):
    code, verdict, api_code, words = TABLE[account]
    world.add_user(account)
    result = world.run("correct staple", user=account)
    assert result.codes == [code]
    assert (result.line["verdict"], result.line["api_code"]) == (verdict, api_code)
    assert len(result.messages) == (words is not None)
    # Whoever guesses is slowed down; an outage is no guess.
    assert len(result.delays) == (verdict != "UNAVAILABLE")
    assert words is None or words in result.messages[0]
    assert len(world.server.posts()) == 1
    assert world.run("correct staple", user=account, extra=["--silent"]).messages == []


def test_log_line(world):
    result = world.run(PASSWORD, rhost="192.0.2.7")
    line, = [entry for entry in result.log if "pam_genauth" in entry["text"]]
    assert line["priority"] == 6 and line["facility"] == 10 << 3
    assert re.fullmatch(
        r'pam_genauth\(sshd:auth\): verdict=OK service=sshd user=alice rhost=192\.0\.2\.7 http_status=200 '
        r'status_code=200 api_code=0 request_id=[\w-]+ dns_ms=\d+ connect_ms=\d+ tls_ms=\d+ wait_ms=\d+ '
        r'total_ms=\d+ reason="accepted"', line["text"]), line["text"]


def test_a_name_is_one_word_of_the_log_line(world):
    """Else a name could look like the words behind it."""
    world.write_conf(world.base + "user_names = any\n")
    world.add_user("a b=c verdict=OK")
    result = world.run("wrong", user="a b=c verdict=OK", rhost="h verdict=OK")
    assert " user=a?b?c?verdict?OK rhost=h?verdict?OK http_status=" in result.log[-1]["text"]
    assert result.line["verdict"] == "DENIED"


def test_local_logins_have_no_client_ip(world):
    world.run(PASSWORD)
    world.run(PASSWORD, rhost="host.example")
    world.run(PASSWORD, rhost="")
    assert [post["body"]["options"] for post in world.server.posts()] == [{"scope": "openid profile"}] * 3


@pytest.mark.parametrize("rhost, address", [
    ("192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::1"),
    # Of a socket for both families; and with the zone, which is this host's own name for a network.
    ("::ffff:192.0.2.7", "192.0.2.7"), ("fe80::1%eth0", "fe80::1"),
    ("192.0.2.7%eth0", None), ("192.0.2", None), ("%eth0", None), ("1" * 100, None)])
def test_client_ip(world, rhost, address):
    world.run(PASSWORD, rhost=rhost)
    world.write_conf(world.base + "forward_client_ip = no\n")
    world.run(PASSWORD, rhost=rhost)
    assert [post["body"]["options"].get("clientIp") for post in world.server.posts()] == [address, None]


def test_the_host_as_browsers_and_people_write_it(world):
    world.write_conf(world.base.replace(world.server.host, world.server.host.replace("https://l", "HTTPS://L") + "/"))
    assert world.run(PASSWORD).code == "PAM_SUCCESS"


@pytest.mark.parametrize("method, number", [("none", 3), ("client_secret_post", 1), ("client_secret_basic", 2)])
def test_client_authentication(world, method, number):
    app = "65f0c0ffee0000000000000%d" % number
    secret = world.server.ready["apps"][app]["secret"]
    conf = (f"app_host = {world.server.host}\napp_id = {app}\nca_file = {world.server.ready['ca_file']}\n"
            f"token_endpoint_auth_method = {method}\n")
    world.write_conf(conf + (f"app_secret = {secret}\n" if secret else ""))
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    assert world.run("wrong").code == "PAM_AUTH_ERR"
    if secret:
        world.write_conf(conf + "app_secret = another\n")
        result = world.run(PASSWORD)
        assert result.code == "PAM_SERVICE_ERR" and result.line["verdict"] == "CONFIG"


def test_unknown_application(world):
    world.write_conf(world.base.replace(world.server.app_id, "65f0c0ffee00000000000099"))
    result = world.run(PASSWORD)
    assert result.code == "PAM_SERVICE_ERR" and result.line["api_code"] == "2011"
    assert "app_id" in result.line["reason"] and result.messages == []


def test_lang_and_scope_and_account_format(world):
    world.write_conf(world.base + "lang = zh-CN\nscope = openid profile email\naccount_format = %u@example.com\n")
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    post, = world.server.posts()
    assert post["headers"]["x-authing-lang"] == "zh-CN"
    assert post["body"]["options"]["scope"] == "openid profile email"
    assert post["body"]["passwordPayload"]["account"] == "alice@example.com"
    world.write_conf(world.base + "account_format = 100%%%u%%\n")
    world.run(PASSWORD)
    assert world.server.posts()[-1]["body"]["passwordPayload"]["account"] == "100%alice%"


def test_passwords_of_all_kinds_arrive_unchanged(world):
    for password in ('"quoted\\"', "P@ssw0rd-密码-ü", "tab\tand\x01control", "%s%n", " spaces ", "x" * 511, "</script>"):
        world.server.set_user("alice", password=password)
        assert world.run(password).code == "PAM_SUCCESS", password
        assert world.server.posts()[-1]["body"]["passwordPayload"]["password"] == password


# ---- tokens ----

def environment(result):
    return dict(entry.split("=", 1) for entry in result.environment)


def test_tokens_are_exported_when_asked(world):
    world.write_conf(world.base + "export_tokens = id_token\n")
    result = environment(world.run(PASSWORD))
    assert list(result) == ["GENAUTH_ID_TOKEN"] and result["GENAUTH_ID_TOKEN"].count(".") == 2
    world.write_conf(world.base + "export_tokens = id_token access_token\n")
    assert sorted(environment(world.run(PASSWORD))) == ["GENAUTH_ACCESS_TOKEN", "GENAUTH_ID_TOKEN"]
    assert world.run("wrong").environment == []


def test_tokens_are_exported_by_service(world):
    world.write_conf(world.base + "[sshd]\nexport_tokens = id_token\n")
    world.write_service("login")
    assert world.run(PASSWORD).environment != []
    assert world.run(PASSWORD, service="login").environment == []


@pytest.mark.parametrize("service", ["su", "su-l", "sudo", "sudo-i", "runuser", "polkit-1"])
def test_tokens_never_go_to_another_user(world, service):
    world.write_conf(world.base + f"export_tokens = id_token\n[{service}]\nexport_tokens = id_token access_token\n")
    world.write_service(service)
    result = world.run(PASSWORD, service=service)
    assert result.code == "PAM_SUCCESS" and result.environment == []


def test_tokens_never_go_to_whom_somebody_else_becomes(world):
    """Whatever the service is called: su and sudo say in PAM_RUSER who asks."""
    world.write_conf(world.base + "export_tokens = id_token\n")
    world.write_service("sudo-of-our-own")
    for caller, exported in (("bob", []), ("alice", ["GENAUTH_ID_TOKEN"])):
        result = world.run(PASSWORD, service="sudo-of-our-own", extra=["--ruser", caller])
        assert (result.code, list(environment(result))) == ("PAM_SUCCESS", exported)


def test_one_user_has_one_account(world):
    """However the name is spelled: a host whose NSS ignores case lets "Alice" in as alice."""
    assert world.run(PASSWORD, user="Alice").code == "PAM_SUCCESS"
    assert [post["body"]["passwordPayload"]["account"] for post in world.server.posts()] == ["alice"]


# ---- which password ----

# A module that asks first and leaves the password in the stack.
ASKS = "auth optional pam_unix.so nodelay\n"


def test_password_of_the_stack(world):
    world.write_service("sshd", before=ASKS)
    result = world.run(PASSWORD)
    assert result.code == "PAM_SUCCESS" and len(result.prompts) == 1
    # Already there: no connection ahead of time, one request.
    assert [entry["method"] for entry in world.server.journal()] == ["POST"]
    assert world.run("wrong", PASSWORD).codes == ["PAM_AUTH_ERR"]


def test_use_first_pass_never_prompts(world):
    world.write_service("sshd", "use_first_pass", before=ASKS)
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    assert len(world.run("wrong", PASSWORD).prompts) == 1
    world.write_service("sshd", "use_first_pass")
    world.server.clear_journal()
    result = world.run(PASSWORD)
    assert result.code == "PAM_AUTH_ERR" and result.prompts == []
    assert world.server.connections() == 0


def test_try_first_pass_prompts_once_more(world):
    world.write_service("sshd", "try_first_pass", before=ASKS)
    assert len(world.run(PASSWORD).prompts) == 1
    world.server.clear_journal()
    result = world.run("wrong", PASSWORD)
    assert result.code == "PAM_SUCCESS" and len(result.prompts) == 2
    assert [post["body"]["passwordPayload"]["password"] for post in world.server.posts()] == ["wrong", PASSWORD]
    result = world.run("wrong", "wrong again", PASSWORD)
    assert result.code == "PAM_AUTH_ERR" and len(result.prompts) == 2
    assert len([entry for entry in result.log if "verdict=" in entry["text"]]) == 2


def test_try_first_pass_sends_no_password_twice(world):
    """A client that answers every prompt alike must not count double towards a lock."""
    world.write_service("sshd", "try_first_pass", before=ASKS)
    result = world.run("wrong", "wrong")
    assert result.code == "PAM_AUTH_ERR" and len(result.prompts) == 2
    assert len(world.server.posts()) == 1


def test_try_first_pass_does_not_ask_again_when_that_is_no_use(world):
    world.write_service("sshd", "try_first_pass", before=ASKS)
    world.server.set_user("alice", state="locked")
    result = world.run("wrong", PASSWORD)
    assert result.code == "PAM_MAXTRIES" and len(result.prompts) == 1


def test_the_password_is_left_for_the_modules_behind(world):
    world.write_service("sshd", control="optional", after="auth required pam_unix.so use_first_pass nodelay\n")
    result = world.run(PASSWORD)
    assert len(result.prompts) == 1


def test_prompt(world):
    world.write_conf(world.base + 'prompt = "GenAuth 密码: "\n')
    assert world.run(PASSWORD).prompts == ["GenAuth 密码: "]


def test_options_of_the_pam_line_win(world):
    world.write_conf(world.base + "prompt = file\n[sshd]\nprompt = section\n[sudo]\nprompt = other\n")
    assert world.run(PASSWORD).prompts == ["section"]
    world.write_service("sshd", "prompt=line with spaces")
    assert world.run(PASSWORD).prompts == ["line with spaces"]
    world.write_service("login")
    assert world.run(PASSWORD, service="login").prompts == ["file"]


# ---- connect while the person types ----

def test_the_connection_is_made_while_the_person_types(world):
    result = world.run(PASSWORD, extra=["--pause", "300"])
    assert result.code == "PAM_SUCCESS"
    assert [entry["method"] for entry in world.server.journal()] == ["GET", "POST"]
    assert world.server.connections() == 1


def test_preconnect_can_be_switched_off(world):
    world.write_conf(world.base + "preconnect = no\n")
    assert world.run(PASSWORD, extra=["--pause", "300"]).code == "PAM_SUCCESS"
    assert [entry["method"] for entry in world.server.journal()] == ["POST"]


def test_an_aborted_prompt_sends_no_password(world):
    result = world.run(extra=["--fail-conversation", "--pause", "200"])
    assert result.code == "PAM_AUTH_ERR" and world.server.posts() == []


# ---- the other entry points ----

def test_other_phases_have_no_opinion(world):
    world.services.joinpath("other").write_text("")
    world.services.joinpath("sshd").write_text("".join(
        f"{phase} sufficient {path}\n{phase} required pam_deny.so\n" for phase, path in
        [(phase, __import__("pam").MODULE) for phase in ("account", "session", "password")]))
    for call in ("acct_mgmt", "open_session", "close_session", "chauthtok"):
        assert world.run(calls=[call]).codes != ["PAM_SUCCESS"], call
    assert world.server.connections() == 0


def test_setcred_succeeds(world):
    assert world.run(PASSWORD, calls=["authenticate", "setcred"]).codes == ["PAM_SUCCESS", "PAM_SUCCESS"]


def test_debug_says_more_but_no_secret(world):
    world.write_service("sshd", "debug")
    world.write_conf(world.base + "export_tokens = id_token\n")
    result = world.run("canary-password")
    good = world.run(PASSWORD)
    assert len(result.log) > 1
    text = " ".join(entry["text"] for entry in result.log + good.log)
    token = environment(good)["GENAUTH_ID_TOKEN"]
    for secret in ("canary-password", PASSWORD, world.server.app_secret, token):
        assert secret not in text
    steps = [entry["text"] for entry in good.log if entry["priority"] == 7]
    for words in ("user alice: password to be prompted for", "genauth-signin started, makes a connection ready",
                  "account alice: GenAuth is asked", "the connection took "):
        assert len([step for step in steps if words in step]) == 1, words


@pytest.mark.parametrize("user", ["alice", "service"])
def test_a_user_who_becomes_another_is_refused(world, user):
    """The host sets PAM_USER anew while the person types: whose password would that be?"""
    result = world.run(PASSWORD, user=user, extra=["--becomes", "bob"])
    assert result.code in ("PAM_AUTH_ERR", "PAM_USER_UNKNOWN")
    assert result.line["user"] == user and world.server.posts() == []
    assert user != "alice" or "changed PAM_USER" in result.line["reason"]
    # To the same name is no change.
    assert world.run(PASSWORD, extra=["--becomes", "alice"]).code == "PAM_SUCCESS"
