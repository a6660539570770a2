"""Second factors through libpam: what the person is asked, what GenAuth gets and in which order, what the log says."""
import json
import os
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import pam
from codes import last_code, totp

PASSWORD = "correct saddle"
SIGNIN, LIST, VERIFY = "/api/v3/signin", "/api/v3/list-enrolled-factors", "/api/v3/mfa-totp-verify"
SEND = {"email": "/api/v3/send-email", "sms": "/api/v3/send-sms"}
V2 = {"otp": "/api/v2/mfa/totp/verify", "email": "/api/v2/applications/mfa/email/verify",
      "sms": "/api/v2/applications/mfa/sms/verify"}
TOKEN = "/oidc/token"
USERS = ("tina", "mona", "maya", "faye")
# The stand-in's time, so that codes are the same in each run; none of the wrong ones is right by chance.
NOW = 1_700_000_000
WRONG = ["000001", "000002", "000003", "000004", "000005"]
PROMPTS = {"otp": "GenAuth one-time code: ", "email": "GenAuth code sent by e-mail to m***@e***: ",
           "sms": "GenAuth code sent by SMS to ***0006: "}
AGAIN = {"otp": "GenAuth refused that code. One-time code: ",
         "email": "GenAuth refused that code. Code sent by e-mail to m***@e***: ",
         "sms": "GenAuth refused that code. Code sent by SMS to ***0006: "}
# openssh-portable auth-pam.c, fake_password.
FILLER = "\b\n\r\177INCORRECT"


@pytest.fixture
def world(world):
    for number, user in enumerate(USERS):
        world.add_user(user, uid=4200 + number)
    world.server.set_mfa(totp_time=NOW)
    world.base += "preconnect = no\n"
    world.write_conf(world.base)
    yield world
    # Whatever else went out: the password only ever to the sign-in, the application's secret to no call with a token.
    for entry in world.server.journal():
        assert entry["path"] in (SIGNIN, "/api/v3/system") or PASSWORD not in json.dumps(entry)
        assert entry["path"] in (SIGNIN, TOKEN) or world.server.app_secret not in json.dumps(entry)


def configure(world, *lines):
    world.write_conf(world.base + "".join(f"{line}\n" for line in lines))


def code_of(world, user, at=NOW):
    return totp(world.server.table()["users"][user]["totp_secret"], at)


def log_in(world, user, *replies, **options):
    return checked(world, world.run(*replies, user=user, **options))


def checked(world, result):
    """The log has no code, address or token."""
    lines = [re.sub("request_id=[^ ]*", "", entry["text"]) for entry in result.log]
    maya = world.server.table()["users"]["maya"]
    private = [*WRONG, PASSWORD, "eyJ", maya["mfa_phone"], maya["mfa_email"] or maya["email"]]
    private += [entry["sent"]["code"] for entry in world.server.journal() if "sent" in entry]
    private += [code_of(world, user, NOW - ago) for user in USERS[:3] for ago in (0, 30)]
    assert [word for word in private for line in lines if word in line] == []
    return result


def type_as_asked(world, user, *replies, **options):
    """A reply may be a function, which says it as soon as it can be known: what GenAuth has sent."""
    read_end, write_end = os.pipe()
    with ThreadPoolExecutor() as pool:
        login = pool.submit(world.run, user=user, extra=["--stdin"], stdin=read_end, **options)
        try:
            for reply in replies:
                os.write(write_end, f"{reply(login) if callable(reply) else reply}\n".encode())
        finally:
            os.close(write_end)
        result = login.result()
    os.close(read_end)
    return checked(world, result)


def sent_by(world, way):
    def wait(login):
        while True:
            try:
                return last_code(world.server, way)
            except LookupError:
                assert not login.done(), login.result()
                time.sleep(0.02)
    return wait


def asked(world):
    """What GenAuth was asked, in turn; all of it on one connection."""
    journal = world.server.journal()
    assert len({entry["connection"] for entry in journal}) <= 1 >= world.server.connections()
    return [entry["path"] for entry in journal]


def bodies(world, path):
    return [entry["body"] for entry in world.server.posts(path)]


def said(result):
    return result.code, result.line["verdict"], result.line.get("factor")


IN = ("PAM_SUCCESS", "OK", "otp")
OUT = ("PAM_AUTH_ERR", "DENIED", "otp")


# ---- the factor that the host demands ----

