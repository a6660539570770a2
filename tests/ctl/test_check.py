"""genauthctl check: each check where it has something to say, and where it has not."""
import os
import http.server
import json
import pathlib
import pty
import ssl
import subprocess
import threading
import time

import pytest

import conftest
from client import Standin


def results(found, check):
    return [finding["result"] for finding in found[check]]


def only(found, check):
    finding, = found[check]
    return finding


def test_all_is_well(online):
    found = online.check()
    assert {finding["result"] for findings in found.values() for finding in findings} <= {"ok", "warning"}
    assert [name for name in found if results(found, name) != ["ok"]] in ([], ["users"])
    assert set(found) == {"options", "module", "helper", "helper-user", "users", "files", "dns", "tcp", "tls", "pin",
                          "clock", "genauth", "app", "method", "pam:sshd", "sshd"}


def test_all_errors_of_the_options_at_once(world):
    world.write_conf("app_host = http://x\nnonsense = 1\n[sudo]\ntimeout = 0\n")
    found = world.check("--offline")
    details = [finding["detail"] for finding in found["options"]]
    assert [detail.split(": ")[0] for detail in details] == [f"{world.conf}:{line}" for line in (1, 2, 4)]
    assert results(found, "dns") == results(found, "app") == ["skipped"]


def test_what_only_the_whole_file_shows(world):
    world.write_conf("app_host = https://x\n")
    assert "app_id is not set" in only(world.check("--offline"), "options")["detail"]


def test_missing_options_file(world):
    world.conf.unlink()
    assert "No such file" in only(world.check("--offline"), "options")["detail"]


def test_the_example_for_a_missing_options_file(world):
    """A command that can be copied; also from login, and for a file that the line of the stack names."""
    world.conf.unlink()
    command = f"install -m 600 {conftest.SOURCE}/pam.d-examples/genauth.conf {world.conf}"
    assert command in only(world.check("--offline"), "options")["cure"]
    assert command in world.run("login", "alice", "--conf", world.conf).stderr
    world.write_stack("sshd", conftest.GOOD.replace("use_first_pass", f"use_first_pass conf={world.conf}"))
    assert command in world.run("check", "--offline", "--service", "sshd", "--pam-dir", world.pam, "--json").stdout
    # Only if it is the options file that is missing.
    world.write_conf("app_host = https://x\napp_id = x\napp_secret_file = /nowhere/secret\n")
    finding = only(world.check("--offline"), "options")
    assert "/nowhere" in finding["detail"] and finding["cure"] == "see genauth.conf(5)"


@pytest.mark.parametrize("command", ["check", "login", "try", "keep", "undo"])
@pytest.mark.parametrize("name", ["", "../sshd", "/etc/pam.d/sshd", ".sshd", "SSHD", "ssh d", "x" * 200])
def test_names_that_no_service_can_have(world, command, name):
    words = {"check": ["--service", name], "login": ["alice", "--service", name]}.get(command, ["--", name])
    done = world.run(command, *words)
    assert done.returncode == 2 and f'"{name}" is not the name of a PAM service' in done.stderr and done.stdout == ""


def test_a_service_that_is_not_there(world):
    finding = only(world.check("--offline", "--service", "nosuch"), "pam")
    assert finding["result"] == "error" and f"{world.pam}/nosuch" in finding["detail"]
    assert "try" not in finding["cure"] and f"ls {world.pam}" in finding["cure"]


@pytest.mark.parametrize("service, cure", [("sudo", "genauthctl try sudo puts"), ("cron", "no example")])
def test_a_stack_without_the_module(world, service, cure):
    """What can be typed as it stands, and only where try has an example."""
    world.write_stack(service, "auth required pam_unix.so\n")
    finding = only(world.check("--offline", "--service", service), "pam")
    assert finding["result"] == "warning" and cure in finding["cure"]
    (world.pam / "sshd").unlink()
    assert "genauthctl try sshd" in only(world.check("--offline"), "pam")["cure"]


