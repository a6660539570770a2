"""Which users GenAuth is asked about: the lists of genauth.conf, through libpam, by passwd and group of the host."""
import errno
import json

import pytest

import pam
from test_refusals import manner, refused

PASSWORD = "correct horse"


def of(user):
    """What the stand-in knows of them."""
    return {"alice": "correct horse", "bob": "correct battery"}.get(user.lower(), "x")


def served(world, lists, user="alice", **more):
    world.server.clear_journal()
    world.write_conf(world.base + lists)
    result = world.run(of(user), user=user, **more)
    assert result.code == "PAM_SUCCESS", result.line
    assert len(world.server.posts()) == 1


def skipped(world, lists, reason, user="alice", **more):
    world.server.clear_journal()
    world.write_conf(world.base + lists)
    refused(world, world.run(of(user), user=user, **more), "PAM_USER_UNKNOWN", "SKIP", reason)


# ---- users and groups ----

@pytest.mark.parametrize("lists", [
    "allow_users = alice\n", "allow_users = bob alice\n", "allow_groups = admins\n", "allow_groups = nosuch admins\n",
    "allow_users = bob\nallow_groups = admins\n", "allow_users = alice\nallow_groups = crowd\n",
    "deny_users = bob\n", "deny_groups = crowd genauth\n", "allow_groups = alice\n",
    "allow_users = bob\n[sshd]\nallow_users = alice\n", "[sudo]\nallow_users = bob\ndeny_users = alice\n"])
def test_who_is_in(world, lists):
    served(world, lists)


@pytest.mark.parametrize("lists, reason", [
    ("allow_users = bob\n", "the user is not in allow_users"),
    ("allow_users = alic alicia lice ALICE\n", "the user is not in allow_users"),
    ("allow_groups = crowd genauth\n", "the user is in no group of allow_groups"),
    ("allow_users = bob\nallow_groups = crowd\n", "not in allow_users, and in no group of allow_groups"),
    ("allow_groups = Admins\n", "in no group of allow_groups (this host knows no group Admins)"),
    ("deny_users = alice\n", "the user is in deny_users"),
    ("deny_groups = admins\n", "the user is in a group of deny_groups"),
    ("deny_groups = alice\n", "the user is in a group of deny_groups"),
    # Deny wins, in whatever way one is allowed.
    ("allow_users = alice\ndeny_users = alice\n", "deny_users"),
    ("allow_users = alice\ndeny_groups = admins\n", "deny_groups"),
    ("allow_groups = admins\ndeny_users = alice\n", "deny_users"),
    ("allow_groups = admins\ndeny_groups = crowd admins\n", "deny_groups"),
    ("allow_users = alice\n[sshd]\nallow_users = bob\n", "allow_users"),
    ("[sshd sudo]\ndeny_groups = admins\n", "deny_groups"),
])
def test_who_is_not_in(world, lists, reason):
    skipped(world, lists, reason)


def test_the_first_group_counts(world):
    """It stands in passwd, and group does not name its members."""
    served(world, "allow_groups = genauth\n", user="bob")
    skipped(world, "allow_groups = genauth\n", "no group of allow_groups")
    skipped(world, "deny_groups = genauth\n", "deny_groups", user="bob")


def test_names_are_the_hosts_own(world):
    """NSS finds alice by ALICE here: the lists hold for her, however she is spelled."""
    served(world, "allow_users = alice\n", user="ALICE")
    skipped(world, "deny_users = alice\n", "deny_users", user="ALICE")
    skipped(world, "deny_groups = admins\n", "deny_groups", user="Alice")
    skipped(world, "allow_users = ALICE\n", "allow_users", user="ALICE")


def test_no_list_lets_in_whom_the_policy_refuses(world):
    for user in ("root", "daemon", "service", "stranger"):
        world.write_conf(world.base + f"allow_users = {user}\nallow_groups = root\nallow_hosts = local\n")
        assert world.run("x", user=user).code == "PAM_USER_UNKNOWN", user
    assert world.server.connections() == 0


def test_a_denied_group_that_is_not_there(world):
    """Who is in it cannot be known: a name that was mistyped must not let in whom it was to keep out."""
    for lists in ("deny_groups = adminz\n", "deny_groups = crowd adminz\nallow_users = alice\n"):
        world.write_conf(world.base + lists)
        refused(world, world.run(PASSWORD), "PAM_SERVICE_ERR", "CONFIG",
                "deny_groups: this host knows no group adminz")
    # But who is denied, or never served, is still told so.
    skipped(world, "deny_groups = adminz admins\n", "in a group of deny_groups")
    skipped(world, "deny_groups = adminz\n", "uid 0", user="root")