@pytest.mark.parametrize("demand", ["required", "if_enrolled"])
def test_the_right_code(world, demand):
    configure(world, f"second_factor = {demand}", "export_tokens = access_token")
    result = log_in(world, "tina", PASSWORD, code_of(world, "tina"))
    assert said(result) == IN and result.messages == [] and result.delays == []
    # The code is shown while it is typed: it is worth nothing once it was used.
    assert (result.prompts, result.echoed) == (["Password: ", PROMPTS["otp"]], [False, True])
    assert asked(world) == [SIGNIN, LIST, VERIFY] and bodies(world, VERIFY) == [{"totp": code_of(world, "tina")}]
    signin, listing, verify = world.server.journal()
    token = dict(entry.split("=", 1) for entry in result.environment)["GENAUTH_ACCESS_TOKEN"]
    assert listing["headers"]["authorization"] == verify["headers"]["authorization"] == f"Bearer {token}"
    assert listing["method"] == "GET" and not listing["body"]


# what is typed -> how it ends, what of it is sent
TRIES = {
    "wrong then right": ([WRONG[0], "right"], IN, [WRONG[0], "right"]),
    "right at the third try": ([*WRONG[:2], "right"], IN, [*WRONG[:2], "right"]),
    "three wrong": ([*WRONG[:3], "right"], OUT, WRONG[:3]),
    "one that was typed before": ([WRONG[0], WRONG[0], "right"], IN, [WRONG[0], "right"]),
    "however it is written": ([WRONG[0], "000-001", " 000 001 "], OUT, [WRONG[0]]),
    "as apps show it": (["right with a space"], IN, ["right"]),
    "no code": (["12", "no code, this!", "1" * 17], OUT, []),
    "expired": (["expired", "right"], IN, ["expired", "right"]),
    "of the step before": (["before"], IN, ["before"]),
}


@pytest.mark.parametrize("typed, ends, sent", TRIES.values(), ids=TRIES)
def test_tries(world, typed, ends, sent):
    right = code_of(world, "tina")
    words = {"right": right, "right with a space": f"{right[:3]} {right[3:]}", "before": code_of(world, "tina", NOW - 30),
             "expired": code_of(world, "tina", NOW - 90)}
    configure(world, "second_factor = required")
    result = log_in(world, "tina", PASSWORD, *[words.get(word, word) for word in typed])
    assert said(result) == ends
    count = min(len(typed), 3)
    assert result.prompts == ["Password: ", PROMPTS["otp"], *[AGAIN["otp"]] * (count - 1)]
    assert [body["totp"] for body in bodies(world, VERIFY)] == [words.get(word, word) for word in sent]
    assert asked(world) == [SIGNIN, LIST, *[VERIFY] * len(sent)]
    # Who guesses codes waits as who guesses passwords, and is told as little.
    assert result.messages == [] and len(result.delays) == (ends == OUT)


@pytest.mark.parametrize("tries", [1, 5])
def test_as_often_as_the_option_says(world, tries):
    configure(world, "second_factor = required", f"mfa_tries = {tries}")
    result = log_in(world, "tina", PASSWORD, *WRONG, code_of(world, "tina"))
    assert said(result) == OUT and "mfa_tries" in result.line["reason"]
    assert [body["totp"] for body in bodies(world, VERIFY)] == WRONG[:tries] and len(result.prompts) == 1 + tries


def test_a_code_that_was_used_is_none(world):
    """By another login; whoever has looked over somebody's shoulder has it."""
    configure(world, "second_factor = required")
    right, before = code_of(world, "tina"), code_of(world, "tina", NOW - 30)
    assert said(log_in(world, "tina", PASSWORD, right)) == IN
    result = log_in(world, "tina", PASSWORD, right, before)
    assert said(result) == IN and result.prompts[2:] == [AGAIN["otp"]]
    assert [body["totp"] for body in bodies(world, VERIFY)] == [right, right, before]


def test_too_many_wrong_codes_at_genauth(world):
    """Its limit is another than ours: five of a user, whatever the login."""
    configure(world, "second_factor = required", "mfa_tries = 5")
    assert said(log_in(world, "tina", PASSWORD, *WRONG)) == OUT
    result = log_in(world, "tina", PASSWORD, code_of(world, "tina"))
    assert said(result) == ("PAM_AUTHINFO_UNAVAIL", "THROTTLED", "otp")
    assert len(result.prompts) == 2 and "Wait a minute" in result.messages[0]


def test_a_wrong_password_asks_for_nothing_more(world):
    configure(world, "second_factor = required", "mfa = ask")
    for user in ("tina", "mona"):
        result = log_in(world, user, "wrong", code_of(world, user))
        assert said(result) == ("PAM_AUTH_ERR", "DENIED", None) and result.prompts == ["Password: "]
    assert [entry["path"] for entry in world.server.journal()] == [SIGNIN, SIGNIN]


