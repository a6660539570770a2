"""identity = required: who gets in, by which claim, and what is asked for, sent and logged for it."""
import hashlib

import pytest

PASSWORD = "correct horse"
REQUIRED = "identity = required\n"
NUMBER = "13900000001"


def sub_of(name):
    """As the stand-in makes them up."""
    return hashlib.sha256(name.encode()).hexdigest()[:24]


def configure(world, text):
    world.write_conf(world.base + REQUIRED + text)


def scopes(world):
    return [post["body"]["options"]["scope"] for post in world.server.posts()]


def proven(result, name="alice"):
    line = result.line
    assert (result.code, line["verdict"], line["reason"]) == ("PAM_SUCCESS", "OK", "accepted")
    assert (line["identity"], line["sub"]) == ("proven", sub_of(name))
    return True


def unproven(result, reason, sub="-"):
    line = result.line
    assert (result.code, line["verdict"], line["identity"]) == ("PAM_AUTH_ERR", "DENIED", "unproven")
    assert reason in line["reason"] and line["sub"] == sub, line
    # As any other refusal: it is delayed, and the person learns nothing.
    assert len(result.delays) == 1 and result.messages == []
    return True


# How accounts are made, what is then asked for, and the claim that counts.
WAYS = {
    "username": ("account_type = username\n", "username", "username"),
    "email": ("account_type = email\naccount_format = %u@example.com\n", "email", "email"),
    "phone": ("account_type = phone\n", "phone", "phone_number"),
    "account-username": ("", "username", "username"),
    "account-email": ("account_format = %u@example.com\n", "email", "email"),
    "account-phone": ("", "phone", "phone_number"),
    "LDAP": ("connection = LDAP\n", "username", "username"),
    "AD": ("connection = AD\naccount_type = email\n", "username", "username"),
}
# The claims of mallory, who has an account of her own.
MALLORY = {"username": "mallory", "email": "mallory@example.com", "phone_number": "13900000009"}


@pytest.fixture(params=WAYS)
def way(request, world):
    """A way for alice to log in: (user, scope, claim)."""
    text, scope, claim = WAYS[request.param]
    configure(world, text)
    user = NUMBER if "phone" in request.param else "alice"
    if user == NUMBER:
        world.add_user(NUMBER)
    return user, scope, claim


def test_the_right_person(world, way):
    user, scope, claim = way
    assert proven(world.run(PASSWORD, user=user))
    assert scopes(world) == [f"openid profile {scope}"]


def test_another_persons_token(world, way):
    """Whatever else of it is right."""
    user, scope, claim = way
    world.server.set_user("alice", answer={"id_token": {"claims": {claim: MALLORY[claim], "sub": "mallory-1"}}})
    assert unproven(world.run(PASSWORD, user=user), f"{claim} is not the account", "mallory-1")
    world.server.set_user("alice", answer={"id_token": {"claims": MALLORY}})
    assert unproven(world.run(PASSWORD, user=user), f"{claim} is not the account", sub_of("alice"))
    # All but that one.
    world.server.set_user("alice", answer={"id_token": {"claims": {
        name: value for name, value in MALLORY.items() if name != claim}}})
    assert proven(world.run(PASSWORD, user=user))


@pytest.mark.parametrize("value", [None, 7, "", ["alice"], {"alice": "alice"}, True])
def test_a_claim_that_is_no_text(world, way, value):
    user, scope, claim = way
    world.server.set_user("alice", answer={"id_token": {"claims": {claim: value}}})
    assert unproven(world.run(PASSWORD, user=user), f"has no {claim}, which scope {scope} brings", sub_of("alice"))


def test_a_claim_that_is_missing(world, way):
    """What preferred_username says is no help: it is the person's own choice."""
    user, scope, claim = way
    world.server.set_user("alice", answer={"id_token": {"remove": [claim], "claims": {"preferred_username": user}}})
    assert unproven(world.run(PASSWORD, user=user), f"has no {claim}", sub_of("alice"))


@pytest.mark.parametrize("email_verified", [False, None, "true", 1])
def test_an_address_that_nobody_verified(world, email_verified):
    configure(world, "account_format = %u@example.com\n")
    world.server.set_user("alice", answer={"id_token": {"claims": {"email_verified": email_verified}}})
    assert unproven(world.run(PASSWORD), "email_verified is not true", sub_of("alice"))
    world.server.set_user("alice", answer={"id_token": {"remove": ["email_verified"]}})
    assert unproven(world.run(PASSWORD), "email_verified is not true", sub_of("alice"))


def test_a_number_that_nobody_verified(world):
    world.add_user(NUMBER)
    configure(world, "")
    world.server.set_user("alice", answer={"id_token": {"claims": {"phone_number_verified": False}}})
    assert unproven(world.run(PASSWORD, user=NUMBER), "phone_number_verified is false", sub_of("alice"))


@pytest.mark.parametrize("claims, reason", [
    ({"aud": "65f0c0ffee00000000000099"}, "aud is not app_id"), ({"aud": []}, "aud is not app_id"),
    ({"aud": ["a", None]}, "aud is not app_id"), ({"aud": None}, "has no aud"), ({"aud": 7}, "has no aud"),
    ({"exp": 1000000000}, "exp is over"), ({"exp": 1000000000.5}, "exp is over"), ({"exp": None}, "has no exp"),
    ({"exp": "99999999999"}, "has no exp"), ({"exp": True}, "has no exp")])
def test_a_token_that_is_not_for_now_and_here(world, claims, reason):
    configure(world, "")
    world.server.set_user("alice", answer={"id_token": {"claims": claims}})
    assert unproven(world.run(PASSWORD), reason, sub_of("alice"))