@pytest.mark.parametrize("lists", ["deny_groups = crowd\n", "allow_groups = crowd\n"])
@pytest.mark.parametrize("error", [errno.EIO, errno.ENFILE, errno.ENOMEM])
def test_nss_that_does_not_answer(world, lists, error):
    world.write_conf(world.base + lists)
    result = world.run(PASSWORD, extra=["--group-error", str(error)])
    refused(world, result, "PAM_SYSTEM_ERR", "INTERNAL", "the group crowd: ")


def test_nss_that_need_not_answer(world):
    """Who is in by name is in."""
    served(world, "allow_users = alice\nallow_groups = crowd\n", extra=["--group-error", str(errno.EIO)])


def test_members_that_only_the_group_names(world):
    """A list of the user's groups is shorter where memory or a directory failed, and nobody says so."""
    short = {"extra": ["--no-groups-of-users"]}
    skipped(world, "deny_groups = admins\n", "deny_groups", **short)
    served(world, "allow_groups = admins\n", **short)
    served(world, "deny_groups = crowd\n", **short)


def test_very_many_groups(world):
    """More than a first look has room for, and groups with more members than that."""
    members = ",".join(f"user{number}" for number in range(20000))
    with open(world.group, "a") as file:
        file.writelines(f"g{number}:x:{50000 + number}:alice\n" for number in range(200))
        file.write(f"large:x:60000:{members},alice\n")
    served(world, "allow_groups = g199\n")
    served(world, "allow_groups = large\n")
    skipped(world, "deny_groups = large\n", "deny_groups")


def test_longest_lists(world):
    """The longest that the manual promises, and the pam.d line has them too."""
    names = "alice " + " ".join(["x" * 50] * 20)[:1018]
    assert len(names) == 1024
    served(world, f"allow_users = {names}\n")
    world.write_conf(world.base + f"allow_users = {names}y\n")
    assert "longer than 1024 bytes" in world.run(PASSWORD).line["reason"]
    world.write_service("sshd", "allow_users=bob carol")
    skipped(world, "", "not in allow_users")


@pytest.mark.parametrize("line, reason", [
    ("allow_users = alice, bob", "separated by spaces"), ("deny_users = ali*", "whole names"),
    ("deny_users = !alice", "whole names"), ("deny_groups = @admins", "in front"), ("allow_users = %admins", "in front"),
    ('deny_groups = ad "mins"', "quotes"), ('allow_users = "  "', "names nobody"), ("allow_groups = ", "has no value"),
    ("allow_hosts = localhost", "neither an address nor a prefix"), ("allow_hosts = 10.0.0.0/8,local", "wrong number of bits"),
    ("allow_hosts = 10.0.0.1/8", "more bits set"), ("allow_hosts = 10.0.0.0/33", "wrong number of bits"),
    ("allow_hosts = 10.0.0.0/", "wrong number of bits"), ("allow_hosts = 10.0.0.0/08", "wrong number of bits"),
    ("allow_hosts = fe80::1%eth0", "neither"), ("allow_hosts = 10.1", "neither"), ('allow_hosts = " "', "has no address"),
    ("allow_hosts = 2001:db8::/129", "wrong number of bits"), ("allow_hosts = ::ffff:10.0.0.0/95", "more bits set")])
def test_lists_that_are_none(world, line, reason):
    """What would mean something elsewhere, and here would deny nobody."""
    world.write_conf(world.base + line + "\n")
    refused(world, world.run(PASSWORD), "PAM_SERVICE_ERR", "CONFIG", reason)


# ---- hosts ----

@pytest.mark.parametrize("hosts, rhost", [
    ("192.0.2.7", "192.0.2.7"), ("10.0.0.0/8", "10.255.1.2"), ("0.0.0.0/0", "192.0.2.7"), ("2001:db8::/32", "2001:db8::1"),
    ("2001:db8::1", "2001:0DB8:0::0001"), ("10.0.0.0/8", "::ffff:10.1.2.3"), ("::ffff:10.0.0.0/104", "10.1.2.3"),
    ("fe80::/10", "fe80::1%eth0"), ("::/0", "2001:db8::1"), ("192.0.2.0/31 local", "192.0.2.1"), ("10.0.0.0/8 local", None),
    ("192.0.2.128/25", "192.0.2.129")])