@pytest.mark.parametrize("mode, good", [(0o600, True), (0o640, False), (0o606, False)])
def test_mode_of_a_file_with_a_secret(world, mode, good):
    world.write_conf("app_host = https://x\napp_id = x\napp_secret = x\n", mode)
    assert (results(world.check("--offline"), "options")[0] == "ok") == good


def test_owner_of_the_file(world):
    os.chown(world.conf, 1, 1)
    assert "belongs to uid 1" in only(world.check("--offline"), "options")["detail"]


def test_the_section_and_the_line_of_the_service(world):
    world.write_conf("[sudo]\napp_host = https://x\napp_id = x\n")
    assert results(world.check("--offline"), "options") == ["error"]
    world.write_stack("sudo", conftest.GOOD)
    assert results(world.check("--offline", "--service", "sudo"), "options") == ["ok"]
    world.write_stack("sudo", conftest.GOOD.replace("use_first_pass", "use_first_pass min_uid=0"))
    found = world.check("--offline", "--service", "sudo")
    assert only(found, "options")["detail"].startswith(f"{world.pam}/sudo:2: min_uid")


def test_each_service_with_a_stack(world):
    """Also without --service: faults that only its section or its line brings."""
    world.write_conf("app_host = https://x\napp_id = x\n[sudo]\ntoken_endpoint_auth_method = client_secret_post\n")
    assert results(world.check("--offline"), "options") == ["ok", "warning"]  # no stack yet
    world.write_stack("sudo", conftest.GOOD)
    assert results(world.check("--offline"), "options") == ["ok", "error"]
    (world.pam / "sudo").unlink()
    world.write_stack("sshd", conftest.GOOD.replace("use_first_pass", "use_first_pass nonsense"))
    found = world.check("--offline")
    assert results(found, "options") == ["ok", "warning"] and results(found, "pam:sshd") == ["error"]
    world.write_stack("sshd", conftest.GOOD.replace("use_first_pass", "use_first_pass conf=/nowhere"))
    done = world.run("check", "--offline", "--conf", world.conf, "--pam-dir", world.pam)
    assert "/nowhere" not in done.stdout


def test_a_section_that_the_twin_does_not_share(world):
    """sudo -i is a service of its own; with the limits of another section, or of none, it silently differs."""
    base = world.conf.read_text()
    for service in ("sudo", "sudo-i", "su-l"):
        world.write_stack(service, conftest.GOOD)
    world.write_conf(base + "[sudo]\nmin_uid = 5000\n")
    warning, = [finding for finding in world.check("--offline")["options"] if finding["result"] == "warning"]
    assert "[sudo] does not hold for the service sudo-i" in warning["detail"]
    for sections in ("[sudo sudo-i]\nmin_uid = 5000\n", "[sudo]\nmin_uid = 5000\n[sudo-i]\n", ""):
        world.write_conf(base + sections)
        assert "warning" not in [finding["result"] for finding in world.check("--offline")["options"]], sections


@pytest.mark.parametrize("options, words, warnings", [
    ("", "verified email if there is an @ in it, as phone_number if it is one, else as username", []),
    ("account_type = username\n", "as username", []), ("account_type = email\n", "as email, and as verified", []),
    ("account_type = phone\naccount_format = +86%u\n", "as phone_number", []),
    ("account_type = phone\naccount_format = tel%u\n", "as phone_number", ["account_format makes is a phone number"]),
    ("account_type = phone\naccount_format = %%%u\n", "as phone_number", ["account_format makes is a phone number"]),
    ("connection = LDAP\naccount_type = email\n", "as username", ["connection = LDAP"]),
    ("connection = AD\n", "as username", ["connection = AD"]),
    ("account_type = email\nmfa = ask\n", "as email, and as verified", ["mfa = ask asks nobody"]),
    ("account_type = email\nmfa = ask\nmfa_token_exchange = yes\n", "as email, and as verified", []),
    ("scope = openid username email\n", "else as username", ["scope has no phone: accounts that are phone numbers"]),
    ("scope = openid phone\n", "else as username", ["scope has no username: accounts that are user names",
                                                    "scope has no email: accounts that are e-mail addresses"]),
    ("account_type = username\nscope = openid username\n", "as username", [])])