@pytest.mark.parametrize("claims", [{"exp": 99999999999.5}, {"exp": 1e300}, {"exp": 2 ** 70}, {"username": "ALICE"}])
def test_a_token_that_is_good_all_the_same(world, claims):
    configure(world, "")
    world.server.set_user("alice", answer={"id_token": {"claims": claims}})
    assert proven(world.run(PASSWORD))


def test_a_token_for_several_applications(world):
    configure(world, "")
    world.server.set_user("alice", answer={"id_token": {"claims": {"aud": ["other", world.server.app_id]}}})
    assert proven(world.run(PASSWORD))


@pytest.mark.parametrize("answer", [
    {"json": {"statusCode": 200}}, {"remove": ["data.id_token"]}, {"merge": {"data": {"id_token": None}}},
    {"merge": {"data": {"id_token": "eyJhbGxxxx"}}}, {"merge": {"data": {"id_token": "e30.ew.x"}}}])
def test_without_a_token_that_can_be_read(world, answer):
    configure(world, "export_tokens = id_token access_token\n")
    world.server.set_user("alice", answer=answer)
    result = world.run(PASSWORD)
    assert unproven(result, "no id_token that can be read") and result.environment == []


def test_a_token_that_is_too_long_to_be_exported_proves_too(world):
    configure(world, "")
    world.server.set_user("alice", answer={"id_token": {"claims": {"more": "x" * 40000}}})
    assert proven(world.run(PASSWORD))


@pytest.mark.parametrize("account, form", [("bob@example.com", "email"), ("13900000002", "phone_number")])
def test_a_name_that_looks_like_another_persons(world, account, form):
    """Somebody calls himself like that at GenAuth, and there is nobody else whom GenAuth finds by it."""
    world.server.remove_user("bob")
    world.server.set_user(account, password="mine", email="mallory@example.com", phone="13900000009")
    world.add_user(account)
    world.write_conf(world.base + "scope = openid username\n")
    assert world.run("mine", user=account).code == "PAM_SUCCESS"
    configure(world, "")
    assert unproven(world.run("mine", user=account), f"{form} is not the account", sub_of(account))


def test_user_names_of_digits(world):
    """With the type that says so; else they are taken for phone numbers."""
    world.add_user("20230001")
    world.server.set_user("20230001", password=PASSWORD)
    configure(world, "")
    assert unproven(world.run(PASSWORD, user="20230001"), "has no phone_number", sub_of("20230001"))
    configure(world, "account_type = username\n")
    assert proven(world.run(PASSWORD, user="20230001"), "20230001")


# ---- the scope ----

@pytest.mark.parametrize("options, word", [
    ("account_type = username\nscope = openid profile\n", "username"), ("account_type = email\nscope = openid\n", "email"),
    ("account_type = phone\nscope = openid email\n", "phone"), ("connection = AD\nscope = openid email\n", "username"),
    ("scope = openid profile\n", "username, email or phone")])
def test_a_scope_that_can_prove_nobody(world, no_traffic, options, word):
    configure(world, options)
    line = world.run(PASSWORD).line
    assert line["verdict"] == "CONFIG" and line["identity"] == "unproven"
    assert line["reason"].startswith(f"{world.conf}: identity = required needs {word} in scope")


def test_a_scope_that_can_prove_some(world):
    configure(world, "scope = openid username\n")
    assert proven(world.run(PASSWORD))
    assert scopes(world) == ["openid username"]
    world.server.clear_journal()
    for user, word in ((NUMBER, "phone"), ("alice@example.com", "email")):
        world.add_user(user)
        assert unproven(world.run(PASSWORD, user=user), f"needs {word} in scope")
    # Nobody has seen the password.
    assert world.server.posts() == []


def test_a_scope_on_the_line(world):
    world.write_service("sshd", "identity=required", "scope=openid email", "account_type=email",
                        "account_format=%u@example.com")
    assert proven(world.run(PASSWORD))
    assert scopes(world) == ["openid email"]


# ---- by service, and without the option ----

def test_only_where_it_is_asked_for(world):
    world.write_conf(world.base + "[sudo]\nidentity = required\n")
    world.write_service("sudo")
    world.server.set_user("alice", answer={"id_token": {"remove": ["username"]}})
    result = world.run(PASSWORD)
    assert result.code == "PAM_SUCCESS" and not {"identity", "sub"} & set(result.line)
    assert unproven(world.run(PASSWORD, service="sudo"), "has no username", sub_of("alice"))
    assert scopes(world) == ["openid profile", "openid profile username"]


def test_other_refusals_stay_what_they_are(world):
    configure(world, "")
    world.add_user("locked")
    line = world.run(PASSWORD, user="locked").line
    assert (line["verdict"], line["identity"], line["sub"]) == ("LOCKED", "unproven", "-")
    assert "account or password wrong" in world.run("wrong").line["reason"]
    line = world.run("", user="root").line
    assert (line["verdict"], line["identity"], line["sub"]) == ("SKIP", "unproven", "-")


@pytest.mark.parametrize("sub", ["a b verdict=OK", "x\" reason=\"", "x" * 65, "\n", "é", None, 7])
def test_a_sub_that_is_not_for_the_log(world, sub):
    configure(world, "")
    world.server.set_user("alice", answer={"id_token": {"claims": {"sub": sub}}})
    line = world.run(PASSWORD).line
    assert (line["verdict"], line["identity"], line["sub"], line["reason"]) == ("OK", "proven", "-", "accepted")


def test_log_line(world):
    configure(world, "")
    text, = [entry["text"] for entry in world.run(PASSWORD).log if "verdict=" in entry["text"]]
    assert f' identity=proven sub={sub_of("alice")} reason="accepted"' in text