def test_who_has_set_up_none(world):
    configure(world, "second_factor = if_enrolled")
    result = log_in(world, "alice", "correct horse")
    assert said(result) == ("PAM_SUCCESS", "OK", None)
    assert asked(world) == [SIGNIN, LIST] and result.prompts == ["Password: "]
    configure(world, "second_factor = required")
    world.server.clear_journal()
    result = log_in(world, "alice", "correct horse")
    assert said(result) == ("PAM_AUTH_ERR", "STEP_NEEDED", None)
    assert "web page" in result.messages[0] and "has no one-time password" in result.line["reason"]
    assert asked(world) == [SIGNIN, LIST] and result.prompts == ["Password: "]


def test_a_face_is_no_code(world):
    world.server.set_user("faye", mfa=None)
    configure(world, "second_factor = required")
    result = log_in(world, "faye", PASSWORD)
    assert said(result) == ("PAM_AUTH_ERR", "STEP_NEEDED", None) and "web page" in result.messages[0]
    assert asked(world) == [SIGNIN, LIST] and result.prompts == ["Password: "]


@pytest.mark.parametrize("demand", ["required", "if_enrolled"])
def test_no_access_token(world, demand):
    world.server.set_user("tina", answer={"remove": ["data.access_token"], "on": "right-password"})
    configure(world, f"second_factor = {demand}")
    result = log_in(world, "tina", PASSWORD, code_of(world, "tina"))
    assert said(result) == ("PAM_AUTH_ERR", "DENIED", None) and "no access_token" in result.line["reason"]
    assert asked(world) == [SIGNIN] and result.prompts == ["Password: "]


def test_an_access_token_that_has_expired(world):
    world.server.set_system(access_token_s=-1)
    configure(world, "second_factor = if_enrolled")
    result = log_in(world, "tina", PASSWORD, code_of(world, "tina"))
    assert said(result) == ("PAM_AUTH_ERR", "DENIED", None) and result.prompts == ["Password: "]


def factors(count, last="OTP", **more):
    """A list of that many, of which the last one counts."""
    rows = [{"factorId": str(number), "factorType": "SMS", "profile": {"phoneNumber": "1" * 11}}
            for number in range(count - 1)]
    return {"json": {"statusCode": 200, "message": "", "data": [*rows, {"factorId": "x", "factorType": last, **more}]}}


# Answers that are none, at the list and at the check of the code.
FAULTS = {
    "slow": ({"delay_ms": 60000}, "UNAVAILABLE"), "drips": ({"drip_ms": 2000}, "UNAVAILABLE"),
    "huge": ({"repeat_to_bytes": 300_000}, "UNAVAILABLE"), "endless": ({"endless": True}, "UNAVAILABLE"),
    "cut off": ({"truncate": True}, "UNAVAILABLE"), "closed": ({"close": "before-reply"}, "UNAVAILABLE"),
    "reset": ({"close": "reset"}, "UNAVAILABLE"), "a page": ({"body": "<html>"}, "UNAVAILABLE"),
    "nothing": ({"body": ""}, "UNAVAILABLE"), "deep": ({"body": "[" * 10000}, "UNAVAILABLE"),
    "a text": ({"json": "OTP"}, "UNAVAILABLE"), "no codes": ({"remove": ["statusCode"]}, "UNAVAILABLE"),
    "a text for a code": ({"merge": {"statusCode": "200"}}, "UNAVAILABLE"),
    "no data": ({"remove": ["data"]}, "UNAVAILABLE"), "null": ({"merge": {"data": None}}, "UNAVAILABLE"),
    "other data": ({"merge": {"data": "OTP"}}, "UNAVAILABLE"),
    "an error": ({"http": 500, "json": {"statusCode": 500, "message": ""}}, "UNAVAILABLE"),
    "an error below a good answer": ({"http": 502}, "UNAVAILABLE"),
    "elsewhere": ({"redirect": "https://localhost:1/"}, "UNAVAILABLE"),
    "not here": ({"http": 404, "json": {"statusCode": 404, "message": ""}}, "CONFIG"),
    "not logged in": ({"http": 401, "json": {"statusCode": 401, "apiCode": 2020, "message": ""}}, "DENIED"),
    "too often": ({"http": 429, "body": "<html>"}, "THROTTLED"),
    "two meanings": ({"body": '{"statusCode":200,"statusCode":403,"data":{"verified":true}}'}, "UNAVAILABLE"),
}
OF_THE_LIST = {
    "texts": ({"merge": {"data": ["OTP"]}}, "UNAVAILABLE"), "nulls": ({"merge": {"data": [None]}}, "UNAVAILABLE"),
    "no kind": ({"merge": {"data": [{"factorId": "1"}]}}, "UNAVAILABLE"),
    "a number for a kind": (factors(2, last=7), "UNAVAILABLE"),
}
OF_THE_CODE = {
    "yes": ({"merge": {"data": {"verified": "true"}}}, "UNAVAILABLE"),
    "one": ({"merge": {"data": {"verified": 1}}}, "UNAVAILABLE"),
    "silence": ({"remove": ["data.verified"]}, "UNAVAILABLE"),
    "neither": ({"merge": {"data": {"verified": None}}}, "UNAVAILABLE"),
    "yes and no": ({"merge": {"apiCode": 2005}}, "LOCKED"),
}


