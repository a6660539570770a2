"""The endpoints. They take what each of GenAuth's own clients sends, and refuse what the documents rule out; what
pam_genauth alone promises to send is looked up by its tests in the journal.

What the API publishes: genauth-docs reference/error-code.md (statusCode, apiCode) and the models of
genauth-node-sdk and authing-node-sdk (request and reply fields). README.md says of each behaviour whether it is
documented, inferred or our choice.
"""
import asyncio
import base64
import hashlib
import json
import pathlib
import re
import traceback
import urllib.parse
import uuid

from reply import Reply
from seal import Unreadable

APP_HEADERS = ("x-authing-app-id", "x-genauth-app-id")
DEFAULT_SCOPE = "openid profile"
PAYLOADS = {"PASSWORD": ("passwordPayload", ("account", "username", "email", "phone")),
            "LDAP": ("ldapPayload", ("sAMAccountName",)),
            "AD": ("adPayload", ("sAMAccountName",))}
USER_KEYS = {"account": ("username", "email", "phone"), "sAMAccountName": ("username",),
             "username": ("username",), "email": ("email",), "phone": ("phone",)}

# What a state answers: statusCode, apiCode, and whether only the right password gets that answer. Published for
# signin are 403 with 2333, 2006 and 2000, 404 with 2004, 499 with 2016; for the others 403 is our choice.
STATES = {"locked": (403, 2005, False), "disabled": (403, 2120008, False), "unknown": (404, 2004, False),
          "captcha": (403, 2000, False), "throttled": (429, None, False), "busy": (500, 1000, False),
          "must_change": (403, 1639, True), "expired": (403, 2058, True), "weak_password": (403, 2071, True),
          "mfa": (403, 1636, True), "app_denied": (403, 2130010, True)}
# Printed by the vendor's documents: the account reply-NAME gets NAME.json.
REPLIES = pathlib.Path(__file__).resolve().parents[1] / "vectors" / "replies"
REPLY_NAME = re.compile(r"reply-([a-z0-9-]+)")
CODE_NAME = re.compile(r"code-([2-5]\d\d)-(-?\d+)-(none|-?\d+)")


class Refused(Exception):
    """A request ends with this statusCode and apiCode; the message tells a tester why."""

    def __init__(self, status, api_code, message, data=None):
        super().__init__(message)
        self.status = status
        self.api_code = api_code
        self.message = message
        self.data = data


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


