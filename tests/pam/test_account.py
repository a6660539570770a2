"""Which GenAuth account a local user has: account_map, account_case, and the sub that a reply must have."""
import os
import re
import time

import pytest

import codes
import pam
from test_refusals import config_refused, manner, refused

PASSWORD = "correct horse"

pytestmark = pytest.mark.usefixtures("accounts")


@pytest.fixture
def accounts(world):
    """At GenAuth: the person alice, of whom one sub is known."""
    world.map = world.folder / "genauth.map"
    world.server.set_user("a.example", password=PASSWORD, id="sub-of-alice")
    world.server.set_user("Alice", password=PASSWORD)
    return world


def write_map(world, text, options="", mode=0o644):
    world.map.write_bytes(text if isinstance(text, bytes) else text.encode())
    world.map.chmod(mode)
    world.write_conf(world.base + f"account_map = {world.map}\n" + options)
    world.server.clear_journal()


def asked(world):
    """For which account, in the field of that name."""
    post, = world.server.posts()
    payload, = [value for key, value in post["body"].items() if key.endswith("Payload")]
    return {key: value for key, value in payload.items() if key != "password"}


def served(world, account, user="alice", **more):
    result = world.run(PASSWORD, user=user, **more)
    assert result.code == "PAM_SUCCESS", result.line
    assert list(asked(world).values()) == [account]
    return result


# ---- the map ----

@pytest.mark.parametrize("text", [
    "alice a.example\n", "alice a.example", "\n# people\nbob bob\n\talice\t  a.example \t\n", "alice a.example # the boss\n",
    "\ufeffalice a.example\r\nbob bob\r\n", "#alice x\nalice a.example\n", "  # alice\nalice a.example #\n",
    "alicia x\nalic y\nalice a.example\nALICE z\n"])
def test_a_line_of_the_map(world, text):
    write_map(world, text)
    served(world, "a.example")


def test_who_has_no_line_is_not_served(world):
    write_map(world, "bob bob\nALICE alice\nalicia alice\n")
    refused(world, world.run(PASSWORD), "PAM_USER_UNKNOWN", "SKIP", "account_map has no line for the user")
    write_map(world, "")
    refused(world, world.run(PASSWORD), "PAM_USER_UNKNOWN", "SKIP", "account_map has no line for the user")
    write_map(world, "bob bob\n", "account_map_fallback = yes\naccount_format = %u.fallback\n")
    world.server.set_user("alice.fallback", password=PASSWORD)
    served(world, "alice.fallback")
    write_map(world, "alice a.example\n", "account_map_fallback = yes\naccount_format = %u.fallback\n")
    served(world, "a.example")


def test_the_map_is_of_the_hosts_own_names(world):
    """However PAM_USER is spelled: the key is what passwd says."""
    write_map(world, "alice a.example\nALICE bob\n")
    served(world, "a.example", user="ALICE")
    write_map(world, "ALICE a.example\n")
    refused(world, world.run(PASSWORD, user="ALICE"), "PAM_USER_UNKNOWN", "SKIP", "no line for the user")


def test_each_service_has_its_map(world):
    other = world.folder / "sudo.map"
    other.write_text("alice nobody\n")
    write_map(world, "alice a.example\n", f"[sudo]\naccount_map = {other}\naccount_case = lower\n")
    served(world, "a.example")


@pytest.mark.parametrize("connection, field", [("LDAP", "sAMAccountName"), ("AD", "sAMAccountName")])
def test_directories(world, connection, field):
    world.server.set_user("a.example", connections=["LDAP", "AD"])
    for text in ("alice a.example\n", "alice a.example sub-of-alice\n"):
        write_map(world, text, f"connection = {connection}\n")
        assert world.run(PASSWORD).code == "PAM_SUCCESS"
        assert asked(world) == {field: "a.example"}
    write_map(world, "alice a.example another\n", f"connection = {connection}\n")
    result = world.run(PASSWORD)
    assert result.code == "PAM_AUTH_ERR" and "another sub" in result.line["reason"]