def test_identity(world, options, words, warnings):
    """What is needed, and what cannot work or only for some."""
    base = world.conf.read_text()
    world.write_conf(base + "identity = required\n" + options)
    found = world.check("--offline")["identity"]
    assert [finding["result"] for finding in found] == ["ok"] + ["warning"] * len(warnings)
    assert found[0]["detail"].startswith("required: ") and found[0]["detail"].endswith(words)
    assert all(words in finding["detail"] for finding, words in zip(found[1:], warnings))
    world.write_conf(base + options)
    assert "identity" not in world.check("--offline")


def test_identity_of_a_service(world):
    """It is told once where it is the same for all."""
    base = world.conf.read_text()
    world.write_stack("sudo", conftest.GOOD)
    world.write_conf(base + "identity = required\n")
    assert "sudo" not in only(world.check("--offline"), "identity")["detail"]
    world.write_conf(base + "[sudo]\nidentity = required\nconnection = AD\n")
    found = world.check("--offline")["identity"]
    assert [(finding["result"], finding["detail"][:6]) for finding in found] == [("ok", "sudo: "), ("warning", "sudo: ")]
    for options in ("connection = AD\n", "account_type = email\n", "account_format = %u@x\n", "scope = openid email\n",
                    "mfa = refuse\n", "mfa_token_exchange = yes\n"):
        world.write_conf(base + "identity = required\nmfa = ask\n[sudo]\n" + options)
        of_sudo = [finding for finding in world.check("--offline")["identity"] if finding["detail"].startswith("sudo: ")]
        assert of_sudo and of_sudo[0]["result"] == "ok", options


def test_a_scope_that_can_prove_nobody(world):
    base = world.conf.read_text()
    world.write_conf(base + "identity = required\naccount_type = email\nscope = openid phone\n")
    error = only(world.check("--offline"), "options")
    assert error["result"] == "error" and error["detail"] == \
        f"{world.conf}: identity = required needs email in scope; add it, or remove scope"


def test_conf_argument_of_the_line(world, tmp_path):
    other = tmp_path / "other.conf"
    other.write_text("app_host = https://x\napp_id = x\n")
    world.write_stack("sshd", conftest.GOOD.replace("use_first_pass", f"use_first_pass conf={other}"))
    done = world.run("check", "--offline", "--service", "sshd", "--pam-dir", world.pam, "--json")
    assert json.loads(done.stdout)[0] == {"check": "options", "result": "ok", "detail": str(other), "cure": ""}


def test_a_line_that_prepares(world, tmp_path):
    """The options are those of the line that logs in, whatever stands before it; and faults are told once."""
    other = tmp_path / "other.conf"
    other.write_text("app_host = https://x\napp_id = x\n")
    logs_in = conftest.GOOD.replace("use_first_pass", f"use_first_pass conf={other}")
    world.write_stack("sshd", "auth optional pam_genauth.so prepare conf=/nowhere\n" + logs_in)
    words = ["--service", "sshd", "--pam-dir", world.pam]
    done = world.run("check", "--offline", *words, "--json")
    assert json.loads(done.stdout)[0] == {"check": "options", "result": "ok", "detail": str(other), "cure": ""}
    other.write_text("nonsense\n")
    assert str(other) in world.run("login", "alice", *words).stderr
    world.write_conf("app_host = https://x\napp_id = x\n[sshd]\ntoken_endpoint_auth_method = client_secret_post\n")
    world.write_stack("sshd", "auth optional pam_genauth.so prepare\n" + conftest.GOOD)
    assert len(results(world.check("--offline"), "options")) == 2


