"""The table of users.json, and who is meant in it."""
import json

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


def find_user(table, key, account):
    for name, row in table["users"].items():
        user = {"username": name, **row}
        for field in USER_KEYS[key]:
            # The models call e-mail addresses, and these alone, insensitive to case.
            same = account.lower() == (user.get(field) or "").lower() if field == "email" else account == user.get(field)
            if same:
                return user
    return None