def fails_closed(world, demand, path, answer, verdict, count):
    """The login is over: no further prompt, nothing sent again."""
    configure(world, f"second_factor = {demand}", "timeout = 2")
    world.server.set_answer(path, answer)
    result = log_in(world, "tina", PASSWORD, code_of(world, "tina"), WRONG[0])
    assert result.line["verdict"] == verdict and result.code != "PAM_SUCCESS", result.line
    paths = [entry["path"] for entry in world.server.journal()]
    assert paths == [SIGNIN, LIST, VERIFY][:count] and len(result.prompts) == count - 1
    assert len(result.messages) == (verdict in ("UNAVAILABLE", "THROTTLED", "LOCKED"))


@pytest.mark.parametrize("demand", ["required", "if_enrolled"])
@pytest.mark.parametrize("answer, verdict", [*FAULTS.values(), *OF_THE_LIST.values()], ids=[*FAULTS, *OF_THE_LIST])
def test_who_cannot_be_asked_about_is_refused(world, demand, answer, verdict):
    """Else whoever can disturb the second request would switch the factor off."""
    fails_closed(world, demand, LIST, answer, verdict, 2)


@pytest.mark.parametrize("answer, verdict", [*FAULTS.values(), *OF_THE_CODE.values()], ids=[*FAULTS, *OF_THE_CODE])
def test_a_code_that_nobody_has_judged(world, answer, verdict):
    """It is sent once at the most, also on a connection that was used before."""
    fails_closed(world, "required", VERIFY, answer, verdict, 3)


@pytest.mark.parametrize("answer", [factors(2000), {"merge": {"data": {"factorType": "OTP"}}}])
def test_other_forms_of_the_list(world, answer):
    """A long one; and an object where there is one only, as some of the documents print lists."""
    configure(world, "second_factor = if_enrolled")
    world.server.set_answer(LIST, answer)
    result = log_in(world, "tina", PASSWORD, code_of(world, "tina"))
    assert said(result) == IN and len(result.prompts) == 2


def test_a_list_that_is_false_about_the_user(world):
    """It may only ask for more."""
    configure(world, "second_factor = if_enrolled")
    world.server.set_answer(LIST, factors(1))
    assert said(log_in(world, "alice", "correct horse", *WRONG)) == OUT


# ---- the factor that GenAuth demands ----

@pytest.mark.parametrize("user, api_code", [("mona", "1635"), ("maya", "1636"), ("faye", "1636")])
@pytest.mark.parametrize("lines", [[], ["mfa = refuse"], ["second_factor = required"]])
def test_a_demand_is_refused_unless_it_may_be_asked(world, user, api_code, lines):
    configure(world, *lines)
    result = log_in(world, user, PASSWORD, WRONG[0])
    assert said(result) == ("PAM_AUTH_ERR", "STEP_NEEDED", None) and result.line["api_code"] == api_code
    assert asked(world) == [SIGNIN] and result.prompts == ["Password: "] and "web page" in result.messages[0]


@pytest.mark.parametrize("lines", [[], ["second_factor = required"]])
def test_genauths_one_time_password(world, lines):
    """It is enough for the host, too."""
    configure(world, "mfa = ask", *lines)
    result = log_in(world, "mona", PASSWORD, WRONG[0], code_of(world, "mona"))
    assert said(result) == IN and result.line["api_code"] == "1635"
    assert (result.prompts, result.echoed) == (["Password: ", PROMPTS["otp"], AGAIN["otp"]], [False, True, True])
    assert asked(world) == [SIGNIN, V2["otp"], V2["otp"]]
    assert bodies(world, V2["otp"]) == [{"totp": WRONG[0]}, {"totp": code_of(world, "mona")}]
    tokens = {entry["headers"]["authorization"] for entry in world.server.posts(V2["otp"])}
    assert len(tokens) == 1 and tokens.pop().startswith("Bearer eyJ") and result.environment == []