@pytest.mark.parametrize("user, result", [("nobody", "ok"), ("no-such-user", "error"), ("root", "warning")])
def test_helper_user(world, user, result):
    world.write_conf(f"app_host = https://x\napp_id = x\nhelper_user = {user}\n")
    assert results(world.check("--offline"), "helper-user") == [result]


def test_helper_user_with_uid_0(world):
    """root under another name."""
    text = pathlib.Path("/etc/passwd").read_text() + "toor:x:0:0::/root:/bin/sh\n"
    passwd = world.folder / "passwd"
    passwd.write_text(text)
    world.write_conf("app_host = https://x\napp_id = x\nhelper_user = toor\n")
    done = subprocess.run(["unshare", "--mount", "sh", "-c", f"mount --bind {passwd} /etc/passwd && exec "
                           f"{conftest.GENAUTHCTL} check --offline --json --conf {world.conf}"],
                          capture_output=True, text=True)
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip("no private mounts here")
    finding, = [finding for finding in json.loads(done.stdout) if finding["check"] == "helper-user"]
    assert finding["result"] == "error" and "uid 0" in finding["detail"]


@pytest.mark.parametrize("min_uid, result", [(1, "ok"), (4294967294, "warning")])
def test_users(world, min_uid, result):
    world.write_conf(f"app_host = https://x\napp_id = x\nmin_uid = {min_uid}\n")
    assert results(world.check("--offline"), "users") == [result]


BASE = "app_host = https://x\napp_id = x\nmin_uid = 1\n"


@pytest.mark.parametrize("lists, result, words", [
    ("allow_users = sync\nallow_groups = daemon\ndeny_users = bin\ndeny_groups = sys\n", "ok", "knows all users and groups"),
    ("allow_users = sync alise\n", "warning", "allow_users: this host knows no user alise"),
    ("allow_users = sync daemon\n", "warning", "allow_users: daemon is not served all the same: the user has no login shell"),
    ("deny_users = daemon\n", "ok", "knows all users and groups"),
    ("deny_users = alise\n", "warning", "deny_users: this host knows no user alise"),
    ("allow_groups = daemon genaut\n", "warning", "allow_groups: this host knows no group genaut"),
    ("deny_groups = daemon genaut\n", "error", "deny_groups: this host knows no group genaut, so nobody is served"),
])
def test_names_in_the_lists(world, lists, result, words):
    """Of root, daemon, bin, sys and sync, whom each host has."""
    world.write_conf(BASE + lists)
    finding = only(world.check("--offline"), "lists")
    assert (finding["result"], words in finding["detail"]) == (result, True), finding


def test_no_lists_no_finding(world):
    assert "lists" not in world.check("--offline")


def test_lists_of_a_section(world):
    """Each is looked at once, also without --service."""
    world.write_stack("sudo", conftest.GOOD)
    world.write_conf(BASE + "deny_users = sync\n[sudo]\nallow_users = alise\n")
    assert [finding["detail"] for finding in world.check("--offline")["lists"]] == [
        "this host knows all users and groups that the lists name", "allow_users: this host knows no user alise"]
    assert only(world.check("--offline", "--service", "sudo"), "lists")["result"] == "warning"


@pytest.mark.parametrize("lists, result, words", [
    ("allow_users = sync\n", "ok", "for example sync"), ("allow_groups = nosuch\n", "warning", "no user that GenAuth"),
    ("allow_users = nosuch\n", "warning", "no user that GenAuth"), ("allow_hosts = 192.0.2.1\n", "ok", "for example"),
    ("deny_groups = nosuch\n", "warning", "no user that GenAuth")])
def test_users_of_the_lists(world, lists, result, words):
    world.write_conf(BASE + lists)
    finding = only(world.check("--offline"), "users")
    assert (finding["result"], words in finding["detail"]) == (result, True), finding


