"""Roles and groups: who has them gets in, nobody else does, and GenAuth is asked only where they are demanded."""
import json
import re

import pytest

import pam
from codes import totp

PASSWORD = "correct saddle"
ROLES = "/api/v3/get-my-role-list"
GROUPS = "/api/v3/get-my-group-list"
TOTP_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
# Of users.json: what rosa has, and what of it counts.
VALID = ["linux-admin", "auditor", "guest-admin"]
INVALID = ["former-admin", "temporary-admin", "web-admin", "Linux-admin", "linux", "linux-admins", "administrators",
           "developers", "nothing"]


@pytest.fixture(autouse=True)
def rosa(world):
    world.add_user("rosa")


def demand(world, **options):
    world.write_conf(world.base + "".join(f"{key} = {value}\n" for key, value in options.items()))


def log_in(world, *replies, user="rosa", **how):
    return world.run(*(replies or [PASSWORD]), user=user, **how)


def asked(world):
    """The requests behind the sign-in."""
    paths = [entry["path"].split("?")[0] for entry in world.server.journal()]
    return paths[paths.index("/api/v3/signin") + 1:]


def refused(world, result, verdict, code, words):
    """Nobody gets in, and no token does."""
    assert result.code == code, result.line
    assert result.line["verdict"] == verdict and words in result.line["reason"], result.line
    assert result.environment == []


def unavailable(world, words=""):
    refused(world, log_in(world), "UNAVAILABLE", "PAM_AUTHINFO_UNAVAIL", words)


@pytest.mark.parametrize("code", VALID)
def test_one_role(world, code):
    demand(world, require_roles=code)
    result = log_in(world)
    assert result.code == "PAM_SUCCESS" and result.messages == []
    assert result.line["roles"] == code and "groups" not in result.line


@pytest.mark.parametrize("code", INVALID)
def test_another_role(world, code):
    demand(world, require_roles=code, export_tokens="access_token")
    result = log_in(world)
    refused(world, result, "DISABLED", "PAM_PERM_DENIED", "not in any of require_roles, in roles_namespace default")
    assert result.line["roles"] == "-" and "refused your account" in result.messages[0] and len(result.delays) == 1


def test_what_is_sent(world):
    """One request more, on the connection of the sign-in, and with the token of who has signed in."""
    demand(world, require_roles="auditor", require_groups="on-call", export_tokens="access_token")
    result = log_in(world)
    token, = [value.split("=", 1)[1] for value in result.environment]
    signin, roles, groups = world.server.journal()
    assert signin["path"] == "/api/v3/signin"
    assert (roles["path"], groups["path"]) == (ROLES + "?namespace=default", GROUPS)
    assert len({entry["connection"] for entry in (signin, roles, groups)}) == 1 == world.server.connections()
    for entry in (roles, groups):
        assert entry["method"] == "GET" and entry["body"] == ""
        assert entry["headers"]["authorization"] == f"Bearer {token}"
        assert entry["headers"]["x-authing-app-id"] == world.server.app_id
        assert world.server.app_secret not in json.dumps(entry) and PASSWORD not in json.dumps(entry)


def test_nothing_is_asked_without_the_options(world):
    result = log_in(world)
    assert result.code == "PAM_SUCCESS" and asked(world) == []
    assert "roles" not in result.line and "groups" not in result.line
    assert log_in(world, "wrong").code == "PAM_AUTH_ERR"


def test_nothing_is_asked_of_who_is_refused(world):
    demand(world, require_roles="auditor", require_groups="on-call")
    result = log_in(world, "wrong")
    refused(world, result, "DENIED", "PAM_AUTH_ERR", "wrong")
    assert asked(world) == [] and "roles" not in result.line


def test_any_of_several_suffices(world):
    demand(world, require_roles="nothing guest-admin  auditor former-admin")
    assert log_in(world).line["roles"] == "guest-admin,auditor"
    demand(world, require_roles="nothing former-admin web-admin")
    assert log_in(world).code == "PAM_PERM_DENIED"


def test_a_user_without_any(world):
    demand(world, require_roles="auditor")
    assert world.run("correct horse").line["reason"] == "not in any of require_roles, in roles_namespace default"
    demand(world, require_groups="developers")
    assert world.run("correct horse").line["reason"] == "not in any of require_groups"


@pytest.mark.parametrize("code, enters", [("developers", True), ("on-call", True), ("Developers", False),
                                          ("auditor", False)])
