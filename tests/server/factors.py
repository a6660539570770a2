"""The second factors: what a user has enrolled, what a sign-in asks for, and the check of the codes.

Sources: the vendor's OpenAPI (FactorDto, MfaOtpVerityDto, OtpVerityRespDto, SendEmailDto, SendSMSDto); for the data of
1635 and 1636 authing-node-sdk (GetMfaInfoDataDto), authing-mfa-component (example.tsx, types.ts) and guard-android
(MFAData.java); for the calls of V2 authing-js-sdk 4 (MfaAuthenticationClient), guard-android (AuthClient.java) and
Guard (mfa). README.md says of each behaviour whether it is documented, inferred or our choice.
"""
import secrets
import time

from checks import named_app, text_of
from codes import code_of_step, step_of
from reply import Refused, success, v2_success
from users import by_id, signed_in

DEMANDS = {"user": 1635, "application": 1636}
WRONG = {2001: "This is not the code that was sent.", 2300: "The code has expired.", 6001: "The code is wrong."}
COUNTRY = "+86"     # SendSMSDto phoneCountryCode: need not be given for numbers of mainland China
CHANNELS = {"email": ("LOGIN", "REGISTER", "RESET_PASSWORD", "VERIFY_EMAIL_LINK", "UPDATE_EMAIL", "BIND_EMAIL",
                      "UNBIND_EMAIL", "VERIFY_MFA", "UNLOCK_ACCOUNT", "COMPLETE_EMAIL", "DELETE_ACCOUNT"),
            "sms": ("LOGIN", "REGISTER", "RESET_PASSWORD", "BIND_PHONE", "UNBIND_PHONE", "BIND_MFA", "VERIFY_MFA",
                    "UNBIND_MFA", "COMPLETE_PHONE", "IDENTITY_VERIFICATION", "DELETE_ACCOUNT")}


def enrolled(user):
    return user.get("enrolled_factors", ["OTP"] if "totp_secret" in user else [])


def policies(user):
    """applicationMfa: the row's "mfa_policies", each a name or the whole object."""
    return [row if isinstance(row, dict) else {"mfaPolicy": row, "status": 1, "sort": place}
            for place, row in enumerate(user.get("mfa_policies", []))]


def bound(user, name):
    """The "phone" or "email" that codes go to: the one for this purpose, else the user's; "" means none."""
    return user.get("mfa_" + name, user.get(name)) or None


def addresses(user, way):
    """Where the codes of this user may have gone, as send() writes it."""
    if way == "email":
        return [email.lower() for email in (bound(user, "email"), user.get("email")) if email]
    country = user.get("phone_country_code", COUNTRY)
    return [country + phone for phone in (bound(user, "phone"), user.get("phone")) if phone]


def phone_of(body, name):
    return (body.get("phoneCountryCode") or COUNTRY) + text_of(body, name)


def ways(table, user):
    """What the data of 1635 and 1636 says of the user."""
    country, listed = user.get("phone_country_code"), policies(user)
    # A sample of the vendor's documents has an object where all others have a list.
    if table["mfa"]["application_mfa"] == "object":
        listed = listed[0] if listed else {}
    return {"mfaPhone": bound(user, "phone"), "mfaPhoneCountryCode": country, "mfaEmail": bound(user, "email"),
            "phone": user.get("phone"), "phoneCountryCode": country, "email": user.get("email"),
            "username": user["username"], "nickname": None, "avatar": None, "faceMfaEnabled": "FACE" in enrolled(user),
            "totpMfaEnabled": "OTP" in enrolled(user), "passwordStrength": 1, "applicationMfa": listed}