@pytest.mark.parametrize("name", ["helper", "module"])
def test_missing_programs(world, moved, name):
    assert results(world.check("--offline"), name) == ["ok"]
    moved[name].chmod(0o777)
    assert "somebody but root" in only(world.check("--offline"), name)["detail"]
    moved[name].unlink()
    assert "No such file" in only(world.check("--offline"), name)["detail"]


def test_offline(world):
    found = world.check("--offline")
    for name in ("dns", "tcp", "tls", "clock", "genauth", "app"):
        assert only(found, name)["result"] == "skipped"


def test_dns(online):
    online.write_conf(online.base.replace("localhost", "genauth.invalid"))
    found = online.check()
    assert results(found, "dns") == ["error"] and "tls" not in found


def test_tcp(online):
    online.write_conf(online.base.replace(f":{online.server.port}", ":1"))
    found = online.check()
    assert results(found, "tcp") == ["error"] and "refused" in only(found, "tcp")["detail"]


def test_files(online):
    assert results(online.check(), "files") == ["ok"]
    online.write_conf(online.base + f"client_cert = {online.folder}/none\nclient_key = {online.folder}/none\n")
    found = online.check()
    assert results(found, "files") == ["error"] and results(found, "tls") == ["skipped"]


def test_a_file_that_is_no_pem(online):
    file = online.folder / "ca.der"
    subprocess.run(["openssl", "x509", "-in", online.server.ready["ca_file"], "-outform", "der", "-out", file],
                   check=True)
    online.write_conf(online.base.replace(online.server.ready["ca_file"], str(file)))
    for words in ([], ["--offline"]):
        found = online.check(*words)
        assert results(found, "files") == ["error"] and results(found, "tls") == ["skipped"]
        assert f"ca_file: {file}: is not PEM" in only(found, "files")["detail"]


@pytest.mark.parametrize("kind", ["expired", "wrong-host", "self-signed"])
def test_tls(online, tmp_path, kind):
    with Standin(tmp_path / "bad", certificate_kind=kind) as bad:
        online.write_conf(f"app_host = {bad.host}\napp_id = x\nca_file = {bad.ready['ca_file']}\n")
        assert results(online.check(), "tls") == ["error"]


def test_pin(online):
    pin = online.server.ready["pin"]
    assert only(online.check(), "pin")["detail"] == f"would be {pin}"
    online.write_conf(online.base + f"pinned_public_key = {pin}\n")
    assert only(online.check(), "pin")["detail"] == f"set and right: {pin}"
    online.write_conf(online.base + "pinned_public_key = sha256//" + "A" * 43 + "=\n")
    assert "pinned" in only(online.check(), "tls")["detail"]


@pytest.fixture
def other_server(tmp_path):
    """An HTTPS server whose certificate ends soon and whose clock is wrong."""
    servers = []

    def start(days, clock, status=200, body=b"{}"):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", str(days), "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", tmp_path / "key",
                        "-out", tmp_path / "cert"], check=True, capture_output=True)

        class Handler(http.server.BaseHTTPRequestHandler):
            def date_time_string(self, timestamp=None):
                return super().date_time_string(time.time() + clock)

            def do_GET(self):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"app_host = https://localhost:{server.server_port}\napp_id = x\nca_file = {tmp_path}/cert\n"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("days, result", [(10, "warning"), (20, "ok")])
def test_days_left(world, other_server, days, result):
    world.write_conf(other_server(days, 0))
    finding = only(world.check(), "tls")
    assert finding["result"] == result and any(f" days left: {left} " in finding["detail"] for left in (days, days - 1))


@pytest.mark.parametrize("clock, result, words", [(300, "warning", "behind"), (-300, "warning", "ahead"),
                                                  (20, "ok", "off")])
def test_clock(world, other_server, clock, result, words):
    world.write_conf(other_server(20, clock))
    finding = only(world.check(), "clock")
    assert finding["result"] == result and words in finding["detail"]


@pytest.mark.parametrize("status, body, result", [
    (404, b"nope\n", "error"), (200, b"<html>", "error"), (503, b"{}", "error"), (200, b"{}", "warning"),
    (200, b'{"rsa": {"publicKey": "x"}}', "ok"), (200, b'{"data": {"sm2": {"publicKey": "x"}}}', "ok")])