def test_groups(world, code, enters):
    demand(world, require_groups=code)
    result = log_in(world)
    assert result.code == ("PAM_SUCCESS" if enters else "PAM_PERM_DENIED")
    assert result.line["groups"] == (code if enters else "-") and "roles" not in result.line
    assert asked(world) == [GROUPS]


@pytest.mark.parametrize("role", ["auditor", "nothing"])
@pytest.mark.parametrize("group", ["on-call", "nothing"])
def test_both_are_demanded(world, role, group):
    demand(world, require_roles=role, require_groups=group)
    result = log_in(world)
    assert (result.code == "PAM_SUCCESS") == (role == "auditor" and group == "on-call")
    if result.code != "PAM_SUCCESS":
        refused(world, result, "DISABLED", "PAM_PERM_DENIED",
                "not in any of require_" + ("groups" if role == "auditor" else "roles"))


def test_the_namespace(world):
    demand(world, require_roles="web-admin", roles_namespace="web")
    assert log_in(world).code == "PAM_SUCCESS"
    assert world.server.journal()[-1]["path"] == ROLES + "?namespace=web"
    demand(world, require_roles="auditor", roles_namespace="web")
    assert log_in(world).code == "PAM_PERM_DENIED"


def test_the_namespace_is_encoded(world):
    world.server.set_user("rosa", roles=[{"code": "a/b+c@d", "namespace": "n/a+b:c@d"}])
    demand(world, require_roles="a/b+c@d", roles_namespace="n/a+b:c@d")
    assert log_in(world).line["roles"] == "a/b+c@d"
    assert world.server.journal()[-1]["path"] == ROLES + "?namespace=n%2Fa%2Bb%3Ac%40d"


@pytest.mark.parametrize("namespace", ["web", "Default", "", None])
def test_a_server_that_names_another_namespace(world, namespace):
    """Whatever was asked for: the role is in the first place."""
    demand(world, require_roles="linux-admin")
    world.server.set_answer(ROLES, {"set": {"data.0.namespace": namespace}})
    assert log_in(world).code == "PAM_PERM_DENIED"
    world.server.set_answer(ROLES, {"remove": ["data.0.namespace"]})
    assert log_in(world).code == "PAM_PERM_DENIED"
    world.server.set_answer(ROLES, {"remove": ["data.0.status", "data.0.disableTime"]})
    assert log_in(world).code == "PAM_SUCCESS"


@pytest.mark.parametrize("option, path, code", [("require_roles", ROLES, "linux-admin"),
                                                ("require_groups", GROUPS, "linux-admin")])
def test_a_list_as_the_documents_print_it(world, option, path, code):
    """One object in place of an array of one."""
    demand(world, **{option: code})
    world.server.set_answer(path, {"set": {"data": {"code": code, "namespace": "default"}}})
    assert log_in(world).code == "PAM_SUCCESS"
    world.server.set_answer(path, {"set": {"data": {"code": "other", "namespace": "default"}}})
    assert log_in(world).code == "PAM_PERM_DENIED"


def test_a_role_that_is_taken_away(world):
    demand(world, require_roles="auditor")
    assert log_in(world).code == "PAM_SUCCESS"
    world.server.set_user("rosa", roles=[{"code": "linux-admin"}])
    assert log_in(world).code == "PAM_PERM_DENIED"
    world.server.set_user("rosa", roles=[{"code": "auditor"}])
    assert log_in(world).code == "PAM_SUCCESS"
    world.server.set_user("rosa", roles=[{"code": "auditor", "status": "DISABLE"}])
    assert log_in(world).code == "PAM_PERM_DENIED"


MALFORMED = {
    "no data": {"remove": ["data"]},
    "data null": {"set": {"data": None}},
    "data an object": {"set": {"data": {"list": []}}},
    "data a text": {"set": {"data": "linux-admin"}},
    "an item null": {"set": {"data.1": None}},
    "an item a text": {"set": {"data.1": "linux-admin"}},
    "an item a list": {"set": {"data.1": [{"code": "linux-admin"}]}},
    "no code": {"remove": ["data.1.code"]},
    "code a number": {"set": {"data.1.code": 7}},
    "code null": {"set": {"data.1.code": None}},
}
MALFORMED_ROLES = {
    "namespace a number": {"set": {"data.1.namespace": 1}},
    "status a number": {"set": {"data.1.status": 1}},
    "disableTime a word": {"set": {"data.1.disableTime": "never"}},
    "disableTime a fraction": {"set": {"data.1.disableTime": 1.5e12}},
    "disableTime a list": {"set": {"data.1.disableTime": [1]}},
}


