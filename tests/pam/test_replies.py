"""What a server can answer: statusCode 200 lets the user in unless something contradicts it, and nothing makes us send
twice."""
import base64
import gzip
import json
import pathlib
import time

import pytest

PASSWORD = "correct horse"
GOOD = ('{"statusCode":200,"message":"ok","requestId":"r-1","data":{"id_token":"{id_token}",'
        '"scope":"openid profile","token_type":"Bearer","expire_in":7200}}')
# Broken JSON, or no statusCode 200.
BROKEN = {
    "string": ('200', '"200"'), "real": ('200', '200.0'), "fraction": ('200', '200.5'), "true": ('200', 'true'),
    "nested": ('200', '{"statusCode":200}'), "other": ('200', '201'),
    "missing": ('"statusCode":200,', ''), "duplicated": ('"statusCode":200', '"statusCode":200,"statusCode":200'),
    "refused-then-good": ('"statusCode":200', '"statusCode":403,"statusCode":200'),
    "message-twice": ('"message":"ok",', '"message":"ok","message":"ok",'),
    "token-twice": ('"id_token":"{id_token}"', '"id_token":"{id_token}","id_token":"{id_token}"'),
}
# What the table of codes knows as a refusal or a step.
CONTRADICTED = {code: ('"message"', f'"apiCode":{code},"message"') for code in ("2333", "1635", "1636", '"1636"', "1639")}
# Nobody has promised any of this.
MERELY_DIFFERENT = {
    "message-missing": ('"message":"ok",', ''), "message-number": ('"ok"', '1'), "id-object": ('"r-1"', '{}'),
    "data-missing": ('"data"', '"other"'), "data-list": ('"data":{', '"data":[],"other":{'), "token-number": ('"{id_token}"', '1'), "token-null": ('"{id_token}"', 'null'),
    "token-empty": ('"{id_token}"', '""'), "token-missing": ('"id_token":"{id_token}",', ''),
    "token-stub": ('"{id_token}"', '"eyJhbGxxxx"'),
    "token-nested": ('"id_token":"{id_token}"', '"tokens":{"id_token":"{id_token}"}'),
    "scope-list": ('"openid profile"', '["openid"]'), "type-missing": ('"token_type":"Bearer",', ''),
    "type-other": ('"Bearer"', '"xxx"'), "life-string": ('7200', '"7200"'), "life-missing": (',"expire_in":7200', ''),
    "life-named-otherwise": ('"expire_in":7200', '"expires_in":"7200"'), "bom": ('{"statusCode"', '\ufeff{"statusCode"'),
    "api-code-20001": ('"message"', '"apiCode":20001,"message"'),
    "api-code-unlisted": ('"message"', '"apiCode":987654,"message"'),
    "api-code-null": ('"message"', '"apiCode":null,"message"'),
}
VECTORS = {path.stem: json.loads(path.read_text()) for path in
           (pathlib.Path(__file__).parents[1] / "vectors" / "replies").glob("*.json")}


def answer(world, **answer_):
    world.server.set_user("alice", answer=answer_)
    return world.run(PASSWORD)


def one_post(world):
    assert len(world.server.posts()) == 1


def test_the_untouched_reply(world):
    assert answer(world, body=GOOD).code == "PAM_SUCCESS"


def mutated(world, part, other):
    assert part in GOOD
    body = GOOD.replace(part, other, 1)
    return answer(world, body=body)


@pytest.mark.parametrize("part, other", [*BROKEN.values(), *CONTRADICTED.values()], ids=[*BROKEN, *CONTRADICTED])
def test_what_contradicts_is_refused(world, part, other):
    result = mutated(world, part, other)
    assert result.code in ("PAM_AUTHINFO_UNAVAIL", "PAM_AUTH_ERR")
    one_post(world)


@pytest.mark.parametrize("part, other", MERELY_DIFFERENT.values(), ids=MERELY_DIFFERENT)
def test_what_merely_differs_lets_in(world, part, other):
    result = mutated(world, part, other)
    assert result.code == "PAM_SUCCESS"
    one_post(world)


def test_the_smallest_success(world):
    assert answer(world, body='{"statusCode":200}').code == "PAM_SUCCESS"