def test_another_server(world, other_server, status, body, result):
    world.write_conf(other_server(20, 0, status, body))
    assert results(world.check(), "genauth") == [result]


def test_proxy(online):
    online.write_conf(online.base + "proxy = http://name:secret@localhost:1\n")
    found = online.check()
    assert "localhost port 1" in only(found, "proxy")["detail"] and results(found, "tcp") == ["error"]
    assert "secret" not in str(found)


def test_app(online):
    online.write_conf(online.base.replace(online.server.app_secret, "another"))
    found = online.check()
    assert results(found, "app") == ["error"] and "does not accept" in only(found, "app")["detail"]
    assert "another" not in str(found)
    posts = online.server.posts("/api/v3/check-app-id-secret")
    assert [post["body"]["appSecret"] for post in posts] == ["another"]


def test_app_without_a_secret(online):
    online.write_conf(online.base.replace("app_secret", "#app_secret"))
    found = online.check()
    assert results(found, "app") == ["skipped"]
    # The application wants one.
    assert results(found, "method") == ["error"]


def test_a_secret_that_is_not_used_is_not_sent(online):
    online.write_conf(online.base + "token_endpoint_auth_method = none\n")
    assert results(online.check(), "app") == ["skipped"]
    assert online.server.app_secret not in str([post["body"] for post in online.server.journal()])


def test_app_that_cannot_be_asked(online):
    online.server.set_answer("/api/v3/check-app-id-secret", {"http": 502, "body": "<html>"})
    found = online.check()
    assert results(found, "app") == ["warning"] and "not a JSON object" in only(found, "app")["detail"]


@pytest.mark.parametrize("reply", [{"http": 404, "body": "<html>"}, {"http": 404, "json": {"statusCode": 404}},
                                   {"json": {"statusCode": 404, "message": "none"}}])
def test_app_without_the_endpoint(online, reply):
    """An older GenAuth, or one of one's own; that is no error of the set-up."""
    online.server.set_answer("/api/v3/check-app-id-secret", reply)
    found = online.check()
    assert results(found, "app") == ["warning"] and "could not be checked" in only(found, "app")["detail"]
    assert "has no" in only(found, "app")["detail"]
    assert results(found, "method") == ["ok"]


POST_APP, BASIC_APP, PUBLIC_APP = (f"65f0c0ffee0000000000000{n}" for n in (1, 2, 3))


@pytest.mark.parametrize("app_id, method, result", [
    (POST_APP, "client_secret_post", "ok"), (POST_APP, "client_secret_basic", "error"), (POST_APP, "none", "error"),
    (BASIC_APP, "client_secret_basic", "ok"), (BASIC_APP, "client_secret_post", "error"), (PUBLIC_APP, "none", "ok")])
def test_method(online, app_id, method, result):
    secret = online.server.ready["apps"][app_id]["secret"]
    conf = online.base.replace(POST_APP, app_id).replace(online.server.app_secret, secret)
    conf = conf if secret else conf.replace("app_secret", "#app_secret")
    online.write_conf(conf + f"token_endpoint_auth_method = {method}\n")
    found = online.check()
    assert results(found, "method") == [result], found
    assert result == "ok" or "console" in only(found, "method")["cure"]
    assert ("no secret" in only(found, "method")["detail"]) == (app_id == PUBLIC_APP)
    # What is asked has no effect and holds nobody's password.
    post, = online.server.posts("/oidc/token")
    assert post["body"]["grant_type"] == "authorization_code" and "password" not in post["body"]
    assert online.server.posts() == []


@pytest.mark.parametrize("reply", [{"http": 404, "body": "<html>"}, {"http": 400, "json": {"error": "invalid_request"}},
                                   {"json": [1]}, {"http": 200, "json": {"error": 7}},
                                   # Said before anybody is asked who he is, or by somebody else.
                                   {"http": 400, "json": {"error": "unsupported_grant_type"}},
                                   {"http": 500, "json": {"error": "invalid_grant"}},
                                   {"http": 302, "json": {"error": "invalid_client"}}])