@pytest.mark.parametrize("name", MALFORMED)
@pytest.mark.parametrize("option, path, code", [("require_roles", ROLES, "linux-admin"),
                                                ("require_groups", GROUPS, "developers")])
def test_a_list_that_is_malformed_anywhere(world, option, path, code, name):
    """Also behind what is looked for, which comes first."""
    demand(world, **{option: code})
    world.server.set_answer(path, MALFORMED[name])
    unavailable(world, option)


@pytest.mark.parametrize("name", MALFORMED_ROLES)
def test_a_role_that_is_malformed(world, name):
    demand(world, require_roles="linux-admin")
    world.server.set_answer(ROLES, MALFORMED_ROLES[name])
    unavailable(world, "require_roles")


# What GenAuth, or something before it, may answer -> verdict and PAM code.
FAILING = {
    "HTTP 500": ({"http": 500}, "UNAVAILABLE"),
    "HTTP 404": ({"http": 404}, "UNAVAILABLE"),
    "HTTP 204": ({"http": 204, "body": ""}, "UNAVAILABLE"),
    "not logged in": ({"merge": {"statusCode": 401, "apiCode": 2020}}, "UNAVAILABLE"),
    "forbidden": ({"merge": {"statusCode": 403}}, "UNAVAILABLE"),
    "locked": ({"merge": {"statusCode": 403, "apiCode": 2005}}, "UNAVAILABLE"),
    "a step": ({"merge": {"apiCode": 1636}}, "UNAVAILABLE"),
    "in trouble": ({"merge": {"statusCode": 503}}, "UNAVAILABLE"),
    "no statusCode": ({"remove": ["statusCode"]}, "UNAVAILABLE"),
    "statusCode a text": ({"set": {"statusCode": "200"}}, "UNAVAILABLE"),
    "throttled": ({"merge": {"statusCode": 429}}, "THROTTLED"),
    "throttled by HTTP": ({"http": 429, "body": "slow down"}, "THROTTLED"),
    "unknown application": ({"merge": {"statusCode": 404, "apiCode": 2011}}, "CONFIG"),
    "html": ({"body": "<html>"}, "UNAVAILABLE"),
    "empty": ({"body": ""}, "UNAVAILABLE"),
    "a bare list": ({"json": [{"code": "linux-admin", "namespace": "default"}]}, "UNAVAILABLE"),
    "twice the same name": ({"body": '{"statusCode":200,"data":[],"data":[{"code":"developers"}]}'}, "UNAVAILABLE"),
    "huge": ({"repeat_to_bytes": 300000}, "UNAVAILABLE"),
    "endless": ({"endless": True}, "UNAVAILABLE"),
    "cut off": ({"truncate": True}, "UNAVAILABLE"),
    "closed": ({"close": "before-reply"}, "UNAVAILABLE"),
    "reset": ({"close": "reset"}, "UNAVAILABLE"),
    "elsewhere": ({"redirect": "/api/v3/system"}, "UNAVAILABLE"),
}
PAM_CODES = {"UNAVAILABLE": "PAM_AUTHINFO_UNAVAIL", "THROTTLED": "PAM_AUTHINFO_UNAVAIL", "CONFIG": "PAM_SERVICE_ERR"}


@pytest.mark.parametrize("name", FAILING)
@pytest.mark.parametrize("option, path, code", [("require_roles", ROLES, "linux-admin"),
                                                ("require_groups", GROUPS, "developers")])
def test_a_call_that_fails(world, option, path, code, name):
    """The password was right, and that is not enough; nor does the person hear of a fault of the password's."""
    answer, verdict = FAILING[name]
    demand(world, **{option: code}, export_tokens="access_token")
    world.server.set_answer(path, answer)
    result = log_in(world)
    refused(world, result, verdict, PAM_CODES[verdict], option + ": ")
    assert len(world.server.posts()) == 1
    assert (verdict == "UNAVAILABLE") == any("cannot be reached" in text for text in result.messages)


def test_a_list_that_does_not_come(world):
    """The time limit holds for all of it."""
    demand(world, require_roles="linux-admin", timeout=2)
    world.server.set_answer(ROLES, {"delay_ms": 30000})
    unavailable(world, "timed out")


def test_a_list_that_comes_byte_by_byte(world):
    demand(world, require_roles="linux-admin", timeout=2)
    world.server.set_answer(ROLES, {"drip_ms": 500})
    unavailable(world, "timed out")