def test_hosts_that_are_in(world, hosts, rhost):
    served(world, f"allow_hosts = {hosts}\n", rhost=rhost)


@pytest.mark.parametrize("hosts, rhost, reason", [
    ("192.0.2.7", "192.0.2.8", "the address is not in"), ("10.0.0.0/8", "11.0.0.0", "the address is not in"),
    ("192.0.2.128/25", "192.0.2.127", "the address is not in"), ("::/0", "192.0.2.7", "the address is not in"),
    ("0.0.0.0/0", "2001:db8::1", "the address is not in"), ("::/0", "::ffff:10.1.2.3", "the address is not in"),
    ("0.0.0.0/0 ::/0", None, "a local login"), ("0.0.0.0/0 ::/0 local", "localhost", "the host is named"),
    ("0.0.0.0/0 ::/0 local", "local", "the host is named"), ("0.0.0.0/0", "10.0.0.1%eth0", "the host is named"),
    ("0.0.0.0/0", "127.1", "the host is named"), ("0.0.0.0/0 ::/0", "x" * 5000, "the host is named"),
    ("local", "127.0.0.1", "the address is not in"), ("10.0.0.0/8", "10.0.0.1 ", "the host is named")])
def test_hosts_that_are_not_in(world, hosts, rhost, reason):
    skipped(world, f"allow_hosts = {hosts}\n", reason, rhost=rhost)


def test_hosts_do_not_replace_users(world):
    """One must come from there, and be in."""
    skipped(world, "allow_hosts = 192.0.2.7\nallow_users = bob\n", "allow_users", rhost="192.0.2.7")
    skipped(world, "allow_hosts = 192.0.2.8\nallow_users = alice\n", "allow_hosts", rhost="192.0.2.7")


# ---- nobody can tell ----

LISTS = ("allow_users = bob\n", "allow_groups = crowd\n", "deny_users = alice\n", "deny_groups = admins\n",
         "deny_groups = nosuch\n", "allow_hosts = 10.0.0.0/8\n", "allow_groups = nosuch\n")


@pytest.mark.parametrize("line", [("", ""), ("try_first_pass", "auth optional pam_unix.so nodelay\n")])
def test_who_is_not_in_looks_like_who_is_denied(world, line):
    flags, before = line
    world.write_service("sshd", *flags.split(), before=before)
    denied = world.run("wrong", "wrong too")
    assert "verdict=DENIED" in denied.log[-1]["text"]
    for lists in LISTS:
        world.write_conf(world.base + lists)
        out = world.run("wrong", "wrong too")
        verdict = "CONFIG" if lists == "deny_groups = nosuch\n" else "SKIP"
        assert f"verdict={verdict}" in out.log[-1]["text"]
        if verdict == "SKIP":
            assert manner(out) == manner(denied), lists
        else:
            assert len(out.prompts) == 1 and out.messages == []


@pytest.mark.parametrize("lists", LISTS)
def test_nothing_is_prepared_for_who_is_not_in(world, lists):
    """The line that prepares decides as the line that logs in."""
    world.write_service("sshd", "use_first_pass", before=f"auth optional {pam.MODULE} conf={world.conf} prepare\n"
                                                         "auth optional pam_unix.so nodelay\n")
    world.write_conf(world.base + lists)
    result = world.run(PASSWORD, extra=("--pause", "300"))
    assert result.line["verdict"] in ("SKIP", "CONFIG") and world.server.connections() == 0
    world.write_conf(world.base + "allow_hosts = 192.0.2.0/24\nallow_groups = admins\n")
    result = world.run(PASSWORD, rhost="192.0.2.7", extra=("--pause", "300"))
    assert result.code == "PAM_SUCCESS" and result.line["connect_ms"] == "0" and world.server.connections() == 1


def test_without_lists_nothing_is_different(world):
    """NSS is not even asked for groups."""
    world.group.unlink()
    result = world.run(PASSWORD, extra=["--group-error", str(errno.EIO)])
    assert result.code == "PAM_SUCCESS" and len(world.server.posts()) == 1
    body = world.server.posts()[0]["body"]
    assert json.dumps(body["passwordPayload"]) == '{"account": "alice", "password": "correct horse"}'