@pytest.mark.parametrize("name", VECTORS)
def test_printed_replies(world, name):
    """Successes and refusals as GenAuth's documents print them."""
    world.add_user(f"reply-{name}")
    result = world.run(PASSWORD, user=f"reply-{name}")
    assert result.line["verdict"] == VECTORS[name]["verdict"]
    assert (result.code == "PAM_SUCCESS") == (VECTORS[name]["verdict"] == "OK")


def test_an_export_that_cannot_be_filled(world):
    """Left out, with a debug line; a long token that nobody wants is no matter at all."""
    world.write_service("sshd", "debug")
    world.write_conf(world.base + "export_tokens = id_token access_token\n")
    for token in ("x" * 25000, "a b", "", None, 7):
        result = answer(world, json={"statusCode": 200, "data": {"id_token": token, "access_token": "a.b.c"}})
        assert result.code == "PAM_SUCCESS" and result.environment == ["GENAUTH_ACCESS_TOKEN=a.b.c"]
        debug = [entry for entry in result.log if "no id_token in the reply" in entry["text"]]
        assert len(debug) == 1 and debug[0]["priority"] == 7
    world.write_conf(world.base)
    assert answer(world, json={"statusCode": 200, "data": {"id_token": "x" * 200000}}).code == "PAM_SUCCESS"


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_a_compressed_reply_is_named(world, encoding):
    body = base64.b64encode(gzip.compress(b'{"statusCode":200}')).decode()
    result = answer(world, headers={"Content-Encoding": encoding}, body_base64=body)
    assert result.line["verdict"] == "UNAVAILABLE" and "compressed" in result.line["reason"]
    assert world.server.posts()[0]["headers"]["accept-encoding"] == "identity"
    # That it was not is no fault.
    assert answer(world, headers={"Content-Encoding": "identity"}).code == "PAM_SUCCESS"


@pytest.mark.parametrize("body", [GOOD, "<html>", "", '{"statusCode":403,"apiCode":2333}', '{"statusCode":200}'])
def test_http_429_throttles_whatever_the_body(world, body):
    assert answer(world, http=429, body=body).line["verdict"] == "THROTTLED"
    compressed = answer(world, http=429, body=body, headers={"Content-Encoding": "gzip"})
    assert compressed.line["verdict"] == "THROTTLED"


@pytest.mark.parametrize("http", [200, 502])
@pytest.mark.parametrize("body", ["", "<html><body>Sign in to the hotel</body></html>", "null", "[]", "200",
                                  '{"statusCode":200', "\0" * 10, "[" * 10000, '{"a":' * 10000 + "1" + "}" * 10000])
def test_replies_that_are_none(world, body, http):
    result = answer(world, http=http, body_base64=base64.b64encode(body.encode()).decode())
    assert result.code == "PAM_AUTHINFO_UNAVAIL" and result.line["verdict"] == "UNAVAILABLE"
    one_post(world)


@pytest.mark.parametrize("fault, reason", [
    ({"body": GOOD, "repeat_to_bytes": 300 * 1024}, "too large"), ({"body": GOOD, "endless": True}, "too large"),
    ({"body": GOOD, "truncate": True}, ""), ({"body": GOOD, "close": "before-reply"}, ""),
    ({"body": GOOD, "close": "reset"}, ""),
])
def test_faults_of_the_transport(world, fault, reason):
    result = answer(world, **fault)
    assert result.code == "PAM_AUTHINFO_UNAVAIL" and reason in result.line["reason"]
    one_post(world)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["/api/v3/signin", "http://localhost:9/", "https://127.0.0.1:9/"])
def test_redirects_are_not_followed(world, status, target):
    target = target if target.startswith("http") else world.server.host + target
    result = answer(world, http=status, redirect=target)
    assert result.code == "PAM_AUTHINFO_UNAVAIL"
    one_post(world)


STATUS_CODES = [200, 400, 401, 402, 403, 404, 409, 413, 422, 429, 499, 500, 501, 502, 503, 601, 602, 603, 302, 201]
EXPECTED = {400: "CONFIG", 401: "DENIED", 402: "CONFIG", 403: "DENIED", 404: "CONFIG", 409: "DENIED", 413: "CONFIG",
            422: "CONFIG", 429: "THROTTLED", 499: "CONFIG", 302: "STEP_NEEDED", 201: "DENIED"}


