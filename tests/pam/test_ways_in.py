"""Every way in which GenAuth takes an account and a password. The stand-in decrypts and judges the plaintext."""
import os
import pathlib
import subprocess
import time

import pytest

CONNECTIONS = {"PASSWORD": "passwordPayload", "LDAP": "ldapPayload", "AD": "adPayload"}
ACCOUNT_TYPES = {"account": "alice", "username": "alice", "email": "alice@example.com", "phone": "13900000001"}
ENCRYPTIONS = {"none": None, "rsa": "rsa", "sm2": "sm2 c1c3c2"}
APPS = {"none": 3, "client_secret_post": 1, "client_secret_basic": 2}
PASSWORD = "correct horse"


def configure(world, *lines, method="client_secret_post"):
    app = "65f0c0ffee0000000000000%d" % APPS[method]
    secret = world.server.ready["apps"][app]["secret"]
    world.write_conf("\n".join([
        f"app_host = {world.server.host}", f"app_id = {app}", f"ca_file = {world.server.ready['ca_file']}",
        f"token_endpoint_auth_method = {method}", *([f"app_secret = {secret}"] if secret else []), *lines]) + "\n")


@pytest.mark.parametrize("method", APPS)
@pytest.mark.parametrize("encryption", ENCRYPTIONS)
@pytest.mark.parametrize("connection", CONNECTIONS)
def test_each_way_in(world, connection, encryption, method):
    for account_type, account in ACCOUNT_TYPES.items():
        # The PAM user stays alice; the format makes her e-mail address or phone number.
        account_format = {"email": "%u@example.com"}.get(account_type, "%u")
        user = account if account_type == "phone" else "alice"
        world.add_user(user)
        if connection != "PASSWORD":
            account_format, user, account = "%u", "alice", "alice"
        configure(world, f"connection = {connection}", f"account_type = {account_type}",
                  f"account_format = {account_format}", f"password_encrypt_type = {encryption}", method=method)
        assert world.run(PASSWORD, user=user).code == "PAM_SUCCESS", account_type
        post = world.server.posts()[-1]
        field = account_type if connection == "PASSWORD" else "sAMAccountName"
        assert post["body"]["connection"] == connection
        payload = dict(post["body"][CONNECTIONS[connection]])
        sent = payload.pop("password")
        assert payload == {field: account}
        assert post["body"]["options"].get("passwordEncryptType", "none") == encryption
        assert (sent == PASSWORD) == (encryption == "none")
        if encryption != "none":
            assert post["password_form"] == ENCRYPTIONS[encryption] and post["password"] == PASSWORD
        result = world.run("wrong", user=user)
        assert result.code == "PAM_AUTH_ERR" and result.line["api_code"] == "2333", account_type


@pytest.mark.parametrize("user, connection, allowed", [
    ("carol", "LDAP", True), ("carol", "PASSWORD", False), ("carol", "AD", False),
    ("dave", "AD", True), ("dave", "LDAP", False), ("bob", "LDAP", False)])
def test_users_of_one_connection(world, user, connection, allowed):
    world.add_user(user)
    configure(world, f"connection = {connection}")
    password = "correct battery" if user == "bob" else "correct staple"
    assert world.run(password, user=user).code == ("PAM_SUCCESS" if allowed else "PAM_AUTH_ERR")


def test_the_ios_form_of_sm2(world):
    configure(world, "password_encrypt_type = sm2", "sm2_format = 04c1c2c3-base64")
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    assert world.server.posts()[0]["password_form"] == "sm2 04c1c2c3-base64"
    assert world.run("wrong").code == "PAM_AUTH_ERR"


@pytest.mark.parametrize("encryption, sm2_format", [("rsa", "c1c3c2"), ("sm2", "c1c3c2"), ("sm2", "04c1c2c3-base64")])
def test_passwords_beyond_ascii_are_encrypted_as_utf8(world, encryption, sm2_format):
    world.add_user("yu")
    configure(world, f"password_encrypt_type = {encryption}", f"sm2_format = {sm2_format}")
    assert world.run("P@ssw0rd-密码-ü", user="yu").code == "PAM_SUCCESS"


