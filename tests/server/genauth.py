"""The server: which endpoints there are, and the sign-in. They take what each of GenAuth's own clients sends, and
refuse what the documents rule out; what pam_genauth alone promises to send is looked up by its tests in the journal.

What the API publishes: genauth-docs reference/error-code.md (statusCode, apiCode) and the models of
genauth-node-sdk and authing-node-sdk (request and reply fields). README.md says of each behaviour whether it is
documented, inferred or our choice.
"""
import asyncio
import json
import pathlib
import re
import traceback
import uuid

from account import Account
from checks import DEFAULT_SCOPE, check_body, headers_of, named_app, parsed, proves, text_of
from factors import DEMANDS, Factors, ways
from oidc import Oidc
from reply import Refused, Reply, failure, success, v2_failure
from users import Memory, find_user, with_id

# What a state answers: statusCode, apiCode, and whether only the right password gets that answer. Published for
# signin are 403 with 2333, 2006 and 2000, 404 with 2004, 499 with 2016; for the others 403 is our choice.
STATES = {"locked": (403, 2005, False), "disabled": (403, 2120008, False), "unknown": (404, 2004, False),
          "captcha": (403, 2000, False), "throttled": (429, None, False), "busy": (500, 1000, False),
          "must_change": (403, 1639, True), "expired": (403, 2058, True), "weak_password": (403, 2071, True),
          "mfa": (403, 1636, True), "app_denied": (403, 2130010, True)}
CODE_DEMANDED = {"enrolled_factors": ["OTP"], "mfa_policies": ["OTP"]}
# Printed by the vendor's documents: the account reply-NAME gets NAME.json.
REPLIES = pathlib.Path(__file__).resolve().parents[1] / "vectors" / "replies"
REPLY_NAME = re.compile(r"reply-([a-z0-9-]+)")
CODE_NAME = re.compile(r"code-([2-5]\d\d)-(-?\d+)-(none|-?\d+)")


class GenAuth:
    def __init__(self, host, table, journal, seal, tokens, delay_ms=0, single_use=False):
        self.host = host
        self.table = table
        self.journal = journal
        self.seal = seal
        self.tokens = tokens
        self.delay_ms = delay_ms
        self.single_use = single_use
        self.memory = Memory()
        self.factors = Factors(tokens, self.memory)
        self.endpoints = {("POST", "/api/v3/signin"): self.signin,
                          ("GET", "/api/v3/system"): self.system,
                          ("POST", "/api/v3/check-app-id-secret"): self.check_app,
                          **Account(tokens, self.memory, seal).endpoints, **self.factors.endpoints,
                          **Oidc(tokens, self.memory).endpoints}

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
            self.memory.follow(table)
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
            if endpoint and request.path.startswith("/api/v2/"):
                return v2_failure(refusal.status, refusal.api_code, refusal.message, table["mfa"]["v2_codes"])
            return failure(refusal.status, refusal.api_code, refusal.message, refusal.data,
                           http=refusal.http if endpoint else 404)

    def signin(self, table, request, body, entry):
        app_id = self.app(table, request, body)
        connection, key, account, password, options = check_body(body)
        opened, form = self.seal.opened(options.get("passwordEncryptType"), password, table["system"])
        if form:
            entry.update(password=opened, password_form=form)
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
        user = with_id(user)
        right = opened == self.memory.password(user) and connection in user.get("connections", ["PASSWORD"])
        spoiler = user.get("answer")
        if spoiler and spoiler.get("on", "any") in ("any", "right-password" if right else "wrong-password"):
            return self.spoiled(table, app_id, user, options, spoiler)
        self.refuse(table, app_id, user, right)
        return success(self.login(table, app_id, user, options))

    def login(self, table, app_id, user, options, twist=None):
        return self.tokens.login(app_id, table["apps"][app_id], user, options.get("scope") or DEFAULT_SCOPE,
                                 table["system"]["access_token_s"], twist)

    def spoiled(self, table, app_id, user, options, spoiler):
        good = self.login(table, app_id, user, options, spoiler.get("id_token"))
        status, api_code = spoiler.get("statusCode", 200), spoiler.get("apiCode")
        if status == 200:
            reply = success(good)
            if api_code is not None:
                reply.document["apiCode"] = api_code
        else:
            data = self.data_of(api_code, table, app_id, user)
            reply = failure(status, api_code, "This user's answer in the table.", data)
        reply.spoil(spoiler, {"id_token": good["id_token"], "access_token": good["access_token"],
                              "request_id": reply.document["requestId"], "user": user["username"]})
        return reply

    def refuse(self, table, app_id, user, right):
        """If the password is wrong, or does not suffice."""
        def refused(status, api_code, message):
            return Refused(status, api_code, message, self.data_of(api_code, table, app_id, user))

        state = user.get("state", "normal")
        if state != "normal":
            status, api_code, after_password = STATES[state]
            if right or not after_password:
                raise refused(status, api_code, "The user's state is %s." % state)
        if not right:
            raise refused(403, 2333, "Account not exists or password is incorrect.")
        if "mfa" in user:
            # That the statusCode is 403 is inferred from the other refusals.
            raise refused(403, DEMANDS[user["mfa"]], "A second factor is needed.")

    def data_of(self, api_code, table, app_id, user):
        """The data that comes with an apiCode, as the vendor's clients read it (guard-core-v4, guard-android)."""
        if api_code == 2333:
            return {"remainCount": 4}
        if api_code in (1639, 2058, 2071):
            return {"token": uuid.uuid4().hex}
        if api_code in DEMANDS.values():
            if "mfa" in user:
                return self.factors.demand(table, app_id, user)
            # Whom the table only makes answer so: this token opens nothing.
            return {"mfaToken": uuid.uuid4().hex, **ways(table, {**CODE_DEMANDED, **user})}
        return None

    def app(self, table, request, body):
        """The app that the request comes from, after proof of its secret."""
        app_id, app = named_app(table, request)
        # What the real service answers to a wrong secret or method is not published: this refusal is our choice.
        if not proves(app_id, app, request.headers.get("Authorization"), body):
            raise Refused(400, None, "Client authentication failed: this application uses %s." % app["method"])
        return app_id

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
