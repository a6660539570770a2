"""Runs the stand-in for a test:

    with Standin(folder, tls_max="1.2", require_client_cert=True) as server:
        server.set_user("alice", answer={"http": 502, "body": "<html>"})
        ...
        assert len(server.posts()) == 1
"""
import json
import os
import pathlib
import ssl
import subprocess
import sys
import time
import urllib.request
import uuid

HERE = pathlib.Path(__file__).resolve().parent
START_SECONDS = 120
STOP_SECONDS = 5


class Standin:
    """One server with its files in FOLDER. OPTIONS are those of standin.py, with _ for -; USERS is a table to start
    with. After the start, .ready holds ready.json, and .port, .host, .app_id, .app_secret, .userpool_id the commonest
    of it."""

    def __init__(self, folder, users=HERE / "users.json", **options):
        self.folder = pathlib.Path(folder)
        self.original_users = pathlib.Path(users)
        self.users_file = self.folder / "users.json"
        self.options = options
        self.process = None
        self.ready = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.stop()

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "ready.json").unlink(missing_ok=True)
        self.reset_users()
        command = [sys.executable, str(HERE / "standin.py"), "--dir", str(self.folder),
                   "--users", str(self.users_file)]
        for name, value in self.options.items():
            option = "--" + name.replace("_", "-")
            if value is True:
                command.append(option)
            elif value is not False and value is not None:
                command += [option, str(value)]
        with open(self.folder / "stderr.txt", "wb") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
        try:
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while not (self.folder / "ready.json").exists():
            if self.process.poll() is not None:
                raise RuntimeError("the stand-in ended with %d: %s" % (self.process.returncode, self.stderr()))
            if time.monotonic() > deadline:
                raise TimeoutError("the stand-in did not start: %s" % self.stderr())
            time.sleep(0.01)
        self.ready = json.loads((self.folder / "ready.json").read_text())
        self.port, self.host = self.ready["port"], self.ready["host"]
        self.app_id, self.app_secret = self.ready["app_id"], self.ready["app_secret"]
        self.userpool_id = self.ready["userpool_id"]

    def conf(self):
        """The options of genauth.conf for it."""
        return (f"app_host = {self.host}\napp_id = {self.app_id}\napp_secret = {self.app_secret}\n"
                f"ca_file = {self.ready['ca_file']}\n")

    def stop(self):
        """Returns the exit code: 0 after a clean end."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode

    def stderr(self):
        return (self.folder / "stderr.txt").read_text(errors="replace")

    def events(self):
        """All lines of the journal: "tcp", "tls", "request" and "close" events."""
        return [json.loads(line) for line in (self.folder / "journal.jsonl").read_text().splitlines()]

    def journal(self):
        """The requests."""
        return [event for event in self.events() if event["event"] == "request"]

    def posts(self, path="/api/v3/signin"):
        return [entry for entry in self.journal() if entry["method"] == "POST" and entry["path"] == path]

    def connections(self):
        """How many TCP connections the journal knows, with or without a request."""
        return sum(event["event"] == "tcp" for event in self.events())

    def clear_journal(self):
        os.truncate(self.folder / "journal.jsonl", 0)

    def set_user(self, name, **row):
        """Add the user NAME, or change these fields of it; a field set to None goes away."""
        self.change("users", name, row)

    def wait_for_key(self):
        """Until it has made the key of set_system: one of 4096 bits takes seconds on a busy machine."""
        context = ssl.create_default_context(cafile=self.ready["ca_file"])
        with urllib.request.urlopen(self.host + "/api/v3/system", context=context, timeout=60) as reply:
            reply.read()
        self.clear_journal()

    def remove_user(self, name):
        self.change("users", name, None)

    def set_app(self, app_id, **row):
        self.change("apps", app_id, row)

    def set_system(self, **settings):
        table = self.table()
        table["system"].update(settings)
        self.write_users(table)

    def set_mfa(self, **settings):
        table = self.table()
        table["mfa"].update(settings)
        self.write_users(table)

    def set_answer(self, path, answer):
        """Spoil every answer of the endpoint PATH, as README.md says; None ends that."""
        table = self.table()
        table["answers"].pop(path, None)
        if answer is not None:
            table["answers"][path] = answer
        self.write_users(table)

    def set_reply(self, path, body, status=200):
        """BODY, a text or JSON, in place of every answer of the endpoint PATH, with this HTTP status."""
        kind = "body" if isinstance(body, str) else "json"
        self.set_answer(path, {"http": status, kind: body})

    def reset_users(self):
        """The table as it was, and nothing remembered: no used codes, no tokens, no wrong tries."""
        self.write_users({**json.loads(self.original_users.read_text("utf-8")), "epoch": uuid.uuid4().hex})

    def table(self):
        return json.loads(self.users_file.read_text("utf-8"))

    def change(self, section, name, row):
        table = self.table()
        if row is None:
            table[section].pop(name, None)
        else:
            merged = {**table[section].get(name, {}), **row}
            table[section][name] = {field: value for field, value in merged.items() if value is not None}
        self.write_users(table)

    def write_users(self, table):
        draft = self.users_file.with_suffix(".new")
        draft.write_text(json.dumps(table, ensure_ascii=False), "utf-8")
        draft.replace(self.users_file)