@pytest.mark.parametrize("system", [
    {"wrapped": True}, {"rsa_format": "base64"}, {"rsa_bits": 1024}, {"rsa_bits": 4096},
    {"wrapped": True, "rsa_format": "base64"}, {"sm2_digits": 128}, {"wrapped": True, "sm2_digits": 128}])
def test_forms_of_the_published_key(world, system, fresh_cache):
    world.server.set_system(**system)
    world.server.wait_for_key()
    kind = "sm2" if "sm2_digits" in system else "rsa"
    configure(world, f"password_encrypt_type = {kind}")
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    assert world.run("wrong").code == "PAM_AUTH_ERR"


@pytest.mark.parametrize("body, verdict", [
    ("<html>", "UNAVAILABLE"), ("{}", "CONFIG"), ('{"rsa":{"publicKey":"no key"}}', "CONFIG"), ("", "UNAVAILABLE"),
    ('{"rsa":{"publicKey":7}}', "CONFIG"), ('{"rsa":[]}', "CONFIG")])
def test_a_server_without_a_usable_key(world, body, verdict, fresh_cache):
    world.server.set_system(body=body)
    configure(world, "password_encrypt_type = rsa")
    result = world.run(PASSWORD)
    assert result.line["verdict"] == verdict
    assert world.server.posts() == []


@pytest.mark.parametrize("prefix", ["", "04"])
def test_a_point_off_the_curve(world, prefix, fresh_cache):
    world.server.set_system(body='{"sm2":{"publicKey":"%s%s"}}' % (prefix, "1" * 128))
    configure(world, "password_encrypt_type = sm2")
    result = world.run(PASSWORD)
    assert result.line["verdict"] == "CONFIG" and "curve" in result.line["reason"]
    assert world.server.posts() == []


def test_a_password_longer_than_the_key_allows(world, fresh_cache):
    world.server.set_system(rsa_bits=1024)
    configure(world, "password_encrypt_type = rsa")
    for length, code in ((117, "PAM_SUCCESS"), (118, "PAM_AUTH_ERR")):
        world.server.set_user("alice", password="x" * length)
        world.server.clear_journal()
        result = world.run("x" * length)
        assert result.code == code
        assert len(world.server.posts()) == (code == "PAM_SUCCESS")
    assert "longer than GenAuth's RSA key of 1024 bits allows (117 bytes)" in result.line["reason"]


def test_nothing_but_sections_tells_services_apart(world):
    configure(world, "[sshd]", "password_encrypt_type = rsa")
    world.write_service("login")
    for service, form in (("sshd", "rsa"), ("login", "none")):
        assert world.run(PASSWORD, service=service).code == "PAM_SUCCESS"
        assert world.server.posts()[-1]["body"]["options"].get("passwordEncryptType", "none") == form


# ---- the cached key ----

def kinds(world):
    return [entry["method"] for entry in world.server.journal()]


def cached(fresh_cache, server, kind="rsa"):
    return fresh_cache / f"{kind}-localhost:{server.port}"


@pytest.mark.parametrize("kind", ["rsa", "sm2"])
def test_the_key_is_fetched_once(world, fresh_cache, kind):
    configure(world, f"password_encrypt_type = {kind}", "preconnect = no")
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    # On the connection that the login then uses.
    assert kinds(world) == ["GET", "POST"] and world.server.connections() == 1
    file = cached(fresh_cache, world.server, kind)
    assert file.stat().st_mode & 0o777 == 0o644 and fresh_cache.stat().st_mode & 0o022 == 0
    assert [path.name for path in fresh_cache.iterdir()] == [file.name]
    world.server.clear_journal()
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    assert kinds(world) == ["POST"]
    # Whoever cannot decrypt may say so in this way too; the key is the same, so it was the password.
    assert world.run("wrong").code == "PAM_AUTH_ERR"
    assert kinds(world) == ["POST", "POST", "GET"]