PLACES = {"email": {"email": "maya.second@example.com"}, "sms": {"phone": "13900000006", "phoneCountryCode": "+86"}}


@pytest.mark.parametrize("way", SEND)
def test_a_code_that_is_sent(world, way):
    configure(world, "mfa = ask", f"mfa_policy_order = {way.upper()} OTP")
    result = type_as_asked(world, "maya", PASSWORD, WRONG[0], sent_by(world, way))
    assert said(result) == ("PAM_SUCCESS", "OK", way)
    assert (result.prompts, result.echoed) == (["Password: ", PROMPTS[way], AGAIN[way]], [False, True, True])
    # It is sent once, however often it is typed.
    assert asked(world) == [SIGNIN, SEND[way], V2[way], V2[way]]
    code = last_code(world.server, way)
    assert bodies(world, V2[way]) == [{**PLACES[way], "code": WRONG[0]}, {**PLACES[way], "code": code}]
    assert bodies(world, SEND[way])[0]["channel"] == "CHANNEL_VERIFY_MFA"


@pytest.mark.parametrize("way", SEND)
def test_a_code_that_came_too_late(world, way):
    world.server.set_mfa(code_life_s=0)
    configure(world, "mfa = ask", f"mfa_policy_order = {way.upper()}", "mfa_tries = 2")
    result = type_as_asked(world, "maya", PASSWORD, sent_by(world, way), WRONG[0])
    assert said(result) == ("PAM_AUTH_ERR", "DENIED", way) and len(result.prompts) == 3
    assert [entry["code"] for entry in world.server.posts(V2[way])] == [2300, 2001]


@pytest.mark.parametrize("way", SEND)
def test_one_code_a_minute(world, way):
    """Who was refused, and tries again at once, gets no new one and is told to wait."""
    configure(world, "mfa = ask", f"mfa_policy_order = {way.upper()}")
    assert said(log_in(world, "maya", PASSWORD, *WRONG)) == ("PAM_AUTH_ERR", "DENIED", way)
    world.server.clear_journal()
    result = log_in(world, "maya", PASSWORD, WRONG[0])
    assert said(result) == ("PAM_AUTHINFO_UNAVAIL", "THROTTLED", way), result.line
    assert asked(world) == [SIGNIN, SEND[way]] and result.prompts == ["Password: "]
    assert "Wait a minute" in result.messages[0] and "within the last minute" in result.line["reason"]


@pytest.mark.parametrize("order, policies, row, factor", [
    ("OTP EMAIL SMS", ["OTP", "EMAIL", "SMS"], {}, "otp"),
    ("SMS EMAIL OTP", ["OTP", "EMAIL", "SMS"], {}, "sms"),
    # What the application does not allow, or the user does not have, is passed over.
    ("OTP EMAIL SMS", ["SMS"], {}, "sms"),
    ("EMAIL SMS", [{"mfaPolicy": "EMAIL", "status": 0, "sort": 0}, "SMS"], {}, "sms"),
    ("EMAIL OTP", ["EMAIL", "OTP"], {"mfa_email": ""}, "otp"),
    ("OTP EMAIL", ["OTP", "EMAIL"], {"enrolled_factors": []}, "email"),
])
def test_which_factor(world, order, policies, row, factor):
    world.server.set_user("maya", mfa_policies=policies, **row)
    configure(world, "mfa = ask", f"mfa_policy_order = {order}")
    result = log_in(world, "maya", PASSWORD)
    assert said(result) == ("PAM_AUTH_ERR", "DENIED", factor) and result.prompts == ["Password: ", PROMPTS[factor]]


def test_one_object_for_the_list_of_policies(world):
    world.server.set_mfa(application_mfa="object")
    configure(world, "mfa = ask")
    result = log_in(world, "maya", PASSWORD)
    assert result.prompts == ["Password: ", PROMPTS["email"]]


def test_a_face_is_asked_for_nowhere(world):
    configure(world, "mfa = ask")
    result = log_in(world, "faye", PASSWORD, WRONG[0])
    assert said(result) == ("PAM_AUTH_ERR", "STEP_NEEDED", None) and "none that can be asked for" in result.line["reason"]
    assert asked(world) == [SIGNIN] and result.prompts == ["Password: "] and "web page" in result.messages[0]


