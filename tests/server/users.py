"""The table of users.json, who is meant in it, and what requests have changed since."""
import hashlib
import json

from reply import Refused

USER_KEYS = {"account": ("username", "email", "phone"), "sAMAccountName": ("username",),
             "username": ("username",), "email": ("email",), "phone": ("phone",)}


class Table:
    """users.json, read again whenever it changed."""

    def __init__(self, file):
        self.file = file
        self.stamp = None
        self.content = {}

    def read(self):
        stat = self.file.stat()
        stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if stamp != self.stamp:
            content = json.loads(self.file.read_text("utf-8"))
            self.content, self.stamp = content, stamp
        return self.content


class Memory:
    """What outlives a request and is not in the table. It is empty again when the table's "epoch" is another."""

    def __init__(self):
        self.epoch = None
        self.forget()

    def forget(self):
        self.totp_steps = {}        # user id: the steps whose codes were used
        self.wrong_codes = {}       # user id: how many since the last right one, and when the last was
        self.sent = {}              # channel and address: the last code
        self.mfa_tokens = {}        # mfaToken: app id; until it is used
        self.v2_tokens = {}         # what a second factor brought
        self.passwords = {}         # user id: the table's password, and the one that took its place
        self.revoked = set()        # access and refresh tokens

    def follow(self, table):
        if table.get("epoch") != self.epoch:
            self.epoch = table.get("epoch")
            self.forget()

    def password(self, user):
        """The one that holds, None if the user has none. One that a test sets in the table afterwards is newer."""
        first, changed = self.passwords.get(user["id"], (None, None))
        return changed if changed and first == user.get("password") else user.get("password")

    def change_password(self, user, password):
        self.passwords[user["id"]] = (user.get("password"), password)


def find_user(table, key, account):
    for name, row in table["users"].items():
        user = {"username": name, **row}
        for field in USER_KEYS[key]:
            # The models call e-mail addresses, and these alone, insensitive to case.
            same = account.lower() == (user.get(field) or "").lower() if field == "email" else account == user.get(field)
            if same:
                return user
    return None


def with_id(user):
    return {"id": hashlib.sha256(user["username"].encode()).hexdigest()[:24], **user}


def by_id(table, user_id):
    """A user without anything, if the table has none: accounts such as code-200-200-none have tokens too."""
    rows = (with_id({"username": name, **row}) for name, row in table["users"].items())
    return next((user for user in rows if user["id"] == user_id), {"id": user_id, "username": user_id})


def signed_in(table, request, tokens, memory):
    """Whose access token a request carries, raw or Bearer: GenAuth's clients send both."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    claims = tokens.read(token)
    if claims is None or token in memory.revoked:
        raise Refused(401, 2020, "Not logged in.", http=401)
    return by_id(table, claims["sub"])