def test_a_key_is_kept_once_a_password_went_out_with_it(world, fresh_cache):
    """Also when no reply comes: whether it is the right one is for the next login to find out."""
    configure(world, "password_encrypt_type = rsa", "preconnect = no", "timeout = 2")
    world.server.set_user("alice", answer={"delay_ms": 60000})
    assert world.run(PASSWORD).code == "PAM_AUTHINFO_UNAVAIL"
    assert kinds(world) == ["GET", "POST"]
    assert "BEGIN PUBLIC KEY" in cached(fresh_cache, world.server).read_text()


def test_an_old_key_is_not_used(world, fresh_cache):
    configure(world, "password_encrypt_type = rsa", "preconnect = no")
    world.run(PASSWORD)
    file = cached(fresh_cache, world.server)
    for age in (24 * 3600 + 5, -60):
        os.utime(file, (time.time() - age, time.time() - age))
        world.server.clear_journal()
        assert world.run(PASSWORD).code == "PAM_SUCCESS"
        assert kinds(world) == ["GET", "POST"], age
        assert abs(file.stat().st_mtime - time.time()) < 60


@pytest.mark.parametrize("spoil", [
    lambda file: file.chmod(0o666), lambda file: file.write_text(""), lambda file: file.write_text("a\0b"),
    lambda file: file.write_text("x" * 5000), lambda file: (file.rename(str(file) + ".x"), file.symlink_to(str(file) + ".x")),
    lambda file: file.parent.chmod(0o777)])
def test_a_cache_that_others_could_have_written_is_not_used(world, fresh_cache, spoil):
    configure(world, "password_encrypt_type = rsa", "preconnect = no")
    world.run(PASSWORD)
    spoil(cached(fresh_cache, world.server))
    world.server.clear_journal()
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    assert kinds(world) == ["GET", "POST"]


def test_a_new_key_of_the_server_is_found(world, fresh_cache):
    """2016: fetched afresh once; what was encrypted with the old key is not sent again."""
    configure(world, "password_encrypt_type = rsa", "preconnect = no")
    first = world.run(PASSWORD)
    assert first.code == "PAM_SUCCESS" and cached(fresh_cache, world.server).exists(), first
    world.server.set_system(rsa_bits=1024)
    world.server.clear_journal()
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    assert kinds(world) == ["POST", "GET", "POST"] and world.server.connections() == 1
    first, second = world.server.posts()
    assert first["apiCode"] == 2016
    assert first["body"]["passwordPayload"]["password"] != second["body"]["passwordPayload"]["password"]
    world.server.clear_journal()
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    assert kinds(world) == ["POST"]


@pytest.mark.parametrize("kind, text", [("rsa", "garbage"), ("rsa", "-----BEGIN PUBLIC KEY-----"), ("sm2", "f" * 128),
                                        ("sm2", "garbage")])
def test_a_cached_key_that_is_none_costs_no_login(world, fresh_cache, kind, text):
    """What one login leaves for the next is a hint."""
    configure(world, f"password_encrypt_type = {kind}", "preconnect = no")
    world.run(PASSWORD)
    cached(fresh_cache, world.server, kind).write_text(text)
    world.server.clear_journal()
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    assert kinds(world) == ["GET", "POST"]
    assert cached(fresh_cache, world.server, kind).read_text() != text


def other_key(tmp_path):
    """A good RSA key, of somebody else."""
    subprocess.run(["openssl", "genpkey", "-quiet", "-algorithm", "RSA", "-out", tmp_path / "key"], check=True)
    return subprocess.run(["openssl", "pkey", "-in", tmp_path / "key", "-pubout"], check=True, capture_output=True,
                          text=True).stdout


