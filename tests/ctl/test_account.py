"""genauthctl account and check: which account, why, and whether it is one user's alone."""
import pathlib
import subprocess

import pytest

import conftest

PASSWORD = "correct horse"
# sync, because Debian gives it a shell that is not nologin.
BASE = "app_host = https://x\napp_id = x\nmin_uid = 1\n"


def write(world, options, text=None, base=BASE):
    if text is not None:
        world.map = world.folder / "genauth.map"
        world.map.write_text(text)
        options = f"account_map = {world.map}\n" + options
    world.write_conf(base + options)


def account(world, user="sync", *words):
    return world.run("account", user, "--conf", world.conf, "--pam-dir", world.pam, *words)


def told(world, *words):
    """Its lines as {label: text}; GenAuth would be asked."""
    done = account(world, "sync", *words)
    assert done.returncode == 0 and done.stderr == "", done
    found, label = {}, ""
    for line in done.stdout.splitlines():
        label = line[:11].strip() or label
        found[label] = [*found.get(label, []), line[11:]]
    return {label: "; ".join(lines) for label, lines in found.items()}


def refused(world, user, *words):
    done = account(world, user, *words)
    assert done.returncode == 1 and done.stderr == ""
    return done.stdout


# ---- account ----

def test_by_the_format(world):
    write(world, "account_format = %u@example.com\n")
    assert told(world) == {"user": "sync, uid 4", "account": "sync@example.com", "from": "account_format = %u@example.com",
                           "sent as": "passwordPayload.account"}
    write(world, "account_case = lower\naccount_type = email\n")
    assert told(world) == {"user": "sync, uid 4", "account": "sync", "from": "account_format = %u; account_case = lower",
                           "sent as": "passwordPayload.email"}


@pytest.mark.parametrize("connection, field", [("LDAP", "ldapPayload.sAMAccountName"), ("AD", "adPayload.sAMAccountName")])
def test_by_the_map(world, connection, field):
    write(world, f"connection = {connection}\naccount_type = email\n", "# users\nbin b\nsync s.ync 5f3a\n")
    assert told(world) == {"user": "sync, uid 4", "account": "s.ync", "from": f"{world.map}:3", "sent as": field,
                           "sub": "of the id token must be 5f3a"}


def test_by_the_fallback(world):
    write(world, "account_map_fallback = yes\n", "bin b\n")
    assert told(world)["from"] == (f"account_format = %u; {world.map} has no line for the user: "
                                   "account_map_fallback = yes")


def test_as_a_service_sees_it(world):
    write(world, "[sudo]\naccount_format = %u@sudo\n")
    world.write_stack("sshd", conftest.GOOD.replace("use_first_pass", "use_first_pass account_format=%u@sshd"))
    assert [told(world, *words)["account"] for words in ([], ["--service", "sudo"], ["--service", "sshd"])] == [
        "sync", "sync@sudo", "sync@sshd"]


@pytest.mark.parametrize("options, user, words, reason", [
    ("", "root", [], "uid 0 is never served"), ("", "no-such-user", [], "not known to this host"),
    ("", "daemon", [], "the user has no login shell"), ("deny_users = sync\n", "sync", [], "the user is in deny_users"),
    ("deny_groups = nosuch\n", "sync", [], "this host knows no group nosuch"),
    ("allow_hosts = 192.0.2.0/24\n", "sync", [], "advice     with --rhost, as somebody"),
    ("allow_hosts = 192.0.2.0/24\n", "sync", ["--rhost", "198.51.100.1"], "the address is not in allow_hosts")])
def test_who_is_not_asked_about(world, options, user, words, reason):
    write(world, options)
    shown = refused(world, user, *words)
    assert reason in shown and "account    " not in shown
    assert ("CONFIG: " if "group" in reason else "SKIP: ") in shown
    write(world, "allow_hosts = 192.0.2.0/24\n")
    assert told(world, "--rhost", "192.0.2.9")["account"] == "sync"


def test_a_map_without_the_user_or_wrong(world):
    write(world, "", "bin b\n")
    assert "account_map has no line for the user" in refused(world, "sync")
    write(world, "", "bin b\nbin c\n")
    assert f"{world.map}:2: bin stands on line 1 already" in (shown := refused(world, "sync")) and "CONFIG" in shown


def test_options_that_are_wrong(world):
    world.write_conf("nonsense\n")
    done = account(world)
    assert done.returncode == 1 and "genauth.conf:1: " in done.stderr and done.stdout == ""


@pytest.mark.parametrize("words", [[], ["a", "b"]])
def test_one_user_must_be_named(world, words):
    done = world.run("account", *words)
    assert done.returncode == 2 and "one user must be named" in done.stderr


