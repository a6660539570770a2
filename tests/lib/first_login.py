#!/usr/bin/python3
"""What ./quickstart shows: logins against the stand-in (in the sandbox), or one against a real tenant."""
import argparse
import getpass
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / folder) for folder in ("server", "pam", "lib")]

import pam  # noqa: E402

PASSWORD = "correct horse"  # alice's in tests/server/users.json


def show(title, result):
    print(f"\n{title}\n  PAM says     {result.code}")
    for message in result.messages:
        print(f"  user sees    {message}")
    for entry in result.log:
        if "verdict=" in entry["text"]:
            print(f"  log line     {entry['text']}")


def expect(condition, complaint):
    if not condition:
        sys.exit(f"first_login: {complaint}")


def against_the_stand_in():
    import machine
    from client import Standin
    from dialogue import ssh
    from sshd import Sshd

    with tempfile.TemporaryDirectory() as folder, Standin("/run/standin") as server:
        os.chmod(folder, 0o755)
        machine.CA.write_text(pathlib.Path(server.ready["ca_file"]).read_text())
        machine.write_conf(server, {"sshd": {"export_tokens": "id_token"}})
        print(f"A stand-in GenAuth runs at {server.host}; its only users are in tests/server/users.json.")

        world = pam.World(folder)
        world.conf = machine.CONF
        world.write_service("sshd")
        result = world.run(PASSWORD)
        show("1. alice through libpam, right password", result)
        expect(result.code == "PAM_SUCCESS", "alice was refused")
        result = world.run("wrong")
        show("2. alice through libpam, wrong password", result)
        expect(result.code == "PAM_AUTH_ERR", "a wrong password was not refused")

        machine.install_example("sshd")
        sshd = Sshd(pathlib.Path(folder) / "sshd")
        try:
            for number, method in ((3, "keyboard-interactive"), (4, "password")):
                print(f"\n{number}. ssh -p {sshd.port} alice@127.0.0.1, method {method}, with pam.d-examples/sshd")
                good = ssh(sshd.port, "alice", PASSWORD, method=method,
                           command='echo "I am $(id -un), my id token begins with ${GENAUTH_ID_TOKEN%${GENAUTH_ID_TOKEN#????????????}}"')
                said = re.search(r"I am alice, my id token begins with eyJ\S+", good.screen)
                expect(good.status == 0 and said, f"alice could not log in: {good.screen}")
                print(f"  session      {said[0]}…")
                bad = ssh(sshd.port, "alice", "wrong", method=method)
                expect(bad.status != 0, "ssh let a wrong password in")
                print(f"  wrong one    {[line for line in bad.lines if line.strip()][-1]}")
        finally:
            sshd.stop()


def against(host, app_id, secret_file, ca_file):
    user = input("GenAuth account: ")
    password = getpass.getpass("Password: ")
    with tempfile.TemporaryDirectory() as folder:
        world = pam.World(folder)
        conf = f"app_host = {host}\napp_id = {app_id}\n"
        if secret_file:
            conf += f"app_secret = {pathlib.Path(secret_file).read_text().strip()}\n"
        if ca_file:
            conf += f"ca_file = {pathlib.Path(ca_file).resolve()}\n"
        world.write_conf(conf)
        world.write_service("quickstart")
        world.add_user(user)
        command = [pam.DRIVER, "--confdir", str(world.services), "--service", "quickstart", "--passwd",
                   str(world.passwd), "--user", user, "--stdin"]
        done = subprocess.run(command, input=password + "\n", capture_output=True, text=True)
        expect(done.returncode == 0, done.stderr)
        result = pam.Result(**json.loads(done.stdout))
        show(f"{user} through libpam against {host}", result)
        sys.exit(0 if result.code == "PAM_SUCCESS" else 1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host")
    parser.add_argument("--app-id")
    parser.add_argument("--app-secret-file")
    parser.add_argument("--ca-file")
    options = parser.parse_args()
    if options.host:
        against(options.host, options.app_id, options.app_secret_file, options.ca_file)
    else:
        against_the_stand_in()


if __name__ == "__main__":
    main()