@pytest.mark.parametrize("codes", ["code", "apiCode"])
def test_where_v2_has_its_reason(world, codes):
    world.server.set_mfa(v2_codes=codes)
    configure(world, "mfa = ask")
    assert said(log_in(world, "mona", PASSWORD, WRONG[0], code_of(world, "mona"))) == IN


def test_an_mfa_token_that_has_expired(world):
    world.server.set_mfa(token_life_s=0)
    configure(world, "mfa = ask")
    result = log_in(world, "mona", PASSWORD, code_of(world, "mona"))
    assert said(result) == ("PAM_AUTH_ERR", "STEP_NEEDED", "otp") and "expired" in result.line["reason"]
    assert len(result.prompts) == 2


@pytest.mark.parametrize("answer, words", [
    ({"merge": {"data": {"username": "mallory", "email": None}}}, "not known to be that of the account"),
    ({"merge": {"data": {"username": "bob"}}}, "not known to be that of the account"),
    ({"remove": ["data.id"]}, "whose second factor"), ({"remove": ["data"]}, "whose second factor"),
    ({"json": {"code": 200, "message": "", "data": True}}, "whose second factor")])
def test_somebody_elses_factor(world, answer, words):
    configure(world, "mfa = ask")
    world.server.set_answer(V2["otp"], answer)
    result = log_in(world, "mona", PASSWORD, code_of(world, "mona"), WRONG[0])
    assert said(result) == OUT and words in result.line["reason"]
    assert asked(world) == [SIGNIN, V2["otp"]]


@pytest.mark.parametrize("step", ["send", "verify"])
@pytest.mark.parametrize("fault", ["slow", "huge", "closed", "reset", "a page", "an error", "too often", "not here"])
def test_faults_of_genauths_factor(world, step, fault):
    """What the code was sent for is not asked for where it was perhaps not sent."""
    answer, verdict = FAULTS[fault]
    if fault in ("an error", "not here"):
        answer = {**answer, "json": {**answer["json"], "code": answer["json"]["statusCode"]}}
    configure(world, "mfa = ask", "mfa_policy_order = EMAIL", "timeout = 2")
    world.server.set_answer(SEND["email"] if step == "send" else V2["email"], answer)
    result = log_in(world, "maya", PASSWORD, *WRONG)
    assert said(result)[1:] == (verdict, "email"), result.line
    paths = [entry["path"] for entry in world.server.journal()]
    assert paths == [SIGNIN, SEND["email"], V2["email"]][:2 if step == "send" else 3]
    assert len(result.prompts) == (1 if step == "send" else 2)


# ---- its tokens ----

def exported(result):
    return sorted(entry.split("=", 1)[0] for entry in result.environment)


@pytest.mark.parametrize("lines, names, path", [
    ([], [], []), (["mfa_token_exchange = yes"], ["GENAUTH_ACCESS_TOKEN", "GENAUTH_ID_TOKEN"], [TOKEN])])
def test_tokens_after_genauths_factor(world, lines, names, path):
    configure(world, "mfa = ask", "export_tokens = id_token access_token", *lines)
    result = log_in(world, "mona", PASSWORD, code_of(world, "mona"))
    assert said(result) == IN and exported(result) == names
    assert asked(world) == [SIGNIN, V2["otp"], *path]
    for body in bodies(world, TOKEN):
        assert body["grant_type"] == "http://genauth.ai/oidc/grant_type/genauth_token"
        assert body["scope"] == "openid profile" and body["token"].startswith("eyJ")


def test_the_older_name_of_the_grant(world):
    configure(world, "mfa = ask", "mfa_token_exchange = yes")
    world.server.set_answer(TOKEN, {"http": 400, "json": {"error": "unsupported_grant_type"}})
    result = log_in(world, "mona", PASSWORD, code_of(world, "mona"))
    assert said(result) == OUT and "allow the grant" in result.line["reason"]
    assert [body["grant_type"] for body in bodies(world, TOKEN)] == [
        "http://genauth.ai/oidc/grant_type/genauth_token", "http://authing.cn/oidc/grant_type/authing_token"]


@pytest.mark.parametrize("answer, verdict", [
    ("not allowed", "DENIED"), ({"http": 500}, "UNAVAILABLE"), ({"body": "<html>"}, "UNAVAILABLE"),
    ({"delay_ms": 60000}, "UNAVAILABLE"), ({"close": "before-reply"}, "UNAVAILABLE"), ({"http": 429}, "THROTTLED"),
    ({"remove": ["access_token"]}, "DENIED"), ({"id_token": {"claims": {"username": "mallory"}}}, "DENIED")])