@pytest.mark.parametrize("text, line, reason", [
    ("alice\n", 1, "must be: local-name account [sub]"), ("bob b\nalice #a\n", 2, "must be: local-name account [sub]"),
    ("bob b\n\nalice a sub more\n", 3, "must be: local-name account [sub]"),
    ("alice a\nbob b\nalice a\n", 3, "alice stands on line 1 already"),
    ("bob b\ncarol c\ncarol d\n", 3, "carol stands on line 2 already"),
    ('alice "a.example"\n', 1, "quotes have no meaning"), ("alice = a.example\n", 1, "is no account"),
    ("alice: a.example\n", 1, "no name of a local user"), ("* a.example\n", 1, "no name of a local user"),
    ("alice=a.example x\n", 1, "no name of a local user"), ("bob b\nal\x01ice a\n", 2, "no name of a local user"),
    (b"alice a\xff\n", 1, "is no account"), (b"al\xe9 a\n", 1, "no name of a local user"),
    (b"alice a\x7fb\n", 1, "is no account"), (b"alice a\x00b\n", 1, "has a NUL byte"), (b"\x00", 1, "has a NUL byte"),
    ("alice a süb\n", 1, "the third word is no sub"), ("alice a " + "s" * 65 + "\n", 1, "at most 64 letters"),
    ("alice a sub;\n", 1, "the third word is no sub"),
    ("alice " + "a" * 257 + "\n", 1, "is no account"), ("n" * 257 + " a\n", 1, "no name of a local user"),
    ("bob b\n" + "x " * 1100 + "\n", 2, "line longer than 2048 bytes"), ("alice a\rbob b\r", 1, "is no account"),
])
def test_lines_that_are_none(world, text, line, reason):
    """They are errors for everybody, whoever logs in."""
    write_map(world, text)
    config_refused(world, f"genauth.map:{line}: ")
    for user in ("alice", "bob"):
        config_refused(world, reason, user=user)
    # But whom no map can serve is told so.
    refused(world, world.run("x", user="root"), "PAM_USER_UNKNOWN", "SKIP", "uid 0")
    assert "a.example" not in str(world.run(PASSWORD).log)


def test_longest_words(world):
    name = "a" * 256
    world.server.set_user("b" * 256, password=PASSWORD, id="s" * 64)
    world.add_user(name)
    write_map(world, f"{name} {'b' * 256} {'s' * 64}\n")
    served(world, "b" * 256, user=name)
    write_map(world, f"{name} {'b' * 256} {'s' * 63}\n")
    assert world.run(PASSWORD, user=name).code == "PAM_AUTH_ERR"