def test_method_that_cannot_be_told(online, reply):
    online.server.set_answer("/oidc/token", reply)
    found = online.check()
    assert results(found, "method") == ["warning"] and "could not be checked" in only(found, "method")["detail"]


def test_a_secret_with_all_characters(online):
    """It travels in a form."""
    secret = "a+b/c=d&e%f?g#h~i;j"
    online.server.set_app(POST_APP, secret=secret)
    online.write_conf(online.base.replace(online.server.app_secret, f'"{secret}"'))
    assert results(online.check(), "method") == ["ok"]
    assert online.server.posts("/oidc/token")[0]["body"]["client_secret"] == secret


@pytest.mark.parametrize("kind", ["rsa", "sm2"])
def test_key(online, kind):
    assert "key" not in online.check()
    online.write_conf(online.base + f"password_encrypt_type = {kind}\n")
    assert results(online.check(), "key") == ["ok"]
    online.server.set_system(body='{"rsa": {"publicKey": "x"}, "sm2": {"publicKey": "x"}}')
    assert results(online.check(), "key") == ["error"]


# ---- what is printed ----

def test_lines_for_a_person(world):
    done = world.run("check", "--offline", "--conf", world.conf, "--pam-dir", world.pam, "--sshd-config",
                     world.sshd_config)
    assert done.stdout.startswith(f"ok       options     {world.conf}\n") and "\033" not in done.stdout
    assert done.returncode == 0 and "skipped: 7" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize("no_color, coloured", [("", True), ("1", False)])
def test_colour_on_a_terminal_only(world, no_color, coloured):
    master, slave = pty.openpty()
    process = subprocess.Popen([conftest.GENAUTHCTL, "check", "--offline", "--conf", world.conf, "--pam-dir",
                                world.pam], stdout=slave, stderr=slave, env={"NO_COLOR": no_color, "LC_ALL": "C"})
    os.close(slave)
    shown = b""
    try:
        while piece := os.read(master, 65536):
            shown += piece
    except OSError:
        pass
    process.wait()
    os.close(master)
    assert (b"\033[32mok" in shown) == coloured


def test_lines_fit_on_a_terminal(world):
    """A pipe gets whole lines."""
    world.write_stack("sshd", "auth optional pam_not_there.so\n" + conftest.GOOD.replace("[success=2", "[SUCCESS=2"))
    world.write_stack("a-service-with-a-long-name", "auht required pam_env.so\n" + conftest.GOOD)
    words = ["check", "--offline", "--conf", world.conf, "--pam-dir", world.pam, "--sshd-config", world.sshd_config]
    lines = conftest.on_terminal(words)
    # A single word may be longer than a line.
    assert all(len(line) <= 80 for line in lines if " " in line[21:].strip()), "\n".join(lines)
    piped = world.run(*words).stdout
    assert " ".join(" ".join(lines).split()) == " ".join(piped.split()) and len(lines) > piped.count("\n")


@pytest.mark.parametrize("words", [["--nonsense"], ["extra"], ["--conf"]])
def test_usage(world, words):
    done = world.run("check", *words)
    assert done.returncode == 2 and "--help" in done.stderr and done.stdout == ""


@pytest.mark.parametrize("command", [[], ["check"], ["login"], ["explain"], ["key"], ["try"], ["keep"], ["undo"],
                                     ["restore"], ["release-stacks"]])
def test_help(world, command):
    done = world.run(*command, "--help")
    assert done.returncode == 0 and done.stdout.startswith("usage: genauthctl") and done.stderr == ""
    assert max(map(len, done.stdout.splitlines())) < 80


def test_no_command(world):
    assert world.run().returncode == 2
    assert world.run("nonsense").returncode == 2