class Factors:
    def __init__(self, tokens, memory):
        self.tokens = tokens
        self.memory = memory
        self.endpoints = {("GET", "/api/v3/list-enrolled-factors"): self.list_enrolled,
                          ("POST", "/api/v3/mfa-totp-verify"): self.verify_signed_in,
                          ("POST", "/api/v3/send-email"): self.send_email,
                          ("POST", "/api/v3/send-sms"): self.send_sms,
                          ("POST", "/api/v2/mfa/totp/verify"): self.verify_totp,
                          # Guard and the Flutter client ask here.
                          ("POST", "/api/v2/applications/mfa/totp/verify"): self.verify_totp,
                          ("POST", "/api/v2/applications/mfa/sms/verify"): self.verify_sms,
                          ("POST", "/api/v2/applications/mfa/email/verify"): self.verify_email}

    def demand(self, table, app_id, user):
        """The data that comes with 1635 and 1636."""
        token = self.tokens.mfa_token(table["system"]["userpool_id"], user["id"], table["mfa"]["token_life_s"])
        self.memory.mfa_tokens[token] = app_id
        return {"mfaToken": token, **ways(table, user)}

    # Who has signed in

    def list_enrolled(self, table, request, body, entry):
        user = signed_in(table, request, self.tokens, self.memory)
        profiles = {"SMS": {"phoneNumber": bound(user, "phone"),
                            "phoneCountryCode": user.get("phone_country_code", COUNTRY)},
                    "EMAIL": {"email": bound(user, "email")}}
        return success([{"factorId": "%.16s%08x" % (user["id"], place), "factorType": name,
                         "profile": profiles.get(name, {})} for place, name in enumerate(enrolled(user))])

    def verify_signed_in(self, table, request, body, entry):
        user = signed_in(table, request, self.tokens, self.memory)
        code = text_of(body, "totp", 6003)
        wrong = self.try_code(table, user, lambda: self.check_totp(table, user, code))
        return success({"verified": wrong is None})

    # Codes that are sent

    def send_email(self, table, request, body, entry):
        # SendEmailDto email: without regard to case.
        return self.send(table, body, entry, "email", text_of(body, "email").lower())

    def send_sms(self, table, request, body, entry):
        return self.send(table, body, entry, "sms", phone_of(body, "phoneNumber"))

    def send(self, table, body, entry, way, address):
        channel, now = text_of(body, "channel"), time.time()
        if channel not in ["CHANNEL_" + name for name in CHANNELS[way]]:
            raise Refused(400, None, "No such channel for this kind of message.")
        last = self.memory.sent.get((channel, address))
        if last and now - last["time"] < table["mfa"]["code_every_s"]:
            raise Refused(422, 2080 if way == "email" else None, "One code a minute goes to this address.")
        # From 100000 on, so that a test knows codes that are wrong.
        code = str(100000 + secrets.randbelow(900000))
        self.memory.sent[channel, address] = {"code": code, "time": now, "used": False}
        entry["sent"] = {"by": way, "channel": channel, "address": address, "code": code}
        return success()

    # Who has an mfaToken

    def verify_totp(self, table, request, body, entry):
        code = text_of(body, "totp", 6003)
        return self.verify(table, request, "OTP", lambda user: self.check_totp(table, user, code))

    def verify_sms(self, table, request, body, entry):
        phone, code = phone_of(body, "phone"), text_of(body, "code")
        return self.verify(table, request, "SMS", lambda user: self.check_sent(table, user, "sms", phone, code))

    def verify_email(self, table, request, body, entry):
        email, code = text_of(body, "email").lower(), text_of(body, "code")
        return self.verify(table, request, "EMAIL", lambda user: self.check_sent(table, user, "email", email, code))

    def verify(self, table, request, factor, check):
        app_id = named_app(table, request)[0]
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        user_id = self.tokens.mfa_user(token) if kind == "Bearer" else None
        if user_id is None or self.memory.mfa_tokens.get(token) != app_id:
            raise Refused(403, 2021, "The mfaToken is wrong, used or has expired.")
        user = by_id(table, user_id)
        if factor not in enrolled(user) + [row["mfaPolicy"] for row in policies(user) if row["status"]]:
            raise Refused(403, 1001, "%s is no factor of this user." % factor)
        wrong = self.try_code(table, user, lambda: check(user))
        if wrong is not None:
            raise Refused(403, wrong, WRONG[wrong])
        del self.memory.mfa_tokens[token]
        return v2_success(self.v2_user(table, app_id, user))

    def v2_user(self, table, app_id, user):
        """The user, with a token that /oidc/token takes."""
        pool = table["system"]["userpool_id"]
        token, expires = self.tokens.v2_token(app_id, table["apps"][app_id], user)
        self.memory.v2_tokens[token] = {"app_id": app_id, "user_id": user["id"], "expires": expires}
        return {"id": user["id"], "arn": "arn:cn:authing:%s:user:%s" % (pool, user["id"]), "userPoolId": pool,
                "status": "Activated", "username": user["username"], "email": user.get("email"),
                "emailVerified": bool(user.get("email")), "phone": user.get("phone"),
                "phoneCountryCode": user.get("phone_country_code"), "phoneVerified": bool(user.get("phone")),
                "name": user.get("name"), "nickname": None, "token": token,
                "tokenExpiredAt": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(expires))}

    # The codes themselves. A check returns None for the right code, else the apiCode that says what is wrong.

    def try_code(self, table, user, check):
        """What CHECK returns, unless there were too many wrong codes before."""
        settings, now = table["mfa"], time.time()
        count, last = self.memory.wrong_codes.get(user["id"], (0, now))
        if now - last >= settings["retry_after_s"]:
            count = 0
        if count >= settings["wrong_codes"]:
            raise Refused(429, None, "Too many wrong codes; wait.")
        wrong = check()
        self.memory.wrong_codes[user["id"]] = (0 if wrong is None else count + 1, now)
        return wrong

    def check_totp(self, table, user, code):
        """RFC 6238, 5.2: the code of this step or of the one before, and of each step only once."""
        if "OTP" not in enrolled(user) or "totp_secret" not in user:
            return 6001
        fixed = table["mfa"]["totp_time"]
        now = step_of(time.time() if fixed is None else fixed)
        used = self.memory.totp_steps.setdefault(user["id"], set())
        for step in (now, now - 1):
            if step not in used and code == code_of_step(user["totp_secret"], step):
                used.add(step)
                return None
        return 6001

    def check_sent(self, table, user, way, address, code):
        """The code that went last to one of the user's own addresses, once."""
        sent = self.memory.sent.get(("CHANNEL_VERIFY_MFA", address))
        if address not in addresses(user, way) or not sent or sent["used"] or sent["code"] != code:
            return 2001
        life = table["mfa"]["code_life_s"]
        if life is not None and time.time() - sent["time"] >= life:
            return 2300
        sent["used"] = True
        return None
