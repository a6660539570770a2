"""The stand-in itself: that it starts, judges, answers, spoils and ends as README.md says."""
import base64
import contextlib
import http.client
import json
import os
import pty
import signal
import ssl
import subprocess
import sys
import time
import urllib.parse

import jwt
import pytest

from certificates import write_private
from client import HERE, Standin
from codes import last_code, totp
from genauth import GenAuth

VECTORS = HERE.parent / "vectors"
POST_APP, BASIC_APP, PUBLIC_APP, RS256_APP, DISABLED_APP = ("65f0c0ffee0000000000000%d" % n for n in range(1, 6))


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("standin")
    for vector, name in (("rsa/rsa2048-private.pem", "password-rsa-2048.pem"),
                         ("rsa/rsa1024-private.pem", "password-rsa-1024.pem"),
                         ("sm2/sm2-private.pem", "password-sm2.pem")):
        write_private(folder / name, (VECTORS / vector).read_bytes())
    with Standin(folder) as server:
        yield server
    assert server.process.returncode == 0
    assert server.stderr() == ""


@pytest.fixture
def server(shared):
    shared.reset_users()
    shared.clear_journal()
    return shared


def connect(server, timeout=5):
    context = ssl.create_default_context(cafile=server.ready["ca_file"])
    return http.client.HTTPSConnection("localhost", server.port, context=context, timeout=timeout)


def ask(server, method, path, body=None, headers=None, connection=None):
    """HTTP status and body (JSON where it is some)."""
    if connection is None:
        with contextlib.closing(connect(server)) as connection:
            return ask(server, method, path, body, headers, connection)
    data = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
    connection.request(method, path, data, {"Content-Type": "application/json", **(headers or {})})
    response = connection.getresponse()
    text = response.read()
    try:
        return response.status, json.loads(text)
    except ValueError:
        return response.status, text


def signin_body(server, account="alice", password="correct horse", **changes):
    body = {"connection": "PASSWORD", "passwordPayload": {"account": account, "password": password},
            "options": {"scope": "openid profile"}, "client_id": server.app_id, "client_secret": server.app_secret}
    body.update(changes)
    return {name: value for name, value in body.items() if value is not None}


def app_headers(app_id):
    return {"x-authing-app-id": app_id, "x-genauth-app-id": app_id}


def signin(server, account="alice", password="correct horse", **changes):
    body = signin_body(server, account, password, **changes)
    return ask(server, "POST", "/api/v3/signin", body, app_headers(server.app_id))