@pytest.mark.parametrize("code", [2016, 2006, 2333])
def test_a_cached_key_of_somebody_else_costs_no_login(world, fresh_cache, tmp_path, code):
    """Also where the server says "wrong password" of what it cannot decrypt: what it could not read is no second try."""
    configure(world, "password_encrypt_type = rsa", "preconnect = no")
    world.run(PASSWORD)
    good = cached(fresh_cache, world.server).read_text()
    cached(fresh_cache, world.server).write_text(other_key(tmp_path))
    world.server.set_system(cannot_decrypt=code)
    world.server.clear_journal()
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    assert kinds(world) == ["POST", "GET", "POST"] and world.server.posts()[0]["apiCode"] == code
    assert cached(fresh_cache, world.server).read_text() == good


def test_a_key_of_root(world, fresh_cache, tmp_path):
    """Nothing is fetched for it, nothing is kept; and where it is the wrong one, nobody gets in."""
    configure(world, "password_encrypt_type = rsa", "preconnect = no")
    world.run(PASSWORD)
    key = tmp_path / "password-key"
    key.write_text(cached(fresh_cache, world.server).read_text())
    cached(fresh_cache, world.server).unlink()
    configure(world, "password_encrypt_type = rsa", f"password_public_key_file = {key}", "preconnect = no")
    world.server.clear_journal()
    assert [world.run(password).code for password in (PASSWORD, "wrong")] == ["PAM_SUCCESS", "PAM_AUTH_ERR"]
    assert kinds(world) == ["POST", "POST"] and list(fresh_cache.iterdir()) == []
    for text, sent in ((other_key(tmp_path), ["POST"]), ("garbage", [])):
        key.write_text(text)
        world.server.clear_journal()
        assert world.run(PASSWORD).code == "PAM_SERVICE_ERR"
        assert kinds(world) == sent and list(fresh_cache.iterdir()) == []


def test_hosts_that_are_killed_while_they_write_the_cache_leave_one_file(world, fresh_cache):
    """What a killed one has left is used by the next: there is one name for it."""
    configure(world, "password_encrypt_type = rsa", "preconnect = no")
    fresh_cache.mkdir(mode=0o755)
    left = pathlib.Path(f"{cached(fresh_cache, world.server)}.new")
    left.write_text("half")
    assert world.run(PASSWORD).code == "PAM_SUCCESS"
    assert [path.name for path in fresh_cache.iterdir()] == [cached(fresh_cache, world.server).name]
    assert "BEGIN PUBLIC KEY" in cached(fresh_cache, world.server).read_text()


def test_a_server_that_cannot_decrypt_with_its_own_key(world, fresh_cache):
    configure(world, "password_encrypt_type = rsa", "preconnect = no")
    first = world.run(PASSWORD)
    assert first.code == "PAM_SUCCESS" and cached(fresh_cache, world.server).exists(), first
    world.server.set_user("alice", answer={"statusCode": 400, "apiCode": 2016})
    world.server.clear_journal()
    result = world.run(PASSWORD)
    assert result.code == "PAM_SERVICE_ERR" and result.line["api_code"] == "2016"
    # The key is the same, so there is nothing else to send; and it is kept no longer.
    assert kinds(world) == ["POST", "GET"] and not cached(fresh_cache, world.server).exists()
    world.server.clear_journal()
    assert world.run(PASSWORD).code == "PAM_SERVICE_ERR"
    assert kinds(world) == ["GET", "POST"] and not cached(fresh_cache, world.server).exists()


def test_the_key_comes_with_the_connection_while_the_person_types(world, fresh_cache):
    configure(world, "password_encrypt_type = sm2")
    assert world.run(PASSWORD, extra=["--pause", "300"]).code == "PAM_SUCCESS"
    assert kinds(world) == ["GET", "POST"] and world.server.connections() == 1


def test_without_a_place_for_the_cache(world, fresh_cache):
    fresh_cache.write_text("a file where the folder should be")
    configure(world, "password_encrypt_type = rsa", "preconnect = no")
    for _ in range(2):
        assert world.run(PASSWORD).code == "PAM_SUCCESS"
    assert kinds(world) == ["GET", "POST"] * 2