class GenAuth:
    def __init__(self, host, table, journal, seal, tokens, delay_ms=0, single_use=False):
        self.host = host
        self.table = table
        self.journal = journal
        self.seal = seal
        self.tokens = tokens
        self.delay_ms = delay_ms
        self.single_use = single_use
        self.endpoints = {("POST", "/api/v3/signin"): self.signin,
                          ("GET", "/api/v3/system"): self.system,
                          ("POST", "/api/v3/check-app-id-secret"): self.check_app,
                          ("GET", "/api/v3/get-profile"): self.profile,
                          ("POST", "/oidc/token"): self.token,
                          ("GET", "/oidc/.well-known/openid-configuration"): self.discovery,
                          ("GET", "/oidc/.well-known/jwks.json"): self.jwks}

    async def handle(self, request):
        """Any request: judge it, write it down, answer it."""
        body = await request.read()
        request.protocol.requests += 1
        entry = {"connection": request.protocol.number, "request": request.protocol.requests,
                 "method": request.method, "path": request.path_qs, "headers": headers_of(request),
                 "body": body.decode("utf-8", "backslashreplace"), **request.protocol.tls}
        reply = self.judge(request, body, entry)
        self.journal.write("request", **entry, **reply.summary())
        await asyncio.sleep(self.delay_ms / 1000)
        return await reply.send(request, self.single_use)

    def judge(self, request, body, entry):
        try:
            table = self.table.read()
            reply = self.honest_reply(table, request, body, entry)
            if request.path in table["answers"]:
                reply.spoil(table["answers"][request.path])
            return reply
        except Exception:       # most likely a slip in the table; a test must see it, not a dead connection
            traceback.print_exc()
            entry["why"] = "The stand-in failed or %s is wrong: see its standard error." % self.table.file
            return failure(500, None, entry["why"], http=500)

    def honest_reply(self, table, request, body, entry):
        endpoint = self.endpoints.get((request.method, request.path))
        try:
            if not endpoint:
                raise Refused(404, None, "No such endpoint.")
            return endpoint(table, request, parsed(body, entry), entry)
        except Refused as refusal:
            entry["why"] = refusal.message
            return failure(refusal.status, refusal.api_code, refusal.message, refusal.data,
                           http=200 if endpoint else 404)

    def signin(self, table, request, body, entry):
        app_id, app = self.app(table, request, body)
        connection, key, account, password, options = check_body(body)
        opened = self.open_password(table, options, password, entry)
        code, printed = CODE_NAME.fullmatch(account), REPLY_NAME.fullmatch(account)
        if printed:
            response = json.loads((REPLIES / (printed[1] + ".json")).read_text("utf-8"))["exchanges"][-1]["response"]
            return Reply(response["body"], response["http_status"])
        if code:
            user = {"answer": {"http": int(code[1]), "statusCode": int(code[2])}, "username": account}
            if code[3] != "none":
                user["answer"]["apiCode"] = int(code[3])
        else:
            user = find_user(table, key, account)
        if not user:
            raise Refused(404, 2004, "User not found.")
        right = opened == user.get("password") and connection in user.get("connections", ["PASSWORD"])
        spoiler = user.get("answer")
        if spoiler and spoiler.get("on", "any") in ("any", "right-password" if right else "wrong-password"):
            return self.spoiled(app_id, app, user, options, spoiler)
        self.refuse_state(user, right)
        return success(self.login(app_id, app, user, options))

    def login(self, app_id, app, user, options, twist=None):
        user = {"id": hashlib.sha256(user["username"].encode()).hexdigest()[:24], **user}
        return self.tokens.login(app_id, app, user, options.get("scope") or DEFAULT_SCOPE, twist)

    def spoiled(self, app_id, app, user, options, spoiler):
        good = self.login(app_id, app, user, options, spoiler.get("id_token"))
        status, api_code = spoiler.get("statusCode", 200), spoiler.get("apiCode")
        if status == 200:
            reply = success(good)
            if api_code is not None:
                reply.document["apiCode"] = api_code
        else:
            reply = failure(status, api_code, "This user's answer in the table.", data_of(api_code, user))
        reply.spoil(spoiler, {"id_token": good["id_token"], "access_token": good["access_token"],
                              "request_id": reply.document["requestId"], "user": user["username"]})
        return reply

    def refuse_state(self, user, right):
        state = user.get("state", "normal")
        if state != "normal":
            status, api_code, after_password = STATES[state]
            if right or not after_password:
                raise Refused(status, api_code, "The user's state is %s." % state, data_of(api_code, user))
        if not right:
            raise Refused(403, 2333, "Account not exists or password is incorrect.", data_of(2333, user))

    def app(self, table, request, body):
        """The app that the request comes from, after proof of its secret."""
        named = {value for name in APP_HEADERS for value in request.headers.getall(name, [])}
        if not named:
            raise Refused(400, 2010, "Want one of %s." % " and ".join(APP_HEADERS))
        app_id = named.pop()
        app = table["apps"].get(app_id)
        # That a disabled app looks like a missing one is our choice.
        if named or not app or not app["enabled"]:
            raise Refused(400, 2011, "The application does not exist.")
        # What the real service answers to a wrong secret or method is not published: this refusal is our choice.
        if not proves(app_id, app, request.headers.get("Authorization"), body):
            raise Refused(400, None, "Client authentication failed: this application uses %s." % app["method"])
        return app_id, app

    def token(self, table, request, body, entry):
        """Only what tells about the client: its proof is judged before the grant (RFC 6749, 5.2)."""
        app_id = body.get("client_id") or basic_user(request.headers.get("Authorization"))
        app = table["apps"].get(app_id)
        if not app or not app["enabled"] or not proves(app_id, app, request.headers.get("Authorization"), body):
            reply = Reply({"error": "invalid_client", "error_description": "client authentication failed"}, 401)
            reply.headers["WWW-Authenticate"] = 'Basic realm="stand-in"'
            return reply
        if body.get("grant_type") != "authorization_code":
            return Reply({"error": "unsupported_grant_type", "error_description": "only codes are taken"}, 400)
        return Reply({"error": "invalid_grant", "error_description": "grant request is invalid"}, 400)

    def profile(self, table, request, body, entry):
        """Whose access token it is, raw or Bearer: GenAuth's clients send both."""
        claims = self.tokens.read(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if claims is None:
            raise Refused(401, 2020, "Not logged in.")
        return success({"userId": claims["sub"], "status": "Activated"})

    def open_password(self, table, options, password, entry):
        form = options.get("passwordEncryptType") or "none"
        if form == "none":
            return password
        try:
            if form == "rsa":
                opened, entry["password_form"] = self.seal.open_rsa(password, table["system"]["rsa_bits"])
            elif form == "sm2":
                opened, entry["password_form"] = self.seal.open_sm2(password)
            else:
                raise Refused(400, None, "passwordEncryptType must be none, rsa or sm2.")
        except Unreadable as error:
            code = table["system"]["cannot_decrypt"]
            raise Refused(499 if code == 2016 else 403, code, "The password cannot be decrypted: %s." % error)
        entry["password"] = opened
        return opened

    def system(self, table, request, body, entry):
        settings = table["system"]
        sm2 = self.seal.sm2_public
        keys = {"rsa": {"publicKey": self.seal.rsa_public(settings["rsa_bits"], settings["rsa_format"])},
                "sm2": {"publicKey": sm2[2:] if settings["sm2_digits"] == 128 else sm2},
                "version": {"server": "stand-in", "console": "stand-in", "login": "stand-in"},
                "publicIps": ["127.0.0.1"]}
        reply = success(keys) if settings["wrapped"] else Reply(keys)
        reply.http = settings.get("status", 200)
        if settings.get("body") is not None:
            reply.spoil({"body": settings["body"]})
        return reply

    def check_app(self, table, request, body, entry):
        app = table["apps"].get(text_of(body, "appId"))
        valid = bool(app) and app["enabled"] and app["secret"] == text_of(body, "appSecret")
        return success({"valid": valid, "message": "" if valid else "The application id or secret is wrong."})

    def discovery(self, table, request, body, entry):
        issuer = self.tokens.issuer
        return Reply({"issuer": issuer, "jwks_uri": issuer + "/.well-known/jwks.json",
                      "authorization_endpoint": issuer + "/auth", "token_endpoint": issuer + "/token",
                      "userinfo_endpoint": issuer + "/me", "response_types_supported": ["code"],
                      "subject_types_supported": ["public"],
                      "id_token_signing_alg_values_supported": ["HS256", "RS256"],
                      "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "none"]})

    def jwks(self, table, request, body, entry):
        return Reply(self.tokens.key_set())


def headers_of(request):
    """Lower-case name to value; what came more than once is joined with commas."""
    return {name.lower(): ", ".join(request.headers.getall(name)) for name in request.headers}


def parsed(body, entry):
    """The body as an object, {} when there is none; duplicate names are an error."""
    if not body:
        return {}
    if entry["path"].startswith("/oidc/"):
        entry["body"] = dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace")))
        return entry["body"]
    try:
        content = json.loads(body, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise Refused(400, None, "The body is not JSON: %s." % error)
    entry["body"] = content
    if not isinstance(content, dict):
        raise Refused(400, None, "The body is not a JSON object.")
    if not entry["headers"].get("content-type", "").startswith("application/json"):
        raise Refused(400, None, "The Content-Type is not application/json.")
    return content


def proves(app_id, app, authorization, body):
    """Whether a request proves to come from the app by the app's method. What it carries beyond that, as some of
    GenAuth's clients do for every method, must be right too."""
    basic = "Basic " + base64.b64encode(("%s:%s" % (app_id, app["secret"])).encode()).decode()
    posted = (body.get("client_id") or None, body.get("client_secret") or None)
    if authorization not in (None, basic) or posted[0] not in (None, app_id) or posted[1] not in (None, app["secret"]):
        return False
    return {"none": True, "client_secret_basic": authorization == basic,
            "client_secret_post": posted == (app_id, app["secret"])}[app["method"]]


def basic_user(authorization):
    """The user of HTTP Basic, None when it is none."""
    kind, _, text = (authorization or "").partition(" ")
    try:
        return base64.b64decode(text).decode().partition(":")[0] if kind == "Basic" else None
    except ValueError:
        return None


def unique(pairs):
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("a name occurs twice")
    return content


def text_of(holder, name):
    value = holder.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(400, None, "%s must be a non-empty string." % name)
    return value


def filled(holder):
    """Without what is null or empty: clients whose language has no missing fields send such."""
    return {name: value for name, value in holder.items() if value not in (None, "")}


def check_body(body):
    """Connection, account key, account, password as sent, options. Fields that nobody knows are passed over."""
    connection = text_of(body, "connection")
    if connection not in PAYLOADS:
        raise Refused(400, None, "The connection must be PASSWORD, LDAP or AD here.")
    wanted, keys = PAYLOADS[connection]
    payloads = {name: value for name, value in body.items() if name.endswith("Payload") and value is not None}
    if not all(isinstance(value, dict) for value in payloads.values()):
        raise Refused(400, None, "A payload must be an object.")
    payload = filled(payloads.pop(wanted, {}))
    if not payload or any(filled(other) for other in payloads.values()):
        raise Refused(400, None, "%s goes with the object %s and no other payload." % (connection, wanted))
    given = [name for name in payload if name in keys]
    if len(given) != 1:
        raise Refused(400, None, "%s wants a password and exactly one of %s." % (wanted, ", ".join(keys)))
    account, password = text_of(payload, given[0]), text_of(payload, "password")
    return connection, given[0], account, password, check_options(body.get("options"))


def check_options(options):
    options = {} if options is None else options
    if not isinstance(options, dict):
        raise Refused(400, None, "The options must be an object.")
    if "openid" not in (options.get("scope") or DEFAULT_SCOPE).split():
        raise Refused(400, None, "The scope must contain openid.")
    return options


def find_user(table, key, account):
    for name, row in table["users"].items():
        user = {"username": name, **row}
        for field in USER_KEYS[key]:
            # The models call e-mail addresses, and these alone, insensitive to case.
            same = account.lower() == (user.get(field) or "").lower() if field == "email" else account == user.get(field)
            if same:
                return user
    return None


def success(data):
    return Reply({"statusCode": 200, "message": "", "requestId": str(uuid.uuid4()), "data": data})


def failure(status, api_code, message, data=None, http=200):
    """HTTP 200 by default: genauth-docs reference/error-code.md."""
    document = {"statusCode": status, "message": message, "requestId": str(uuid.uuid4())}
    if api_code is not None:
        document["apiCode"] = api_code
    if data is not None:
        document["data"] = data
    return Reply(document, http)


def data_of(api_code, user):
    """The data that comes with an apiCode, as the vendor's clients read it (guard-core-v4, guard-android)."""
    if api_code == 2333:
        return {"remainCount": 4}
    if api_code in (1639, 2058, 2071):
        return {"token": uuid.uuid4().hex}
    if api_code in (1635, 1636):
        return {"mfaToken": uuid.uuid4().hex, "mfaPhone": user.get("phone"), "mfaPhoneCountryCode": None,
                "mfaEmail": user.get("email"), "phone": user.get("phone"), "phoneCountryCode": None,
                "email": user.get("email"), "username": user["username"], "nickname": None, "avatar": None,
                "faceMfaEnabled": False, "totpMfaEnabled": True, "passwordStrength": 1,
                "applicationMfa": [{"mfaPolicy": "OTP", "status": 1, "sort": 0}]}
    return None