def curl(*arguments):
    command = ["curl", "--silent", "--show-error", "--max-time", "5", *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


# A good login

def test_good_login(server):
    status, reply = signin(server, options={"scope": "openid email phone offline_access", "clientIp": "203.0.113.9"})
    assert (status, reply["statusCode"]) == (200, 200)
    assert reply["requestId"] and "apiCode" not in reply
    data = reply["data"]
    assert data["token_type"] == "Bearer" and data["expire_in"] == 7200 and data["refresh_token"]
    claims = jwt.decode(data["id_token"], server.app_secret, ["HS256"], audience=server.app_id,
                        issuer=server.host + "/oidc")
    assert claims["email"] == "alice@example.com" and claims["phone_number"] == "13900000001"
    assert jwt.get_unverified_header(data["id_token"]).get("kid") is None


def test_tokens_verify_against_the_published_keys(server):
    status, reply = signin_as(server, RS256_APP)
    assert reply["statusCode"] == 200
    issuer = server.host + "/oidc"
    status, discovery = ask(server, "GET", "/oidc/.well-known/openid-configuration")
    assert discovery["issuer"] == issuer and discovery["jwks_uri"] == issuer + "/.well-known/jwks.json"
    status, keys = ask(server, "GET", "/oidc/.well-known/jwks.json")
    key = jwt.PyJWK(keys["keys"][0]).key
    for token in (reply["data"]["id_token"], reply["data"]["access_token"]):
        assert jwt.get_unverified_header(token)["kid"] == keys["keys"][0]["kid"]
        jwt.decode(token, key, ["RS256"], audience=RS256_APP, issuer=issuer)


def signin_as(server, app_id, basic=False, **changes):
    secret = server.ready["apps"][app_id]["secret"]
    headers = app_headers(app_id)
    if basic:
        headers["Authorization"] = "Basic " + base64.b64encode(("%s:%s" % (app_id, secret)).encode()).decode()
    body = signin_body(server, **{"client_id": app_id, "client_secret": secret, **changes})
    return ask(server, "POST", "/api/v3/signin", body, headers)


@pytest.mark.parametrize("field,account", [("username", "alice"), ("email", "alice@example.com"),
                                           ("email", "ALICE@Example.COM"),
                                           ("phone", "13900000001"), ("account", "13900000001")])
def test_account_types(server, field, account):
    payload = {field: account, "password": "correct horse"}
    assert signin(server, passwordPayload=payload)[1]["statusCode"] == 200


@pytest.mark.parametrize("connection,payload,user", [("LDAP", "ldapPayload", "carol"), ("AD", "adPayload", "dave")])
def test_directories(server, connection, payload, user):
    changes = {"connection": connection, "passwordPayload": None,
               payload: {"sAMAccountName": user, "password": "correct staple"}}
    assert signin(server, **changes)[1]["statusCode"] == 200
    assert signin(server, user, "correct staple")[1]["apiCode"] == 2333


# Refusals

@pytest.mark.parametrize("account,password,status,api_code", [
    ("alice", "wrong", 403, 2333), ("nobody", "wrong", 404, 2004), ("locked", "wrong", 403, 2005),
    ("disabled", "correct staple", 403, 2120008), ("mustchange", "correct staple", 403, 1639),
    ("mustchange", "wrong", 403, 2333), ("expired", "correct staple", 403, 2058),
    ("mfa", "correct staple", 403, 1636), ("mfa", "wrong", 403, 2333), ("app-denied", "correct staple", 403, 2130010),
    ("captcha", "correct staple", 403, 2000), ("throttled", "correct staple", 429, None),
    ("busy", "correct staple", 500, 1000)])
def test_users(server, account, password, status, api_code):
    http_status, reply = signin(server, account, password)
    assert (http_status, reply["statusCode"], reply.get("apiCode")) == (200, status, api_code)


def test_data_of_refusals(server):
    assert signin(server, "alice", "wrong")[1]["data"]["remainCount"] == 4
    assert signin(server, "mfa", "correct staple")[1]["data"]["mfaToken"]
    assert signin(server, "mustchange", "correct staple")[1]["data"]["token"]


def test_maintenance(server):
    status, reply = signin(server, "maintenance", "any")
    assert (status, reply["statusCode"]) == (503, 503)


@pytest.mark.parametrize("name,http_status,status,api_code", [
    ("code-200-403-2333", 200, 403, 2333), ("code-500-200-none", 500, 200, None), ("code-418--1-7", 418, -1, 7),
    ("code-200-200-2005", 200, 200, 2005)])
def test_code_names(server, name, http_status, status, api_code):
    got, reply = signin(server, name, "any")
    assert (got, reply["statusCode"], reply.get("apiCode")) == (http_status, status, api_code)
    assert ("access_token" in reply.get("data", {})) == (status == 200)


@pytest.mark.parametrize("app_id,basic,changes,right", [
    (POST_APP, False, {}, True), (POST_APP, True, {}, True),
    (POST_APP, True, {"client_id": None, "client_secret": None}, False), (POST_APP, True, {"client_id": "x"}, False),
    (BASIC_APP, True, {"client_secret": "x"}, False), (PUBLIC_APP, False, {"client_id": "x"}, False), (POST_APP, False, {"client_secret": "x"}, False),
    (POST_APP, False, {"client_secret": None}, False),
    (BASIC_APP, True, {"client_id": None, "client_secret": None}, True), (BASIC_APP, False, {}, False),
    (BASIC_APP, True, {}, True),
    (PUBLIC_APP, False, {"client_id": None, "client_secret": None}, True), (PUBLIC_APP, False, {}, True)])
def test_client_authentication(server, app_id, basic, changes, right):
    reply = signin_as(server, app_id, basic, **changes)[1]
    assert reply["statusCode"] == (200 if right else 400)
    assert "apiCode" not in reply


def test_app_headers(server):
    def code(headers):
        reply = ask(server, "POST", "/api/v3/signin", signin_body(server), headers)[1]
        return reply["statusCode"], reply.get("apiCode")

    assert code({}) == (400, 2010)
    assert code({"x-authing-app-id": POST_APP}) == code({"x-genauth-app-id": POST_APP}) == (200, None)
    assert code({"x-authing-app-id": POST_APP, "x-genauth-app-id": BASIC_APP}) == (400, 2011)
    assert code(app_headers("0" * 24)) == (400, 2011)
    assert signin_as(server, DISABLED_APP)[1]["apiCode"] == 2011


@pytest.mark.parametrize("changes", [
    {"connection": "PASSCODE"}, {"connection": None}, {"connection": "LDAP"}, {"ldapPayload": 1},
    {"adPayload": {"sAMAccountName": "a", "password": "b"}}, {"passwordPayload": {"password": "correct horse"}},
    {"passwordPayload": {"account": "alice", "username": "alice", "password": "correct horse"}},
    {"passwordPayload": {"account": "alice", "password": ""}}, {"passwordPayload": {"account": "alice"}},
    {"options": []}, {"options": {"scope": "profile"}},
    {"options": {"scope": "openid", "passwordEncryptType": "md5"}}])
def test_bad_requests(server, changes):
    body = {**signin_body(server), **changes}
    reply = ask(server, "POST", "/api/v3/signin", body, app_headers(server.app_id))[1]
    assert reply["statusCode"] == 400
    assert server.posts()[0]["why"] == reply["message"]


def empty_payloads(password=None, account=None):
    """Structures of a language that has no missing fields."""
    return {"passwordPayload": {"password": password or "", "account": account or "", "username": "", "email": "",
                                "phone": ""},
            "passCodePayload": {"passCode": "", "email": "", "phone": "", "phoneCountryCode": ""},
            "adPayload": {"password": "", "sAMAccountName": ""}, "ldapPayload": {"password": "", "sAMAccountName": ""}}


# What each of GenAuth's own clients sends to signin, by the client of its language: app id headers, other headers,
# whether it authenticates by Basic, and how its body differs from the smallest.
SMALLEST = {"connection": "PASSWORD", "passwordPayload": {"account": "alice", "password": "correct horse"}}
PROOF = {"client_id": POST_APP, "client_secret": "5ec4e75ec4e75ec4e75ec4e75ec4e701"}
CLIENTS = {
    "node": ("x-authing-app-id", {}, PROOF),
    "node-genauth": ("x-genauth-app-id", {}, PROOF),
    "python": ("x-authing-app-id", {"x-authing-sdk-version": "python:5.1.0", "x-authing-request-from": "sdk",
                                    "x-authing-lang": "en-US", "x-real-ip": "203.0.113.9"},
               {**PROOF, "options": None, "ldapPayload": None, "adPayload": None, "passCodePayload": None}),
    "go": ("x-authing-app-id", {"Content-Type": "application/json;charset=UTF-8", "x-authing-sdk-version": "go"},
           {**PROOF, **empty_payloads("correct horse", "alice"), "options": {}}),
    "java": ("x-authing-app-id", {"x-authing-request-from": "java-sdk"}, {**PROOF, "options": {"scope": None}}),
    "browser": ("x-authing-app-id", {"x-authing-request-from": "sdk-web"}, {"appId": PUBLIC_APP}),
    "mobile": ("x-authing-app-id", {"x-authing-userpool-id": "65f0c0ffee0000000000aaaa", "x-authing-lang": "zh-CN"},
               {"options": {"scope": "openid profile", "context": "text"}}),
}


@pytest.mark.parametrize("client", CLIENTS)
def test_clients_of_the_vendor(server, client):
    """A GenAuth that they cannot use would be a model of nothing."""
    header, others, changes = CLIENTS[client]
    app_id = POST_APP if "client_id" in changes else PUBLIC_APP
    reply = ask(server, "POST", "/api/v3/signin", {**SMALLEST, **changes}, {header: app_id, **others})[1]
    assert reply["statusCode"] == 200 and reply["data"]["id_token"].count(".") == 2
    token = reply["data"]["access_token"]
    for text in (token, "Bearer " + token):
        profile = ask(server, "GET", "/api/v3/get-profile", None, {header: app_id, "Authorization": text})[1]
        assert profile["statusCode"] == 200 and profile["data"]["userId"]
    assert ask(server, "GET", "/api/v3/get-profile", None, {header: app_id, "Authorization": token[:-9]})[1][
        "statusCode"] == 401


@pytest.mark.parametrize("client", [client for client in CLIENTS if "client_id" in CLIENTS[client][2]])
def test_clients_of_the_vendor_with_a_wrong_secret(server, client):
    header, others, changes = CLIENTS[client]
    changes = {**changes, "client_secret": "another"}
    reply = ask(server, "POST", "/api/v3/signin", {**SMALLEST, **changes}, {header: POST_APP, **others})[1]
    assert reply["statusCode"] == 400


@pytest.mark.parametrize("name", sorted(path.stem for path in (VECTORS / "replies").glob("*.json")))
def test_printed_replies(server, name):
    printed = json.loads((VECTORS / "replies" / (name + ".json")).read_text())["exchanges"][0]["response"]
    assert signin(server, "reply-" + name, "any") == (printed["http_status"], printed["body"])


@pytest.mark.parametrize("app_id,secret,basic,error", [
    (POST_APP, None, False, "invalid_grant"), (POST_APP, "another", False, "invalid_client"),
    (POST_APP, None, True, "invalid_client"), (BASIC_APP, None, True, "invalid_grant"),
    (BASIC_APP, None, False, "invalid_client"), (PUBLIC_APP, "", False, "invalid_grant"),
    ("0" * 24, "x", False, "invalid_client")])
def test_token_endpoint(server, app_id, secret, basic, error):
    """RFC 6749, 5.2: a client that does not prove who it is learns so before its grant is looked at."""
    secret = server.ready["apps"].get(app_id, {}).get("secret") if secret is None else secret
    form, headers = {"grant_type": "authorization_code", "code": "none"}, {}
    if basic:
        headers["Authorization"] = "Basic " + base64.b64encode(("%s:%s" % (app_id, secret)).encode()).decode()
    else:
        form.update(client_id=app_id, **({"client_secret": secret} if secret else {}))
    status, reply = ask(server, "POST", "/oidc/token", urllib.parse.urlencode(form),
                        {"Content-Type": "application/x-www-form-urlencoded", **headers})
    assert (status, reply["error"]) == (401 if error == "invalid_client" else 400, error)


@pytest.mark.parametrize("body", ["", "{", "[]", '{"connection":"PASSWORD","connection":"LDAP"}', "[" * 100000])
def test_bad_json(server, body):
    assert ask(server, "POST", "/api/v3/signin", body, app_headers(server.app_id))[1]["statusCode"] == 400


def test_content_type(server):
    headers = {**app_headers(server.app_id), "Content-Type": "text/plain"}
    assert ask(server, "POST", "/api/v3/signin", signin_body(server), headers)[1]["statusCode"] == 400


@pytest.mark.parametrize("method,path", [("GET", "/api/v3/signin"), ("GET", "/"), ("POST", "/api/v3/system")])
def test_other_paths(server, method, path):
    status, reply = ask(server, method, path)
    assert (status, reply["statusCode"]) == (404, 404)


def test_check_app(server):
    def valid(app_id, secret):
        return ask(server, "POST", "/api/v3/check-app-id-secret", {"appId": app_id, "appSecret": secret})[1]["data"]

    assert valid(POST_APP, server.app_secret)["valid"] is True
    assert valid(POST_APP, "wrong")["valid"] is False
    assert valid("0" * 24, "wrong")["valid"] is False


# Second factors

SADDLE = "correct saddle"       # the password of tina and of those below
NOW = 1111111109                # of a test, where it matters which step it is
SECRETS = {name: row["totp_secret"] for name, row in json.loads((HERE / "users.json").read_text())["users"].items()
           if "totp_secret" in row}


def signed_in(server, account, password=SADDLE, **options):
    """Headers with the access token of that user."""
    reply = signin(server, account, password, options={"scope": "openid profile", **options})[1]
    return {"Authorization": "Bearer " + reply["data"]["access_token"]}


def verify_signed_in(server, headers, code):
    return ask(server, "POST", "/api/v3/mfa-totp-verify", {"totp": code}, headers)[1]


def demanded(server, account, app_id=None):
    """Headers with the mfaToken that this user's sign-in brings."""
    app_id = app_id or server.app_id
    reply = signin_as(server, app_id, passwordPayload={"account": account, "password": SADDLE})[1]
    return {**app_headers(app_id), "Authorization": "Bearer " + reply["data"]["mfaToken"]}


def verify_totp(server, headers, code):
    return ask(server, "POST", "/api/v2/mfa/totp/verify", {"totp": code}, headers)[1]


def send(server, way, **body):
    body = {"channel": "CHANNEL_VERIFY_MFA", **body}
    return ask(server, "POST", "/api/v3/send-" + way, body, app_headers(server.app_id))[1]


def verify_sent(server, headers, way, **body):
    """What "code" answers."""
    return ask(server, "POST", "/api/v2/applications/mfa/%s/verify" % way, body, headers)[1]["code"]


@pytest.mark.parametrize("at,code", [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"),
                                     (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")])
def test_codes_of_the_rfc(at, code):
    """RFC 6238, appendix B, the last 6 of 8 digits; tina has its secret."""
    assert totp(SECRETS["tina"], at) == code
    assert totp(SECRETS["tina"].lower()[:16] + " " + SECRETS["tina"][16:], at) == code


def test_secret_without_padding():
    assert totp("GE", 59) == totp("GE======", 59) != totp("GI", 59)


def test_enrolled_factors(server):
    def factors(**row):
        server.set_user("tina", **row)
        reply = ask(server, "GET", "/api/v3/list-enrolled-factors", None, headers)[1]
        assert reply["statusCode"] == 200
        assert len({factor["factorId"] for factor in reply["data"]}) == len(reply["data"])
        return [(factor["factorType"], factor["profile"]) for factor in reply["data"]]

    headers = signed_in(server, "tina")
    assert factors() == [("OTP", {})]
    assert factors(enrolled_factors=[]) == []
    row = {"phone": "1", "mfa_phone": "2", "phone_country_code": "+1"}
    assert factors(enrolled_factors=["SMS", "EMAIL", "FACE", "OTP"], **row) == [
        ("SMS", {"phoneNumber": "2", "phoneCountryCode": "+1"}), ("EMAIL", {"email": "tina@example.com"}),
        ("FACE", {}), ("OTP", {})]
    assert factors(enrolled_factors=None, totp_secret=None) == []


def test_totp_after_the_sign_in(server):
    server.set_mfa(totp_time=NOW)
    headers = signed_in(server, "tina")

    def verified(code):
        reply = verify_signed_in(server, headers, code)
        assert reply["statusCode"] == 200
        return reply["data"] == {"verified": True}

    assert not verified("000000") and not verified("81804")
    assert not verified(totp(SECRETS["tina"], NOW - 60)) and not verified(totp(SECRETS["tina"], NOW + 30))
    assert verified(totp(SECRETS["tina"], NOW)) and not verified(totp(SECRETS["tina"], NOW))
    assert verified(totp(SECRETS["tina"], NOW - 30)) and not verified(totp(SECRETS["tina"], NOW - 30))
    server.set_mfa(totp_time=NOW + 30)
    assert not verified(totp(SECRETS["tina"], NOW))
    assert verified(totp(SECRETS["tina"], NOW + 30))


def test_totp_of_the_clock(server):
    """However the step changes meanwhile, it is this one or the one before."""
    assert verify_signed_in(server, signed_in(server, "tina"), totp(SECRETS["tina"]))["data"]["verified"] is True


@pytest.mark.parametrize("row", [{"totp_secret": None}, {"enrolled_factors": ["SMS"]}])
def test_totp_of_who_has_none(server, row):
    server.set_user("tina", **row)
    server.set_mfa(totp_time=NOW)
    reply = verify_signed_in(server, signed_in(server, "tina"), totp(SECRETS["tina"], NOW))
    assert (reply["statusCode"], reply["data"]) == (200, {"verified": False})


def test_too_many_wrong_codes(server):
    server.set_mfa(totp_time=NOW)
    headers, right = signed_in(server, "tina"), totp(SECRETS["tina"], NOW)
    for code in ["1"] * 4 + [right] + ["1"] * 5:
        assert verify_signed_in(server, headers, code)["data"]["verified"] is (code == right)
    right = totp(SECRETS["tina"], NOW - 30)
    reply = verify_signed_in(server, headers, right)
    assert (reply["statusCode"], reply.get("apiCode"), "data" in reply) == (429, None, False)
    assert server.journal()[-1]["http"] == 200
    server.set_mfa(retry_after_s=0)
    assert verify_signed_in(server, headers, right)["data"]["verified"] is True


def test_missing_totp(server):
    headers = signed_in(server, "tina")
    for body in ({}, {"totp": ""}, {"totp": 123456}):
        assert ask(server, "POST", "/api/v3/mfa-totp-verify", body, headers)[1]["apiCode"] == 6003
    assert ask(server, "POST", "/api/v2/mfa/totp/verify", {}, demanded(server, "mona"))[1]["code"] == 6003


@pytest.mark.parametrize("account,api_code,totp_enabled,face_enabled,listed", [
    ("mona", 1635, True, False, []), ("maya", 1636, True, False, ["EMAIL", "SMS", "OTP"]),
    ("faye", 1636, False, True, ["FACE"])])
def test_demand_for_a_second_factor(server, account, api_code, totp_enabled, face_enabled, listed):
    http_status, reply = signin(server, account, SADDLE)
    assert (http_status, reply["statusCode"], reply["apiCode"]) == (200, 403, api_code)
    data = reply["data"]
    assert (data["totpMfaEnabled"], data["faceMfaEnabled"]) == (totp_enabled, face_enabled)
    assert data["applicationMfa"] == [{"mfaPolicy": name, "status": 1, "sort": n} for n, name in enumerate(listed)]
    assert data["username"] == account and "access_token" not in data
    assert signin(server, account, "wrong")[1]["apiCode"] == 2333
    assert jwt.get_unverified_header(data["mfaToken"])["alg"] == "HS256"
    claims = jwt.decode(data["mfaToken"], options={"verify_signature": False})
    user_id = claims["data"]["userId"]
    assert claims["data"] == {"userPoolId": server.userpool_id, "userId": user_id, "stage": 1,
                              "arn": "arn:cn:authing:%s:user:%s" % (server.userpool_id, user_id)}
    assert claims["exp"] - claims["iat"] == 360


def test_addresses_of_the_demand(server):
    def data(**row):
        server.set_user("maya", **row)
        return signin(server, "maya", SADDLE)[1]["data"]

    first = data()
    assert (first["phone"], first["mfaPhone"], first["phoneCountryCode"], first["mfaPhoneCountryCode"]) == (
        "13900000005", "13900000006", "+86", "+86")
    assert (first["email"], first["mfaEmail"]) == ("maya@example.com", "maya.second@example.com")
    second = data(mfa_phone=None, mfa_email="", phone_country_code=None)
    assert (second["mfaPhone"], second["mfaEmail"], second["mfaPhoneCountryCode"]) == ("13900000005", None, None)


def test_forms_of_application_mfa(server):
    off = {"mfaPolicy": "SMS", "status": 0, "sort": 7}
    server.set_user("maya", mfa_policies=[off, "OTP"])
    assert signin(server, "maya", SADDLE)[1]["data"]["applicationMfa"] == [
        off, {"mfaPolicy": "OTP", "status": 1, "sort": 1}]
    server.set_mfa(application_mfa="object")
    assert signin(server, "maya", SADDLE)[1]["data"]["applicationMfa"] == off
    assert verify_sent(server, demanded(server, "maya"), "sms", phone="13900000006", code="1") == 1001


@pytest.mark.parametrize("path", ["/api/v2/mfa/totp/verify", "/api/v2/applications/mfa/totp/verify"])
def test_totp_for_an_mfa_token(server, path):
    server.set_mfa(totp_time=NOW)
    headers = demanded(server, "mona")
    assert ask(server, "POST", path, {"totp": "1"}, headers)[1]["code"] == 6001
    status, reply = ask(server, "POST", path, {"totp": totp(SECRETS["mona"], NOW)}, headers)
    assert (status, reply["code"]) == (200, 200) and "statusCode" not in reply
    user = reply["data"]
    assert (user["username"], user["email"], user["phone"]) == ("mona", "mona@example.com", "13900000004")
    token = jwt.decode(user["token"], server.app_secret, ["HS256"], audience=server.app_id)
    assert token["sub"] == user["id"]
    # The mfaToken and the code are used up.
    assert ask(server, "POST", path, {"totp": totp(SECRETS["mona"], NOW - 30)}, headers)[1]["code"] == 2021
    assert ask(server, "POST", path, {"totp": totp(SECRETS["mona"], NOW)}, demanded(server, "mona"))[1]["code"] == 6001


def test_forms_of_a_refusal_of_v2(server):
    headers = demanded(server, "mona")
    status, reply = ask(server, "POST", "/api/v2/mfa/totp/verify", {"totp": "1"}, headers)
    assert status == 200 and reply.pop("message") and reply.pop("uniqueId") and reply == {"code": 6001}
    assert server.journal()[-1]["code"] == 6001 and server.journal()[-1]["statusCode"] is None
    server.set_mfa(v2_codes="apiCode")
    reply = verify_totp(server, headers, "1")
    assert (reply["code"], reply["apiCode"]) == (403, 6001)


def test_wrong_mfa_tokens(server):
    server.set_mfa(totp_time=NOW)
    headers, code = demanded(server, "mona"), totp(SECRETS["mona"], NOW)
    token = headers["Authorization"].removeprefix("Bearer ")
    access = signed_in(server, "tina")["Authorization"]
    for wrong in (token, "Bearer " + token[:-4], "Basic " + token, "Bearer", "", access):
        assert verify_totp(server, {**headers, "Authorization": wrong}, code)["code"] == 2021
    assert verify_totp(server, {**headers, **app_headers(RS256_APP)}, code)["code"] == 2021
    assert verify_totp(server, {"Authorization": "Bearer " + token}, code)["code"] == 2010
    assert verify_totp(server, {**headers, **app_headers("0" * 24)}, code)["code"] == 2011
    assert ask(server, "GET", "/api/v3/get-profile", None, headers)[0] == 401
    assert verify_totp(server, headers, code)["code"] == 200
    server.set_mfa(token_life_s=0)
    assert verify_totp(server, demanded(server, "mona"), totp(SECRETS["mona"], NOW - 30))["code"] == 2021


def test_tries_with_an_mfa_token(server):
    server.set_mfa(totp_time=NOW, wrong_codes=2)
    headers, code = demanded(server, "mona"), totp(SECRETS["mona"], NOW)
    assert [verify_totp(server, headers, text)["code"] for text in ("1", "1", code)] == [6001, 6001, 429]


def test_codes_by_email(server):
    headers = demanded(server, "maya")

    def verify(code, email="maya.second@example.com"):
        return verify_sent(server, headers, "email", email=email, code=code)

    assert verify("123456") == 2001
    assert send(server, "email", email="Maya.Second@Example.com")["statusCode"] == 200
    code = last_code(server.journal(), "email")
    assert code == last_code(server, "CHANNEL_VERIFY_MFA") and len(code) == 6
    assert server.posts("/api/v3/send-email")[0]["sent"]["address"] == "maya.second@example.com"
    assert verify("000000") == 2001 and verify(code, "maya@example.com") == 2001
    assert verify(code, "MAYA.second@example.com") == 200
    headers = demanded(server, "maya")
    assert verify(code) == 2001
    with pytest.raises(LookupError):
        last_code(server, "sms")


def test_codes_by_sms(server):
    headers = demanded(server, "maya")

    def verify(code, **body):
        return verify_sent(server, headers, "sms", phone="13900000006", code=code, **body)

    assert send(server, "sms", phoneNumber="13900000006", phoneCountryCode="+1")["statusCode"] == 200
    assert verify(last_code(server, "sms")) == verify(last_code(server, "sms"), phoneCountryCode="+1") == 2001
    assert send(server, "sms", phoneNumber="13900000006")["statusCode"] == 200
    assert verify(last_code(server, "sms"), phoneCountryCode="+86") == 200
    server.set_user("maya", phone_country_code="+1")
    headers = demanded(server, "maya")
    server.set_mfa(code_every_s=0)
    assert send(server, "sms", phoneNumber="13900000006", phoneCountryCode="+1")["statusCode"] == 200
    assert verify(last_code(server, "sms"), phoneCountryCode="+1") == 200


def test_codes_go_to_the_own_address_only(server):
    headers = demanded(server, "maya")
    assert send(server, "email", email="mallory@example.com")["statusCode"] == 200
    assert verify_sent(server, headers, "email", email="mallory@example.com", code=last_code(server, "email")) == 2001
    assert send(server, "sms", phoneNumber="13900000004")["statusCode"] == 200
    headers = demanded(server, "mona")
    assert verify_sent(server, headers, "sms", phone="13900000004", code=last_code(server, "sms")) == 1001


def test_one_code_a_minute(server):
    assert send(server, "email", email="maya@example.com")["statusCode"] == 200
    first = last_code(server, "email")
    reply = send(server, "email", email="MAYA@example.com")
    assert (reply["statusCode"], reply["apiCode"]) == (422, 2080)
    assert send(server, "email", email="maya@example.com", channel="CHANNEL_LOGIN")["statusCode"] == 200
    assert send(server, "email", email="mona@example.com")["statusCode"] == 200
    assert send(server, "sms", phoneNumber="1")["statusCode"] == 200
    reply = send(server, "sms", phoneNumber="1", phoneCountryCode="+86")
    assert (reply["statusCode"], reply.get("apiCode")) == (422, None)
    server.set_mfa(code_every_s=0)
    headers = demanded(server, "maya")
    assert send(server, "email", email="maya@example.com")["statusCode"] == 200
    second = last_code(server, "email")
    assert verify_sent(server, headers, "email", email="maya@example.com", code=second) == 200
    if first != second:     # only the last one counts
        assert verify_sent(server, demanded(server, "maya"), "email", email="maya@example.com", code=first) == 2001


def test_codes_expire(server):
    headers = demanded(server, "maya")
    send(server, "email", email="maya@example.com")
    body = {"email": "maya@example.com", "code": last_code(server, "email")}
    server.set_mfa(code_life_s=0)
    assert verify_sent(server, headers, "email", **body) == 2300
    assert verify_sent(server, headers, "email", **{**body, "code": "000000"}) == 2001
    server.set_mfa(code_life_s=None)
    assert verify_sent(server, headers, "email", **body) == 200


@pytest.mark.parametrize("way,body", [
    ("email", {"email": "a@example.com", "channel": "CHANNEL_BIND_MFA"}),
    ("email", {"email": "a@example.com", "channel": None}),
    ("email", {"email": "a@example.com", "channel": "VERIFY_MFA"}), ("email", {"phoneNumber": "1"}),
    ("sms", {"phoneNumber": "1", "channel": "CHANNEL_BIND_EMAIL"}), ("sms", {"email": "a@example.com"})])
def test_bad_wishes_for_a_code(server, way, body):
    assert send(server, way, **body)["statusCode"] == 400
    assert "sent" not in server.journal()[-1]


def test_nothing_is_remembered_after_a_reset(server):
    server.set_mfa(totp_time=NOW, wrong_codes=1)
    headers, code = signed_in(server, "tina"), totp(SECRETS["tina"], NOW)
    demand, body = demanded(server, "maya"), {"email": "maya@example.com"}
    send(server, "email", **body)
    assert [verify_signed_in(server, headers, text)["data"]["verified"] for text in (code, code)] == [True, False]
    server.reset_users()
    server.set_mfa(totp_time=NOW)
    assert verify_signed_in(server, headers, code)["data"]["verified"] is True
    assert verify_totp(server, demand, totp(SECRETS["maya"], NOW))["code"] == 2021
    assert send(server, "email", **body)["statusCode"] == 200


# OpenID Connect

V2_GRANT, OLD_V2_GRANT = ("http://genauth.ai/oidc/grant_type/genauth_token",
                          "http://authing.cn/oidc/grant_type/authing_token")


def v2_token(server, account="mona", app_id=POST_APP):
    server.set_mfa(totp_time=NOW)
    return verify_totp(server, demanded(server, account, app_id), totp(SECRETS[account], NOW))["data"]["token"]


def ask_oidc(server, path, form, app_id=POST_APP, secret=None):
    form = {**form, "client_id": app_id, "client_secret": secret or server.ready["apps"][app_id]["secret"]}
    form = urllib.parse.urlencode({name: value for name, value in form.items() if value is not None})
    return ask(server, "POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})


def exchange(server, token, app_id=POST_APP, **changes):
    form = {"grant_type": V2_GRANT, "token": token, "scope": "openid", **changes}
    return ask_oidc(server, "/oidc/token", form, app_id)


@pytest.mark.parametrize("grant", [V2_GRANT, OLD_V2_GRANT])
def test_grant_of_a_v2_token(server, grant):
    status, reply = exchange(server, v2_token(server), grant_type=grant, scope="openid username offline_access")
    assert (status, reply["token_type"], reply["expires_in"], reply["scope"]) == (
        200, "Bearer", 7200, "openid username offline_access")
    assert reply["refresh_token"] and "expire_in" not in reply and "statusCode" not in reply
    claims = jwt.decode(reply["id_token"], server.app_secret, ["HS256"], audience=server.app_id)
    assert claims["username"] == "mona"
    headers = {"Authorization": "Bearer " + reply["access_token"]}
    assert ask(server, "GET", "/api/v3/get-profile", None, headers)[1]["data"]["userId"] == claims["sub"]


def test_grants_that_are_refused(server):
    token = v2_token(server)
    access_token = signed_in(server, "tina")["Authorization"].removeprefix("Bearer ")
    for wrong in (None, "", "x", token[:-4], access_token):
        assert exchange(server, wrong)[1]["error"] == "invalid_grant"
    assert exchange(server, token, app_id=RS256_APP)[1]["error"] == "invalid_grant"
    assert server.journal()[-1]["http"] == 400 and server.journal()[-1]["why"]
    assert exchange(server, token, scope="profile")[1]["error"] == "invalid_scope"
    assert exchange(server, token, grant_type="password")[1]["error"] == "unsupported_grant_type"
    assert ask_oidc(server, "/oidc/token", {"grant_type": V2_GRANT, "token": token}, secret="wrong") == (
        401, {"error": "invalid_client", "error_description": "client authentication failed"})
    server.set_app(POST_APP, v2_grant=False)
    assert exchange(server, token) == (400, {"error": "unauthorized_client", "error_description":
                                             "this application may not use this grant"})
    server.set_app(POST_APP, v2_grant=None)
    assert exchange(server, token)[0] == 200
    server.reset_users()
    assert exchange(server, token)[1]["error"] == "invalid_grant"


def test_id_token_of_a_grant(server):
    server.set_answer("/oidc/token", {"id_token": {"claims": {"username": "mallory"}, "alg": "none"}})
    reply = exchange(server, v2_token(server), scope="openid username")[1]
    assert jwt.decode(reply["id_token"], options={"verify_signature": False})["username"] == "mallory"


def revoke(server, token, app_id=POST_APP, secret=None):
    return ask_oidc(server, "/oidc/token/revocation", {"token": token}, app_id, secret)


@pytest.mark.parametrize("app_id", [POST_APP, PUBLIC_APP, RS256_APP])
def test_revocation(server, app_id):
    def status(token):
        return ask(server, "GET", "/api/v3/get-profile", None, {"Authorization": "Bearer " + token})[1]["statusCode"]

    first, second = (signin_as(server, app_id)[1]["data"]["access_token"] for _ in range(2))
    http_status, reply = revoke(server, first, app_id)
    assert (http_status, reply["statusCode"], reply["data"]) == (200, 200, {"success": True})
    assert (status(first), status(second)) == (401, 200)
    for token in (first, "a-refresh-token"):        # RFC 7009, 2.2
        assert revoke(server, token, app_id)[0] == 200


def test_revocation_by_basic(server):
    token = signin_as(server, BASIC_APP, True)[1]["data"]["access_token"]
    secret = server.ready["apps"][BASIC_APP]["secret"]
    basic = base64.b64encode(("%s:%s" % (BASIC_APP, secret)).encode()).decode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": "Basic " + basic}
    assert ask(server, "POST", "/oidc/token/revocation", "token=" + token, headers)[0] == 200
    assert ask(server, "GET", "/api/v3/get-profile", None, {"Authorization": "Bearer " + token})[0] == 401


def test_revocations_that_are_refused(server):
    headers = signed_in(server, "tina")
    token = headers["Authorization"].removeprefix("Bearer ")
    status, reply = revoke(server, token, secret="wrong")
    assert (status, reply["error"]) == (401, "invalid_client")
    status, reply = revoke(server, token, app_id=RS256_APP)
    assert (status, reply["error"]) == (400, "invalid_request")
    status, reply = revoke(server, None)
    assert (status, reply["error"]) == (400, "invalid_request")
    assert ask(server, "GET", "/api/v3/get-profile", None, headers)[0] == 200


# What comes only with an access token

POOL = {"x-authing-userpool-id": "65f0c0ffee0000000000aaaa"}
AFTER_SIGN_IN = [("GET", "/api/v3/get-profile", None), ("GET", "/api/v3/list-enrolled-factors", None),
                 ("POST", "/api/v3/mfa-totp-verify", {"totp": "123456"}),
                 ("POST", "/api/v3/update-password", {"oldPassword": "correct horse", "newPassword": "correct pony"}),
                 ("GET", "/api/v3/get-my-role-list?namespace=default", None),
                 ("GET", "/api/v3/get-my-group-list", None)]


@pytest.mark.parametrize("method,path,body", AFTER_SIGN_IN)
def test_access_tokens(server, method, path, body):
    reply = signin_as(server, RS256_APP)[1]["data"]
    right, headers = reply["access_token"], {**app_headers(RS256_APP), **POOL}

    def answer(text):
        authorization = {} if text is None else {"Authorization": text}
        http_status, reply = ask(server, method, path, body, {**headers, **authorization})
        return http_status, reply["statusCode"], reply.get("apiCode")

    assert answer("Bearer " + right) == (200, 200, None)
    server.reset_users()
    assert answer(right) == (200, 200, None)
    for wrong in (None, "", "Bearer ", "Bearer x", right[:-9], "Bearer " + reply["id_token"]):
        assert answer(wrong) == (401, 401, 2020)
    server.set_system(access_token_s=0)
    assert answer(signed_in(server, "tina")["Authorization"]) == (401, 401, 2020)


# Roles and groups

def listed(server, headers, name, query=""):
    reply = ask(server, "GET", "/api/v3/get-my-%s-list%s" % (name, query), None, headers)[1]
    assert reply["statusCode"] == 200
    return reply["data"]


def test_roles(server):
    headers = signed_in(server, "rosa")
    roles = {role["code"]: role for role in listed(server, headers, "role")}
    assert list(roles) == ["linux-admin", "auditor", "former-admin", "temporary-admin", "guest-admin"]
    admin = roles["linux-admin"]
    assert admin.pop("id") and admin == {
        "code": "linux-admin", "name": "Linux administrators", "description": "", "namespace": "default",
        "namespaceName": "default", "status": "ENABLE", "disableTime": None}
    assert roles["former-admin"]["status"] == "DISABLE" and roles["temporary-admin"]["disableTime"] == 1669881887852
    for query in ("?namespace=default", "?namespace="):
        assert {role["code"] for role in listed(server, headers, "role", query)} == set(roles)
    (web,) = listed(server, headers, "role", "?namespace=web")
    assert (web["code"], web["namespace"]) == ("web-admin", "web")
    assert listed(server, headers, "role", "?namespace=other") == []
    server.set_user("rosa", roles=[{"code": 7, "name": None, "disableTime": "1669881887852"}])
    (odd,) = listed(server, headers, "role")
    assert (odd["code"], odd["name"], odd["disableTime"]) == (7, None, "1669881887852")
    assert listed(server, signed_in(server, "tina"), "role") == []


def test_groups(server):
    first, second = listed(server, signed_in(server, "rosa"), "group")
    assert first.pop("id") and first == {
        "code": "developers", "name": "Developers", "description": "", "type": "static", "metadataSource": [],
        "members": []}
    assert (second["code"], second["name"]) == ("on-call", "on-call")
    assert listed(server, signed_in(server, "tina"), "group") == []


def test_who_is_not_in_the_table_has_nothing(server):
    headers = signed_in(server, "code-200-200-none", "any")
    assert listed(server, headers, "role") == listed(server, headers, "group") == []
    assert ask(server, "GET", "/api/v3/list-enrolled-factors", None, headers)[1]["data"] == []
    assert verify_signed_in(server, headers, "123456")["data"] == {"verified": False}


# The change of a password

def change(server, headers, old, new, **more):
    body = {"oldPassword": old, "newPassword": new, **more}
    body = {name: value for name, value in body.items() if value is not None}
    status, reply = ask(server, "POST", "/api/v3/update-password", body, {**POOL, **headers})
    assert status == 200
    return reply["statusCode"], reply.get("apiCode")


def codes_of_sign_in(server, account, *passwords):
    return [signin(server, account, password)[1].get("apiCode") for password in passwords]


def test_change_of_a_password(server):
    assert POOL["x-authing-userpool-id"] == server.userpool_id
    headers = signed_in(server, "alice", "correct horse")
    assert change(server, headers, "correct horse", "correct pony") == (200, None)
    assert codes_of_sign_in(server, "alice", "correct horse", "correct pony") == [2333, None]
    assert codes_of_sign_in(server, "bob", "correct battery") == [None]
    assert change(server, headers, "correct horse", "correct mule") == (403, 2203)
    server.set_user("bob", phone="1")       # a change of the table leaves it
    assert codes_of_sign_in(server, "alice", "correct pony") == [None]
    assert change(server, headers, "correct pony", "P@ssw0rd-密码-ü", passwordEncryptType="none") == (200, None)
    assert codes_of_sign_in(server, "alice", "correct pony", "P@ssw0rd-密码-ü") == [2333, None]
    server.set_user("alice", password="correct mule")
    assert codes_of_sign_in(server, "alice", "P@ssw0rd-密码-ü", "correct mule") == [2333, None]
    server.reset_users()
    assert codes_of_sign_in(server, "alice", "correct mule", "correct horse") == [2333, None]
    assert server.original_users.read_text() == (HERE / "users.json").read_text()


@pytest.mark.parametrize("old,new,expected", [
    ("wrong", "correct pony", (403, 2203)), (None, "correct pony", (403, 2201)), ("", "correct pony", (403, 2201)),
    ("correct horse", "seven 7", (403, 2061)), ("correct horse", None, (400, None)), ("correct horse", "", (400, None)),
    ("correct horse", 12345678, (400, None)), (1, "correct pony", (400, None))])
def test_changes_that_are_refused(server, old, new, expected):
    assert change(server, signed_in(server, "alice", "correct horse"), old, new) == expected
    assert server.journal()[-1]["why"]
    assert codes_of_sign_in(server, "alice", "correct horse", "correct pony") == [None, 2333]


def test_shortest_password(server):
    headers = signed_in(server, "alice", "correct horse")
    server.set_system(shortest_password=20)
    reply = ask(server, "POST", "/api/v3/update-password", {"oldPassword": "correct horse", "newPassword": "密" * 19},
                {**headers, **POOL})[1]
    assert reply["apiCode"] == 2061 and "20 characters" in reply["message"]
    assert change(server, headers, "correct horse", "密" * 20) == (200, None)


def test_first_password_of_a_user(server):
    headers = signed_in(server, "alice", "correct horse")
    server.set_user("alice", password=None)
    assert change(server, headers, None, "correct pony") == (200, None)
    assert codes_of_sign_in(server, "alice", "correct pony") == [None]
    assert change(server, headers, None, "correct mule") == (403, 2201)


def test_user_pool_of_a_change(server):
    headers = signed_in(server, "alice", "correct horse")
    for pool, expected in ((None, (400, None)), ("", (400, None)), ("65f0c0ffee0000000000bbbb", (403, 2224))):
        sent = {**headers, **app_headers(server.app_id), **({} if pool is None else {"x-authing-userpool-id": pool})}
        reply = ask(server, "POST", "/api/v3/update-password",
                    {"oldPassword": "correct horse", "newPassword": "correct pony"}, sent)[1]
        assert (reply["statusCode"], reply.get("apiCode")) == expected
    assert codes_of_sign_in(server, "alice", "correct horse") == [None]


def test_encrypted_change(server):
    """With ciphertexts of the vendor: both passwords are encrypted, or none is."""
    cases = json.loads((VECTORS / "rsa/rsa-vectors.json").read_text())["cases"]
    cases = [case for case in cases if case["bits"] == 2048]
    plain = [bytes.fromhex(case["plaintext_utf8_hex"]).decode() for case in cases]
    long = next(n for n, text in enumerate(plain) if len(text) >= 8)
    other = next(n for n, text in enumerate(plain) if text != plain[long])
    sealed = [case["vendor_miniapp_jsencrypt_pem_key"] for case in cases]
    server.set_user("alice", password=plain[other])
    headers = signed_in(server, "alice", plain[other])
    assert change(server, headers, plain[other], sealed[long], passwordEncryptType="rsa") == (499, 2016)
    assert change(server, headers, sealed[other], sealed[long]) == (403, 2203)
    assert change(server, headers, sealed[other], "x", passwordEncryptType="md5") == (400, None)
    assert change(server, headers, sealed[other], sealed[long], passwordEncryptType="rsa") == (200, None)
    entry = server.posts("/api/v3/update-password")[-1]
    assert (entry["oldPassword"], entry["newPassword"], entry["password_form"]) == (plain[other], plain[long], "rsa")
    assert codes_of_sign_in(server, "alice", plain[other], plain[long]) == [2333, None]


# Encrypted passwords

def test_system(server):
    system = ask(server, "GET", "/api/v3/system")[1]
    assert system["rsa"]["publicKey"] == (VECTORS / "rsa/rsa2048-public.pem").read_text()
    assert system["sm2"]["publicKey"] == (VECTORS / "sm2/sm2-public.hex").read_text().strip()
    server.set_system(wrapped=True, rsa_format="base64", sm2_digits=128)
    data = ask(server, "GET", "/api/v3/system")[1]["data"]
    assert data["rsa"]["publicKey"] == (VECTORS / "rsa/rsa2048-public.b64").read_text().strip()
    assert data["sm2"]["publicKey"] == system["sm2"]["publicKey"][2:]
    server.set_system(body="<html>", status=502)
    assert ask(server, "GET", "/api/v3/system") == (502, b"<html>")


def sealed_cases():
    vendor = ("vendor_miniapp_jsencrypt_pem_key", "vendor_miniapp_jsencrypt_bare_base64_key")
    rsa = json.loads((VECTORS / "rsa/rsa-vectors.json").read_text())
    for case in rsa["cases"]:
        for field in vendor:
            yield "rsa", case["bits"], case["plaintext_utf8_hex"], case[field], "rsa"
    sm2 = json.loads((VECTORS / "sm2/sm2-vectors.json").read_text())
    for case in sm2["cases"]:
        for field in ("vendor_miniapp_sm2encrypt_c1c3c2", "openssl_evp_encrypt_converted_c1c3c2"):
            yield "sm2", 0, case["plaintext_utf8_hex"], case[field], "sm2 c1c3c2"
        yield "sm2", 0, case["plaintext_utf8_hex"], case["ios_v3_layout_04_c1c2c3_of_base64"], "sm2 04c1c2c3-base64"
    short = sm2["short_coordinate"]
    yield "sm2", 0, short["plaintext_utf8_hex"], short["c1c3c2"], "sm2 c1c3c2"


def test_sealed_passwords(server):
    """The vendor's own ciphertexts open, and the plaintext is what counts."""
    cases = list(sealed_cases())
    assert len(cases) > 20
    for kind, bits, plain, text, form in cases:
        password = bytes.fromhex(plain).decode()
        server.set_system(rsa_bits=bits or 2048)
        server.set_user("sealed", password=password)
        reply = signin(server, "sealed", text, options={"scope": "openid", "passwordEncryptType": kind})[1]
        entry = server.posts()[-1]
        assert (entry["password"], entry["password_form"]) == (password, form)
        assert reply["statusCode"] == 200


@pytest.mark.parametrize("kind,text", [
    ("rsa", "correct horse"), ("rsa", base64.b64encode(bytes(256)).decode()), ("rsa", "QUJD"),
    ("sm2", "correct horse"), ("sm2", "04"), ("sm2", "ab" * 110), ("sm2", "04" + "ab" * 110)])
def test_undecryptable(server, kind, text):
    reply = signin(server, "alice", text, options={"scope": "openid", "passwordEncryptType": kind})[1]
    assert (reply["statusCode"], reply["apiCode"]) == (499, 2016)


def test_rsa_line_break_is_refused(server):
    text = json.loads((VECTORS / "rsa/rsa-vectors.json").read_text())["cases"][-1]["vendor_miniapp_jsencrypt_pem_key"]
    reply = signin(server, "alice", text[:64] + "\n" + text[64:],
                   options={"scope": "openid", "passwordEncryptType": "rsa"})[1]
    assert reply["apiCode"] == 2016


# Spoiled answers

def spoiled(server, **answer):
    server.set_user("alice", answer=answer)
    return signin(server)


def test_merge_and_remove(server):
    reply = spoiled(server, merge={"statusCode": "200", "data": {"scope": None}}, remove=["data.id_token"])[1]
    assert reply["statusCode"] == "200" and reply["data"]["scope"] is None
    assert "id_token" not in reply["data"] and "access_token" in reply["data"]


def test_bodies(server):
    assert spoiled(server, json=[1])[1] == [1]
    assert spoiled(server, body="")[1] == b""
    assert spoiled(server, http=502, body="<html>")[0] == 502
    assert spoiled(server, body_base64="AP8=")[1] == b"\0\xff"
    deep = "[" * 10000 + "]" * 10000
    server.set_user("alice", answer={"body": deep})
    assert curl_signin(server).stdout == deep
    reply = spoiled(server, body='{"statusCode":403,"statusCode":200,"user":"{user}","data":{"id_token":"{id_token}"}}')
    assert reply[1]["user"] == "alice" and reply[1]["data"]["id_token"].count(".") == 2
    assert spoiled(server, body="[{good}]")[1][0]["data"]["access_token"]


def curl_signin(server, *arguments, address="/api/v3/signin"):
    return curl("--cacert", server.ready["ca_file"], "--json", json.dumps(signin_body(server)),
                "-H", "x-authing-app-id: " + server.app_id, "-H", "x-genauth-app-id: " + server.app_id,
                *arguments, server.host + address)


def test_sizes(server):
    assert len(spoiled(server, body="x", repeat_to_bytes=307200)[1]) == 307200
    server.set_user("alice", answer={"truncate": True})
    assert curl_signin(server).returncode == 18
    server.set_user("alice", answer={"endless": True, "body": "{"})
    connection = connect(server)
    connection.request("POST", "/api/v3/signin", json.dumps(signin_body(server)),
                       {"Content-Type": "application/json", **app_headers(server.app_id)})
    assert connection.getresponse().read(1000000) == b"{" * 1000000
    connection.close()
    assert signin(server, "bob", "correct battery")[1]["statusCode"] == 200


def test_closed_connections(server):
    server.set_user("alice", answer={"close": "before-reply"})
    assert curl_signin(server).returncode == 52
    server.set_user("alice", answer={"close": "reset"})
    assert curl_signin(server).returncode in (52, 56)
    assert all(entry["http"] is None for entry in server.posts())
    connection = connect(server)
    ask(server, "GET", "/api/v3/system", connection=connection)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        ask(server, "POST", "/api/v3/signin", signin_body(server), app_headers(server.app_id), connection)
    assert server.posts()[-1]["request"] == 2


def test_close_after_reply(server):
    connection = connect(server)
    server.set_answer("/api/v3/system", {"close": "after-reply"})
    assert ask(server, "GET", "/api/v3/system", connection=connection)[0] == 200
    assert connection.sock.recv(1) == b""


def test_raw(server):
    server.set_user("alice", answer={"raw": "HTTP/1.1 200 OK\r\nX: {user}\r\n\r\n{good}", "drip_ms": 0})
    status, reply = signin(server)
    assert status == 200 and reply["statusCode"] == 200
    server.set_user("alice", answer={"raw": "not HTTP\r\n\r\n"})
    assert curl_signin(server).returncode != 0


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects(server, status):
    server.set_user("alice", answer={"http": status, "redirect": server.host + "/elsewhere", "body": ""})
    result = curl_signin(server, "--write-out", "%{http_code} %{redirect_url}")
    assert result.stdout == "%d %s/elsewhere" % (status, server.host)


def test_timing(server):
    start = time.monotonic()
    spoiled(server, delay_ms=200)
    # A sleep may end a moment early.
    assert time.monotonic() - start > 0.18
    start = time.monotonic()
    assert spoiled(server, body="x" * 20, drip_ms=10)[1] == b"x" * 20
    assert time.monotonic() - start > 0.18


def test_answer_for_one_kind_of_password(server):
    server.set_user("alice", answer={"on": "right-password", "statusCode": 403, "apiCode": 2042})
    assert signin(server)[1]["apiCode"] == 2042
    assert signin(server, "alice", "wrong")[1]["apiCode"] == 2333


def test_id_tokens(server):
    def token(**twist):
        return spoiled(server, id_token=twist)[1]["data"]["id_token"]

    assert jwt.decode(token(alg="none"), options={"verify_signature": False})
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token(key="other"), server.app_secret, ["HS256"], audience=server.app_id)
    with pytest.raises(jwt.ExpiredSignatureError):
        jwt.decode(token(claims={"exp": 1}), server.app_secret, ["HS256"], audience=server.app_id)
    with pytest.raises(jwt.MissingRequiredClaimError):
        jwt.decode(token(remove=["aud"]), server.app_secret, ["HS256"], audience=server.app_id)
    assert jwt.get_unverified_header(token(alg="RS256", header={"kid": "x"}))["kid"] == "x"


def test_a_wrong_table_shows(tmp_path):
    with Standin(tmp_path) as server:
        server.set_user("alice", state="no-such-state")
        assert signin(server)[0] == 500
        server.users_file.write_text("{")
        assert signin(server)[0] == 500
        server.reset_users()
        assert signin(server)[1]["statusCode"] == 200
        assert "no-such-state" in server.stderr() and "JSONDecodeError" in server.stderr()


# Every endpoint can be spoiled by its path

ENDPOINTS = [
    *AFTER_SIGN_IN,
    ("POST", "/api/v3/signin", {}), ("GET", "/api/v3/system", None), ("POST", "/api/v3/check-app-id-secret", {}),
    ("POST", "/api/v3/send-email", {"email": "a@example.com", "channel": "CHANNEL_VERIFY_MFA"}),
    ("POST", "/api/v3/send-sms", {"phoneNumber": "1", "channel": "CHANNEL_VERIFY_MFA"}),
    ("POST", "/api/v2/mfa/totp/verify", {"totp": "1"}), ("POST", "/api/v2/applications/mfa/totp/verify", {"totp": "1"}),
    ("POST", "/api/v2/applications/mfa/sms/verify", {}), ("POST", "/api/v2/applications/mfa/email/verify", {}),
    ("POST", "/oidc/token", None), ("POST", "/oidc/token/revocation", None),
    ("GET", "/oidc/.well-known/openid-configuration", None), ("GET", "/oidc/.well-known/jwks.json", None)]


@pytest.mark.parametrize("method,path,body", ENDPOINTS)
def test_faults_of_an_endpoint(server, method, path, body):
    def answer(**spoiler):
        server.set_answer(path.partition("?")[0], spoiler)
        return ask(server, method, path, body, headers)

    headers = {**signed_in(server, "alice", "correct horse"), **POOL}
    assert answer(http=503, json={"statusCode": 503}) == (503, {"statusCode": 503})
    assert answer(http=502, body="<html>") == (502, b"<html>")
    assert len(answer(body="x", repeat_to_bytes=300000)[1]) == 300000
    assert answer(merge={"statusCode": "200", "new": [1]})[1]["new"] == [1]
    start = time.monotonic()
    answer(delay_ms=200)
    assert time.monotonic() - start > 0.18
    for close in ("before-reply", "reset"):
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            answer(close=close)
    with pytest.raises(http.client.IncompleteRead):
        answer(truncate=True)
    server.set_reply(path.partition("?")[0], {"statusCode": 200, "data": None}, 201)
    assert ask(server, method, path, body, headers) == (201, {"statusCode": 200, "data": None})
    server.set_reply(path.partition("?")[0], "")
    assert ask(server, method, path, body, headers) == (200, b"")


def test_all_endpoints_are_spoiled():
    """That the list above has them all."""
    genauth = GenAuth("https://localhost", table=None, journal=None, seal=None, tokens=None)
    assert {(method, path.partition("?")[0]) for method, path, _ in ENDPOINTS} == set(genauth.endpoints)


def test_fields_of_a_reply(server):
    """Each can be set and taken away, in lists too."""
    def codes(**spoiler):
        server.set_answer("/api/v3/get-my-role-list", spoiler)
        return [role.get("status", role["code"]) for role in listed(server, headers, "role")]

    headers = signed_in(server, "rosa")
    server.set_user("rosa", roles=[{"code": "first"}, {"code": "second"}])
    assert codes() == ["ENABLE", "ENABLE"]
    assert codes(set={"data.1.status": ["DISABLE"]}) == ["ENABLE", ["DISABLE"]]
    assert codes(set={"data.0": {"code": "a"}}, remove=["data.1.status", "data.7", "no.such"]) == ["a", "second"]
    assert codes(remove=["data.0"]) == ["ENABLE"]
    server.set_answer("/api/v3/get-my-role-list", {"set": {"data": 7}, "remove": ["message"]})
    reply = ask(server, "GET", "/api/v3/get-my-role-list", None, headers)[1]
    assert reply["data"] == 7 and "message" not in reply and reply["statusCode"] == 200


def test_a_change_whose_answer_is_lost(server):
    headers = signed_in(server, "alice", "correct horse")
    server.set_answer("/api/v3/update-password", {"close": "reset"})
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        change(server, headers, "correct horse", "correct pony")
    assert codes_of_sign_in(server, "alice", "correct pony") == [None]


# Journal and connections

def test_journal(server):
    connection = connect(server)
    ask(server, "GET", "/api/v3/system?x=1", connection=connection)
    ask(server, "POST", "/api/v3/signin", signin_body(server), app_headers(server.app_id), connection)
    first, second = server.journal()
    assert (first["method"], first["path"], first["request"]) == ("GET", "/api/v3/system?x=1", 1)
    assert (second["connection"], second["request"]) == (first["connection"], 2)
    assert second["headers"]["x-genauth-app-id"] == server.app_id
    assert second["body"]["passwordPayload"]["account"] == "alice"
    assert (second["http"], second["statusCode"], second["apiCode"], second["tls"]) == (200, 200, None, "TLSv1.3")
    assert server.posts() == [second] and server.connections() == 1
    ask(server, "GET", "/", "not JSON")
    assert server.journal()[-1]["body"] == "not JSON"
    assert server.journal()[-1]["connection"] == first["connection"] + 1


def test_idle_connections_close(tmp_path):
    with Standin(tmp_path, keepalive=0.3) as server:
        unused, used = connect(server), connect(server)
        unused.connect()
        ask(server, "GET", "/api/v3/system", connection=used)
        assert unused.sock.recv(1) == b"" and used.sock.recv(1) == b""
    with Standin(tmp_path, keepalive=0, delay=100) as server:
        start = time.monotonic()
        result = curl("--cacert", server.ready["ca_file"], "--head", "-X", "GET", server.host + "/api/v3/system")
        assert time.monotonic() - start > 0.1
        assert "connection: close" in result.stdout.lower()


# TLS

def tls_result(server, *arguments):
    return curl(*arguments, "--output", "/dev/null", server.host + "/api/v3/system").returncode


def test_trust(server):
    assert tls_result(server, "--cacert", server.ready["ca_file"]) == 0
    assert tls_result(server) == 60
    assert tls_result(server, "--insecure", "--pinnedpubkey", server.ready["pin"]) == 0
    assert tls_result(server, "--insecure", "--pinnedpubkey", "sha256//" + "A" * 43 + "=") == 90
    for host in ("127.0.0.1", "localhost"):     # by ca_path; the curl command would add the system's bundle
        ca = ssl.create_default_context(capath=server.ready["ca_path"])
        connection = http.client.HTTPSConnection(host, server.port, context=ca, timeout=5)
        assert ask(server, "GET", "/api/v3/system", connection=connection)[0] == 200


@pytest.mark.parametrize("kind", ["expired", "wrong-host", "self-signed", "other-ca"])
def test_bad_certificates(tmp_path, kind):
    with Standin(tmp_path, certificate_kind=kind) as server:
        assert tls_result(server, "--cacert", server.ready["ca_file"]) == 60
        assert tls_result(server, "--insecure") == 0


def test_client_certificate(tmp_path):
    with Standin(tmp_path, require_client_cert=True) as server:
        trust = ("--cacert", server.ready["ca_file"])
        assert tls_result(server, *trust) != 0
        assert server.journal() == []
        assert tls_result(server, *trust, "--cert", server.ready["client_cert"],
                          "--key", server.ready["client_key"]) == 0
        assert server.journal()[0]["client_cert"] == "commonName=pam_genauth test client"


@pytest.mark.parametrize("options,works,fails", [
    ({"tls_max": "1.1"}, "-tls1_1", "-tls1_2"), ({"tls_max": "1.2"}, "-tls1_2", "-tls1_3"),
    ({"tls_min": "1.3"}, "-tls1_3", "-tls1_2"), ({}, "-tls1_2", "-tls1_1")])
def test_versions(tmp_path, options, works, fails):
    with Standin(tmp_path, **options) as server:
        def handshake(version):
            command = ["openssl", "s_client", "-connect", "127.0.0.1:%d" % server.port, version,
                       "-cipher", "DEFAULT:@SECLEVEL=0"]
            return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT).returncode

        assert handshake(works) == 0
        assert handshake(fails) != 0


# Start and end

def test_files(shared):
    secret = {file.name for file in shared.folder.iterdir() if file.stat().st_mode & 0o077 == 0}
    assert secret == {"ca.key", "server.key", "client.key", "token-rsa.pem", "password-sm2.pem", "ready.json",
                      "password-rsa-1024.pem", "password-rsa-2048.pem", "journal.jsonl", "genauth.conf"}
    assert shared.app_secret in (shared.folder / "genauth.conf").read_text()


def test_keys_are_kept(tmp_path):
    with Standin(tmp_path) as server:
        first = [(tmp_path / name).read_bytes() for name in ("ca.pem", "pin.txt", "token-rsa.pem")]
        port = server.port
    assert not (tmp_path / "ready.json").exists()
    with Standin(tmp_path, port=port) as server:
        assert server.port == port
        assert first == [(tmp_path / name).read_bytes() for name in ("ca.pem", "pin.txt", "token-rsa.pem")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_amid_work(tmp_path, number):
    with Standin(tmp_path) as server:
        server.set_user("alice", answer={"endless": True, "body": "x", "drip_ms": 50})
        connection = connect(server)
        connection.request("POST", "/api/v3/signin", json.dumps(signin_body(server)),
                           {"Content-Type": "application/json", **app_headers(server.app_id)})
        connection.getresponse()
        server.process.send_signal(number)
        assert server.process.wait(3) == 0
        assert server.stderr() == ""


def test_start_errors(tmp_path):
    def start(*arguments):
        command = [sys.executable, str(HERE / "standin.py"), *arguments]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=20)

    with Standin(tmp_path / "a") as server:
        result = start("--dir", str(tmp_path / "b"), "--port", str(server.port))
        assert result.returncode == 1 and "address already in use" in result.stderr
    result = start("--dir", str(tmp_path / "b"), "--users", str(tmp_path / "none.json"))
    assert result.returncode == 1 and result.stderr.startswith("standin: ") and "none.json" in result.stderr
    assert start().returncode == 2
    assert start("--dir", "x", "--tls-min", "1.3", "--tls-max", "1.2").returncode == 2
    with pytest.raises(RuntimeError, match="rsa_bits"):
        table = tmp_path / "table.json"
        table.write_text('{"apps": {"a": {"secret": "b"}}, "system": {}}')
        Standin(tmp_path / "c", users=table).start()


def test_terminal_start(tmp_path):
    """With a terminal, it says how to log in."""
    ours, its = pty.openpty()
    process = subprocess.Popen([sys.executable, str(HERE / "standin.py"), "--dir", str(tmp_path)], stdout=its)
    try:
        text = ""
        while "journal.jsonl" not in text:
            text += os.read(ours, 4096).decode()
        assert "correct horse" in text and "app_host = https://localhost:" in text
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 0
        os.close(ours)
        os.close(its)