@pytest.mark.parametrize("http", [200, 201, 204, 302, 400, 401, 403, 404, 429, 500, 502, 503])
def test_http_status_and_status_code(world, http):
    """Every HTTP status × statusCode: in only with 2xx and 200, and never by an HTTP status alone."""
    for status_code in STATUS_CODES:
        user = f"code-{http}-{status_code}-none"
        world.add_user(user)
        result = world.run(PASSWORD, user=user)
        if http == 204:  # has no body by definition
            expected = "UNAVAILABLE"
        elif http == 429:
            expected = "THROTTLED"
        elif status_code == 200:
            expected = "OK" if http in (200, 201) else "UNAVAILABLE"
        else:
            expected = EXPECTED.get(status_code, "UNAVAILABLE")
        assert result.line["verdict"] == expected, (http, status_code)
        assert (result.code == "PAM_SUCCESS") == (expected == "OK")


def test_control_characters_of_the_server_reach_nobody(world):
    result = answer(world, json={"statusCode": 403, "apiCode": 2333, "message": "%n%n\x1b]0;x\a", "requestId": "\x1b[2J"})
    assert result.code == "PAM_AUTH_ERR"
    assert "\x1b" not in str(result.messages) + "".join(entry["text"] for entry in result.log)
    assert result.line["request_id"] == "-"


def test_the_time_limit_holds(world):
    world.write_conf(world.base + "timeout = 1\n")
    start = time.monotonic()
    result = answer(world, body=GOOD, delay_ms=5000)
    assert result.code == "PAM_AUTHINFO_UNAVAIL"
    assert result.milliseconds < 1500 and time.monotonic() - start < 4
    # The line says what was slow: the wait for the answer, not the way there.
    assert int(result.line["total_ms"]) >= 990 and result.line["http_status"] == "0"
    one_post(world)


def test_the_timings_say_what_was_slow(world):
    world.write_conf(world.base + "preconnect = no\n")
    result = answer(world, body=GOOD, delay_ms=400)
    wait, total = int(result.line["wait_ms"]), int(result.line["total_ms"])
    assert result.code == "PAM_SUCCESS" and 400 <= wait <= total
    assert int(result.line["tls_ms"]) > 0


def test_a_kept_connection_that_dies_gets_no_second_password(world):
    """libcurl would send again what went into a connection that it had used before."""
    world.server.set_user("alice", answer={"close": "before-reply"})
    result = world.run(PASSWORD, extra=["--pause", "300"])
    assert result.code == "PAM_AUTHINFO_UNAVAIL"
    assert "closed the connection" in result.line["reason"]
    assert world.server.posts()[0]["request"] == 2
    one_post(world)


def test_a_connection_that_idles_out_is_replaced(tmp_path):
    """A slow typist is not punished for the server's patience."""
    import pam
    from client import Standin
    (tmp_path / "world").mkdir()
    with Standin(tmp_path / "standin", keepalive=2) as server:
        made = pam.World(tmp_path / "world")
        made.write_conf(f"app_host = {server.host}\napp_id = {server.app_id}\napp_secret = {server.app_secret}\n"
                        f"ca_file = {server.ready['ca_file']}\n")
        made.write_service("sshd")
        result = made.run(PASSWORD, extra=["--pause", "3000"])
        assert result.code == "PAM_SUCCESS"
        assert len(server.posts()) == 1
        # Made ready again in the background: the POST was not the first on its connection.
        assert server.posts()[0]["request"] == 2


@pytest.mark.parametrize("claims, code", [
    ({"username": "mallory"}, "PAM_AUTH_ERR"), ({"username": "ALICE"}, "PAM_SUCCESS"), ({"username": None}, "PAM_SUCCESS")])
def test_a_token_of_another_account(world, claims, code):
    result = answer(world, id_token={"claims": claims})
    assert result.code == code
    assert code == "PAM_SUCCESS" or "another account" in result.line["reason"]