def test_a_large_map(world):
    """A mebibyte, no byte more."""
    lines = "".join(f"user{number:06} account{number:06}\n" for number in range(39000))
    text = lines + "alice a.example\n"
    write_map(world, text + "#" * 2000 + "\n" + ("#" * 99 + "\n") * ((1024 * 1024 - len(text) - 2001) // 100))
    served(world, "a.example")
    with open(world.map, "a") as file:
        file.write("\n" * (1024 * 1024 - world.map.stat().st_size + 1))
    world.server.clear_journal()
    config_refused(world, "longer than 1048576 bytes")


@pytest.mark.parametrize("mode, good", [(0o600, True), (0o644, True), (0o620, False), (0o602, False), (0o664, False)])
def test_mode(world, mode, good):
    write_map(world, "alice a.example\n", mode=mode)
    if good:
        served(world, "a.example")
    else:
        config_refused(world, "genauth.map: group or others may write to it")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_owner_and_links(world):
    write_map(world, "alice a.example\n")
    real = world.map.rename(world.folder / "real.map")
    world.map.symlink_to("real.map")
    served(world, "a.example")
    world.server.clear_journal()
    os.lchown(world.map, 65534, 65534)
    config_refused(world, "genauth.map: belongs to uid 65534")
    os.lchown(world.map, 0, 0)
    os.chown(real, 65534, 65534)
    config_refused(world, "belongs to uid 65534")


@pytest.mark.parametrize("make, reason", [
    (lambda path: None, "No such file"), (os.mkdir, "not a regular file"), (os.mkfifo, "not a regular file"),
    (lambda path: path.symlink_to("genauth.map"), "is a symbolic link"),
    (lambda path: path.symlink_to("/proc/self/mem"), "genauth.map: ")])
def test_a_map_that_is_no_file(world, make, reason):
    write_map(world, "alice a.example\n")
    world.map.unlink()
    make(world.map)
    config_refused(world, reason)


def test_options_that_need_each_other(world):
    world.write_conf(world.base + "account_map_fallback = yes\n")
    config_refused(world, "account_map_fallback needs account_map")
    world.write_conf(world.base + "account_map = genauth.map\n")
    config_refused(world, "must be an absolute path")


# ---- the sub ----

def test_the_sub_must_be_the_same(world):
    write_map(world, "alice a.example sub-of-alice\n")
    served(world, "a.example")
    for other in ("sub-of-Alice", "sub-of-alic", "sub-of-alice1", "x"):
        write_map(world, f"alice a.example {other}\n", "export_tokens = id_token\n")
        result = world.run(PASSWORD)
        assert result.code == "PAM_AUTH_ERR" and result.line["verdict"] == "DENIED"
        assert "another sub than account_map" in result.line["reason"]
        assert result.environment == [] and len(world.server.posts()) == 1
        assert "sub-of" not in str(result.log)


@pytest.mark.parametrize("answer", [
    {"id_token": {"remove": ["sub"]}}, {"id_token": {"claims": {"sub": None}}}, {"id_token": {"claims": {"sub": 7}}},
    {"id_token": {"claims": {"sub": ["sub-of-alice"]}}}, {"merge": {"data": {"id_token": None}}},
    {"merge": {"data": {"id_token": "eyJhbGxxxx"}}}, {"merge": {"data": {"id_token": 7}}},
    {"merge": {"data": {"id_token": ""}}}, {"remove": ["data.id_token"]}, {"remove": ["data"]}])
def test_a_reply_without_a_sub(world, answer):
    """What an option needs and the reply lacks refuses; without the option it lets in, as before."""
    world.server.set_user("a.example", answer=answer)
    write_map(world, "alice a.example\n")
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    write_map(world, "alice a.example sub-of-alice\n")
    result = world.run(PASSWORD)
    assert result.code == "PAM_AUTH_ERR" and "has none to compare" in result.line["reason"], result.line


def test_a_wrong_sub_looks_like_a_wrong_password(world):
    write_map(world, "alice a.example sub-of-alice\n")
    denied = world.run("wrong")
    write_map(world, "alice a.example another\n")
    result = world.run(PASSWORD)
    assert (result.codes, manner(result)) == (denied.codes, manner(denied))


FACTORS = {"mona": "mfa = ask\nmfa_token_exchange = yes\n", "tina": "second_factor = required\n"}


@pytest.mark.parametrize("name", FACTORS)
def test_a_sub_and_a_second_factor(world, name):
    """Demanded by GenAuth, or by this host, and of the right person only."""
    password = "correct saddle"
    now = int(time.time()) // 30 * 30
    world.server.set_mfa(totp_time=now)
    code = codes.totp(world.server.table()["users"][name]["totp_secret"], at=now)
    world.server.set_user(name, id="sub-of-her")
    world.add_user(name)
    write_map(world, f"{name} {name} sub-of-her\n", FACTORS[name])
    result = world.run(password, code, user=name)
    assert result.code == "PAM_SUCCESS" and len(result.prompts) == 2, result.line
    write_map(world, f"{name} {name} another\n", FACTORS[name])
    world.server.set_mfa(totp_time=now + 30)
    result = world.run(password, codes.totp(world.server.table()["users"][name]["totp_secret"], at=now + 30), user=name)
    assert result.line["verdict"] == "DENIED" and "another sub than account_map" in result.line["reason"], result.line
    # This host knows it before it asks for a code; the other way it is GenAuth that demands one first.
    assert len(result.prompts) == (1 if name == "tina" else 2)


def test_a_second_factor_without_a_token(world):
    """Nobody is asked for a code in vain."""
    world.add_user("mona")
    write_map(world, "mona mona sub-of-her\n", "mfa = ask\n")
    result = world.run("correct saddle", "000000", user="mona")
    assert result.line["verdict"] == "STEP_NEEDED" and "no id_token without mfa_token_exchange" in result.line["reason"]
    assert len(result.prompts) == 1


# ---- letter case ----

def test_account_case(world):
    world.passwd.write_text(world.passwd.read_text().replace("alice:", "Alice:"))
    served(world, "Alice", user="alice")
    world.write_conf(world.base + "account_case = lower\n")
    world.server.clear_journal()
    served(world, "alice", user="ALICE")
    # The name alone; not what the format adds, nor what stands in the map.
    world.server.set_user("Xalice@EXAMPLE", password=PASSWORD)
    world.write_conf(world.base + "account_case = lower\naccount_format = X%u@EXAMPLE\n")
    world.server.clear_journal()
    served(world, "Xalice@EXAMPLE")
    write_map(world, "Alice Alice\n", "account_case = lower\n")
    served(world, "Alice")
    write_map(world, "alice alice\n", "account_case = lower\n")
    refused(world, world.run(PASSWORD), "PAM_USER_UNKNOWN", "SKIP", "no line for the user")


def test_account_case_is_of_ascii(world):
    """Other letters stay: what is one letter differs from language to language."""
    world.add_user("ÄBC")
    world.server.set_user("Äbc", password=PASSWORD)
    world.write_conf(world.base + "account_case = lower\nuser_names = any\n")
    served(world, "Äbc", user="ÄBC")


# ---- nobody can tell, and nothing is sent ----

@pytest.mark.parametrize("line", [("", ""), ("try_first_pass", "auth optional pam_unix.so nodelay\n")])
def test_who_has_no_line_looks_like_who_is_denied(world, line):
    flags, before = line
    world.write_service("sshd", *flags.split(), before=before)
    write_map(world, "alice a.example\n")
    denied = world.run("wrong", "wrong too")
    assert "verdict=DENIED" in denied.log[-1]["text"]
    write_map(world, "bob bob\n")
    skipped = world.run("wrong", "wrong too")
    assert "verdict=SKIP" in skipped.log[-1]["text"] and manner(skipped) == manner(denied)
    assert world.server.connections() == 0


def test_nothing_is_prepared_without_a_line(world):
    world.write_service("sshd", "use_first_pass", before=f"auth optional {pam.MODULE} conf={world.conf} prepare\n"
                                                         "auth optional pam_unix.so nodelay\n")
    for text in ("bob bob\n", "alice\n"):
        write_map(world, text)
        result = world.run(PASSWORD, extra=("--pause", "300"))
        assert result.line["verdict"] in ("SKIP", "CONFIG") and world.server.connections() == 0
    write_map(world, "alice a.example sub-of-alice\n")
    result = served(world, "a.example", extra=("--pause", "300"))
    assert result.line["connect_ms"] == "0" and world.server.connections() == 1


def test_without_the_options_nothing_is_different(world):
    result = served(world, "alice")
    body = world.server.posts()[0]["body"]
    assert body["passwordPayload"] == {"account": "alice", "password": PASSWORD} and "sub" not in str(body)
    assert re.fullmatch("accepted", result.line["reason"])