def test_without_the_tokens_that_were_wanted_nobody_gets_in(world, answer, verdict):
    configure(world, "mfa = ask", "mfa_token_exchange = yes", "export_tokens = id_token", "timeout = 2")
    if answer == "not allowed":
        world.server.set_app(world.server.app_id, v2_grant=False)
    else:
        world.server.set_answer(TOKEN, answer)
    result = log_in(world, "mona", PASSWORD, code_of(world, "mona"))
    assert said(result)[1:] == (verdict, "otp"), result.line
    assert result.environment == [] and len(bodies(world, TOKEN)) == 1


# ---- the host, and who sits before it ----

@pytest.mark.parametrize("extra, reply, words", [
    ([], None, "Conversation error"), (["--null-reply"], None, "Conversation error"), ([], "", "no code was typed"),
    ([], PASSWORD, "gave the password"), ([], "USER", "gave the user's name"), ([], FILLER[:6], "filler"), ([], FILLER, "filler"),
    ([], "1" * 200, "too long")])
@pytest.mark.parametrize("user", ["tina", "mona"])
def test_replies_that_are_not_sent(world, user, extra, reply, words):
    """Prompts that are broken off, and hosts that say something else in place of their user."""
    configure(world, "second_factor = required", "mfa = ask")
    replies = {None: [], "USER": [user]}.get(reply, [reply])
    result = log_in(world, user, PASSWORD, *replies, extra=extra)
    assert said(result) == OUT and words in result.line["reason"]
    assert asked(world) == ([SIGNIN, LIST] if user == "tina" else [SIGNIN]) and len(result.prompts) == 2
    assert len(result.delays) == 1 and result.messages == []


def test_a_host_at_its_end(world):
    configure(world, "second_factor = required")
    result = type_as_asked(world, "tina", PASSWORD)
    assert said(result) == OUT and asked(world) == [SIGNIN, LIST]


@pytest.mark.parametrize("name, ends", [("bob", OUT), ("tina", IN)])
def test_a_host_that_changes_the_user_meanwhile(world, name, ends):
    configure(world, "second_factor = required")
    result = log_in(world, "tina", PASSWORD, code_of(world, "tina"), extra=["--becomes", name, "--becomes-at", "1"])
    assert said(result) == ends and result.line["user"] == "tina"
    assert ends == IN or ("changed PAM_USER" in result.line["reason"] and asked(world) == [SIGNIN, LIST])


def test_silent_is_about_messages_not_prompts(world):
    """sudo sets it always."""
    configure(world, "second_factor = required", "mfa = ask")
    result = log_in(world, "tina", PASSWORD, WRONG[0], code_of(world, "tina"), extra=["--silent"])
    assert said(result) == IN and result.prompts == ["Password: ", PROMPTS["otp"], AGAIN["otp"]]
    result = log_in(world, "faye", PASSWORD, extra=["--silent"])
    assert result.line["verdict"] == "STEP_NEEDED" and result.messages == []


