"""The endpoints for a user who has signed in.

Sources: the vendor's OpenAPI (UserDto, UpdatePasswordDto, CommonResponseDto, RoleDto, GroupDto, the "security" of each
call); for the apiCodes of a change genauth-docs and Authing/docs (error-code.md) and Guard; for the namespace
genauth-docs (get-my-role-list.md).
"""
import hashlib

from checks import text_of
from reply import Refused, success
from users import signed_in

DEFAULT_NAMESPACE = "default"
POOL_HEADER = "x-authing-userpool-id"


class Account:
    def __init__(self, tokens, memory, seal):
        self.tokens = tokens
        self.memory = memory
        self.seal = seal
        self.endpoints = {("GET", "/api/v3/get-profile"): self.profile,
                          ("POST", "/api/v3/update-password"): self.update_password,
                          ("GET", "/api/v3/get-my-role-list"): self.roles,
                          ("GET", "/api/v3/get-my-group-list"): self.groups}

    def profile(self, table, request, body, entry):
        user = signed_in(table, request, self.tokens, self.memory)
        return success({"userId": user["id"], "status": "Activated"})

    def roles(self, table, request, body, entry):
        """Those of the namespace asked for; without one, of the default one."""
        user = signed_in(table, request, self.tokens, self.memory)
        namespace = request.query.get("namespace") or DEFAULT_NAMESPACE
        roles = [{"namespace": DEFAULT_NAMESPACE, "status": "ENABLE", "disableTime": None, **row}
                 for row in user.get("roles", ())]
        return success([{**named(role), "namespaceName": role["namespace"], **role} for role in roles
                        if role["namespace"] == namespace])

    def groups(self, table, request, body, entry):
        user = signed_in(table, request, self.tokens, self.memory)
        return success([{**named(row), "type": "static", "metadataSource": [], "members": [], **row}
                        for row in user.get("groups", ())])

    def update_password(self, table, request, body, entry):
        user = signed_in(table, request, self.tokens, self.memory)
        check_pool(table, request)
        new, old = (self.opened(table, body, name, entry) for name in ("newPassword", "oldPassword"))
        held = self.memory.password(user)
        if held is not None and old is None:
            raise Refused(403, 2201, "The old password is missing.")
        if held is not None and old != held:
            raise Refused(403, 2203, "The old password is wrong.")
        if new is None:
            raise Refused(400, None, "newPassword must be a non-empty string.")
        shortest = table["system"]["shortest_password"]
        if len(new) < shortest:
            raise Refused(403, 2061, "The new password must have at least %d characters." % shortest)
        self.memory.change_password(user, new)
        return success()

    def opened(self, table, body, name, entry):
        """The password NAME, None without one. passwordEncryptType holds for both."""
        if body.get(name) in (None, ""):
            return None
        password, form = self.seal.opened(body.get("passwordEncryptType"), text_of(body, name), table["system"])
        if form:
            entry[name] = password
            entry["password_form"] = form
        return password


def named(row):
    """What roles and groups have in common, where a row of the table does not say it."""
    code = str(row["code"])
    return {"id": hashlib.sha256(code.encode()).hexdigest()[:24], "code": code, "name": code, "description": ""}


def check_pool(table, request):
    """The OpenAPI has the header beside the bearer token; nobody prints what happens without it."""
    pool = request.headers.get(POOL_HEADER)
    if not pool:
        raise Refused(400, None, "Want the header %s." % POOL_HEADER)
    if pool != table["system"]["userpool_id"]:
        raise Refused(403, 2224, "No such user pool.")