def test_a_long_list(world):
    """Almost as long as a reply may be."""
    roles = [{"code": f"role-{i}"} for i in range(1200)]
    world.server.set_user("rosa", roles=[*roles, {"code": "last"}])
    demand(world, require_roles="last")
    assert log_in(world).line["roles"] == "last"


def test_control_characters_of_the_server_reach_nobody(world):
    demand(world, require_roles="linux-admin")
    world.server.set_answer(ROLES, {"merge": {"message": "\n\x1b[2Jverdict=OK"}, "set": {
        "data.1.code": "\nverdict=OK user=root", "data.1.name": "\x1b[2J"}})
    result = log_in(world)
    assert result.line["roles"] == "linux-admin" and not re.search(r"[\x00-\x1f]", json.dumps(result.log))
    demand(world, require_roles="auditor")
    assert log_in(world).line["verdict"] == "DISABLED"


@pytest.mark.parametrize("option, code", [("require_roles", "linux-admin"), ("require_groups", "developers")])
def test_a_sign_in_without_an_access_token(world, option, code):
    demand(world, **{option: code})
    world.server.set_user("rosa", answer={"remove": ["data.access_token"]})
    result = log_in(world)
    refused(world, result, "DENIED", "PAM_AUTH_ERR", f"no access_token, which {option} needs")
    assert asked(world) == []
    demand(world, **{option: code, "mfa": "ask"})
    assert log_in(world).line["reason"].endswith(f"which {option} needs; with mfa = ask, see mfa_token_exchange")


def test_after_the_second_factor(world):
    world.server.set_user("rosa", totp_secret=TOTP_SECRET)
    demand(world, require_roles="auditor", second_factor="required")
    result = log_in(world, PASSWORD, totp(TOTP_SECRET))
    assert result.code == "PAM_SUCCESS", result.line
    assert result.line["factor"] == "otp" and result.line["roles"] == "auditor"
    assert asked(world) == ["/api/v3/list-enrolled-factors", "/api/v3/mfa-totp-verify", ROLES]


def test_a_wrong_code_comes_first(world):
    """Who does not have the second factor learns nothing of the roles."""
    world.server.set_user("rosa", totp_secret=TOTP_SECRET)
    demand(world, require_roles="nothing", second_factor="required", mfa_tries=1)
    assert log_in(world, PASSWORD, "000000").line["verdict"] == "DENIED" and ROLES not in asked(world)


@pytest.mark.parametrize("exchange", ["yes", "no"])
def test_a_second_factor_of_genauth(world, exchange):
    """It brings an access token only where that is asked for; without one nobody gets in."""
    def attempt(**options):
        world.server.reset_users()
        world.server.set_user("rosa", totp_secret=TOTP_SECRET, mfa="user", mfa_policies=["OTP"])
        demand(world, mfa="ask", mfa_token_exchange=exchange, **options)
        return log_in(world, PASSWORD, totp(TOTP_SECRET))

    assert attempt().code == "PAM_SUCCESS"
    result = attempt(require_roles="auditor")
    if exchange == "yes":
        assert result.code == "PAM_SUCCESS" and result.line["roles"] == "auditor", result.line
    else:
        refused(world, result, "DENIED", "PAM_AUTH_ERR", "mfa_token_exchange")


def test_one_service(world):
    """The whole set-up."""
    world.write_conf(world.base + "[sudo sudo-i]\nrequire_roles = nothing\n")
    world.write_service("sudo")
    assert log_in(world).code == "PAM_SUCCESS" and asked(world) == []
    assert log_in(world, service="sudo").code == "PAM_PERM_DENIED"


def test_with_what_is_prepared(world):
    world.write_service("sshd", "use_first_pass", before=f"auth optional {pam.MODULE} conf={world.conf} prepare\n"
                        "auth optional pam_unix.so nodelay\n")
    demand(world, require_roles="auditor")
    assert log_in(world).line["roles"] == "auditor"
    demand(world, require_roles="nothing")
    assert log_in(world).line["verdict"] == "DISABLED"


@pytest.mark.parametrize("option, value", [("require_roles", "a,b"), ("require_groups", "a*"),
                                           ("roles_namespace", "a&namespace=b")])
def test_what_can_be_no_code(world, no_traffic, option, value):
    demand(world, **{option: value})
    result = log_in(world)
    refused(world, result, "CONFIG", "PAM_SERVICE_ERR", option)