def test_it_is_what_a_login_sends(online):
    """As said before, and nothing is sent for it."""
    online.server.set_user("s.ync", password=PASSWORD, id="5f3a")
    write(online, "", "sync s.ync 5f3a\n", online.base + "min_uid = 1\n")
    assert told(online)["account"] == "s.ync" and online.server.connections() == 0
    words = ["login", "sync", "--password-stdin", "--conf", online.conf]
    assert online.run(*words, input=PASSWORD + "\n").returncode == 0
    assert online.server.posts()[0]["body"]["passwordPayload"]["account"] == "s.ync"
    write(online, "", "sync s.ync 5f3b\n", online.base + "min_uid = 1\n")
    done = online.run(*words, input=PASSWORD + "\n")
    assert done.returncode == 7 and "another sub than account_map" in done.stdout
    assert "\nsub        5f3a\n" in done.stdout and "advice" not in done.stdout  # which is about the password


@pytest.mark.parametrize("sub, status", [("5f3a", 0), ("5f3b", 4), ("", 4)])
def test_an_ok_with_another_sub_is_none(online, moved, sub, status):
    write(online, "", "sync s.ync 5f3a\n", online.base + "min_uid = 1\n")
    conftest.take_over(moved, conftest.says_yes(sub))
    done = online.run("login", "sync", "--password-stdin", "--conf", online.conf, input=PASSWORD + "\n")
    assert done.returncode == status and ("has let in another one" in done.stdout) == (status == 4), done.stdout


def test_any_user_needs_no_line(online):
    write(online, "", "bin b\n", online.base + "min_uid = 1\n")
    for user in ("alice", "sync"):
        online.server.set_user(user, password=PASSWORD)
        online.server.clear_journal()
        done = online.run("login", user, "--any-user", "--password-stdin", "--conf", online.conf, input=PASSWORD + "\n")
        assert done.returncode == 0 and online.server.posts()[0]["body"]["passwordPayload"]["account"] == user


# ---- check ----

def accounts(world, *words):
    return [(finding["result"], finding["detail"]) for finding in world.check("--offline", *words).get("accounts", [])]


def test_nothing_is_said_without_the_options(world):
    write(world, "account_format = %u@x\n")
    assert accounts(world) == []


def test_a_good_map(world):
    write(world, "", "sync s\nalice a\n")
    assert accounts(world) == [("ok", "no two users have one account (2 looked at)")]


def test_two_names_one_account(world):
    write(world, "", "bob x\nalice a@example.com\ncarol A@Example.com\ndave x\n")
    assert accounts(world) == [("warning", "alice and carol have one account, A@Example.com"),
                               ("warning", "bob and dave have one account, x")]
    write(world, "", "".join(f"u{number} x\n" for number in range(50)))
    assert len(accounts(world)) == 10


def test_the_map_and_the_format(world):
    """sync by its name, and somebody by the map."""
    write(world, "account_map_fallback = yes\naccount_format = %u@x\n", "bin sync@x\n")
    assert accounts(world) == [("warning", "bin and sync have one account, sync@x")]
    write(world, "account_format = %u@x\n", "bin sync@x\n")
    assert accounts(world) == [("ok", "no two users have one account (1 looked at)")]


def test_a_map_that_is_wrong(world):
    write(world, "", "alice a b c\n")
    assert accounts(world) == [("error", f"{world.map}:1: must be: local-name account [sub]")]
    world.map.chmod(0o664)
    assert "may write to it" in accounts(world)[0][1]
    world.map.unlink()
    assert "No such file" in accounts(world)[0][1]


def test_the_map_of_a_section(world):
    other = world.folder / "sudo.map"
    other.write_text("alice x\nbob x\n")
    world.write_stack("sudo", conftest.GOOD)
    write(world, f"[sudo]\naccount_map = {other}\n", "sync s\n")
    assert accounts(world) == [("ok", "no two users have one account (1 looked at)"),
                               ("warning", "alice and bob have one account, x")]
    write(world, "[sudo]\ntimeout = 4\n", "sync s\n")
    assert accounts(world) == [("ok", "no two users have one account (1 looked at)")]


def test_users_with_an_account(world):
    write(world, "", "alice a\n")
    finding, = world.check("--offline")["users"]
    assert finding["result"] == "warning" and finding["cure"] == "see account_map in genauth.conf(5)"
    write(world, "", "sync a\n")
    finding, = world.check("--offline")["users"]
    assert finding["result"] == "ok" and finding["detail"].endswith("for example sync")


def test_letter_case_of_the_hosts_users(world):
    """Two that the host tells apart, and account_case does not."""
    passwd = world.folder / "passwd"
    passwd.write_text(pathlib.Path("/etc/passwd").read_text() + "SYNC:x:4242:4242::/:/bin/sh\n")
    write(world, "account_case = lower\n")
    words = ["unshare", "--mount", "sh", "-c", f"mount --bind {passwd} /etc/passwd && exec \"$@\"", "sh",
             conftest.GENAUTHCTL, "check", "--offline", "--conf", world.conf]
    done = subprocess.run(words, capture_output=True, text=True, env={"LC_ALL": "C"})
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip("no private mounts here")
    assert "SYNC and sync have one account, sync" in done.stdout
    write(world, "account_case = keep\n")
    assert " one account" not in subprocess.run(words, capture_output=True, text=True, env={"LC_ALL": "C"}).stdout