# message.h: READY, and ASK for ever.
TAKEN_OVER = """\
#!%s
import socket
module = socket.socket(fileno=0)
def say(kind, **records):
    module.send(bytes([%d, kind]) + b"".join(bytes([len(name)]) + len(value).to_bytes(4, "little") + name.encode() + value
                for name, value in records.items()))
say(1, version=b"x")
module.recv(65536), module.recv(65536)
try:
    while True:
        say(9, prompt=b"OTP", detail=b"")
        module.recv(65536)
except OSError:
    pass
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root for a mount of its own")
def test_a_helper_that_never_stops_asking(world, monkeypatch):
    """Nobody is held by it. What else such a one can do: tests/hostile/test_impostor.py."""
    source = (pam.HERE.parents[1] / "pam_genauth/common/message.h").read_text()
    fake = world.folder / "fake"
    fake.write_text(TAKEN_OVER % (sys.executable, int(source.split("define GENAUTH_MESSAGE_VERSION ")[1].split()[0])))
    fake.chmod(0o755)
    monkeypatch.setattr(pam, "WRAPPER", [*pam.WRAPPER, "unshare", "--mount", "sh", "-c",
                                         f'mount --bind {fake} {pam.HELPER} && exec "$@"', "sh"])
    for lines, asks, words in (([], 0, "no option demands"), (["second_factor = required"], 3, "mfa_tries"),
                               (["second_factor = required", "mfa_tries = 5"], 5, "mfa_tries")):
        configure(world, *lines)
        result = log_in(world, "tina", PASSWORD, *["123456"] * 20)
        assert result.line["verdict"] == "INTERNAL" and words in result.line["reason"]
        assert result.prompts == ["Password: ", *[PROMPTS["otp"]] * asks]


def test_typing_is_outside_of_the_time_limit(world):
    """Both times; what the log calls the time of the login is without it, too."""
    configure(world, "second_factor = required", "timeout = 2")
    result = log_in(world, "tina", PASSWORD, code_of(world, "tina"), extra=["--pause", "2500"])
    assert said(result) == IN, result.line
    assert result.milliseconds >= 5000 and int(result.line["total_ms"]) <= result.milliseconds - 4990
    world.server.clear_journal()
    result = log_in(world, "tina", PASSWORD, extra=["--pause", "2500"])
    assert said(result) == OUT and int(result.line["total_ms"]) <= result.milliseconds - 4990


def test_a_server_that_has_gone_while_the_person_types(world):
    """The code goes over a new connection, and once."""
    configure(world, "second_factor = required")
    world.server.set_answer(LIST, {"close": "after-reply"})
    result = log_in(world, "tina", PASSWORD, code_of(world, "tina"), extra=["--pause", "500"])
    assert said(result) == IN and world.server.connections() == 2
    assert [entry["path"] for entry in world.server.journal()] == [SIGNIN, LIST, VERIFY]


@pytest.mark.parametrize("flags, prepare", [("use_first_pass", ""), ("try_first_pass", ""), ("use_first_pass", "prepare")])
def test_another_module_asks_for_the_password(world, flags, prepare):
    """The code is asked for all the same: it is never in the stack."""
    line = f"auth optional {pam.MODULE} conf={world.conf} prepare\n" if prepare else ""
    world.write_service("sshd", flags, before=line + "auth optional pam_unix.so nodelay\n")
    configure(world, "second_factor = required")
    result = log_in(world, "tina", PASSWORD, code_of(world, "tina"), extra=["--pause", "400"])
    assert said(result) == IN and result.prompts == ["Password: ", PROMPTS["otp"]]
    assert [path for path in asked(world) if path != "/api/v3/system"] == [SIGNIN, LIST, VERIFY]


@pytest.mark.parametrize("typed", [WRONG[:3], []])
def test_a_wrong_code_does_not_ask_for_the_password_again(world, typed):
    """That was right."""
    world.write_service("sshd", "try_first_pass", before="auth optional pam_unix.so nodelay\n")
    configure(world, "second_factor = required")
    result = log_in(world, "tina", PASSWORD, *typed)
    assert said(result) == OUT and result.prompts[1:] == [PROMPTS["otp"], AGAIN["otp"], AGAIN["otp"]][:len(typed) or 1]


def test_debug_names_the_steps(world):
    world.write_service("sshd", "debug")
    configure(world, "second_factor = required")
    result = log_in(world, "tina", PASSWORD, WRONG[0], code_of(world, "tina"))
    steps = [entry["text"] for entry in result.log if entry["priority"] == 7]
    assert [step.partition("asked: ")[2] for step in steps if "the person is asked" in step] == [
        PROMPTS["otp"][:-2], AGAIN["otp"][:-2]]


def test_the_log_lines(world):
    """The first before the prompt: hosts end without the other when somebody hangs up, who had the right password."""
    configure(world, "second_factor = required")
    def lines(*replies):
        result = log_in(world, "tina", PASSWORD, *replies, rhost="192.0.2.7")
        return [entry for entry in result.log if entry["text"].startswith("pam_genauth(")]

    first, line = lines(code_of(world, "tina"))
    assert first["text"] == "pam_genauth(sshd:auth): asking for a second factor service=sshd user=tina rhost=192.0.2.7"
    assert (first["priority"], line["priority"]) == (5, 6) and " factor=otp dns_ms=" in line["text"]
    world.server.set_answer(LIST, {"body": "<html>"})
    assert len(lines()) == 1


# ---- who sets none of it ----

@pytest.mark.parametrize("user, ends", [("tina", ("PAM_SUCCESS", "OK", None)), ("mona", ("PAM_AUTH_ERR", "STEP_NEEDED", None)),
                                        ("maya", ("PAM_AUTH_ERR", "STEP_NEEDED", None))])
def test_without_the_options_nothing_is_new(world, user, ends):
    """One POST, one prompt, the same line."""
    result = log_in(world, user, PASSWORD, code_of(world, user))
    assert said(result) == ends and result.prompts == ["Password: "] and result.echoed == [False]
    assert [(entry["method"], entry["path"]) for entry in world.server.journal()] == [("POST", SIGNIN)]
    assert world.server.connections() == 1 and "factor" not in result.log[-1]["text"].partition(" reason=")[0]
