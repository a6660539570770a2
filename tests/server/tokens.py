"""The tokens of a good login, and their public keys.

Claims and algorithms: genauth-docs guides/faqs/how-to-validate-user-token.md.
"""
import base64
import hashlib
import json
import secrets
import time
import uuid
import warnings

import jwt

from certificates import load_or_new_key, new_rsa_key, public_der

LIFETIME = 7200
# Those that bring something here. The API has four more: roles, external_id, extended_fields and tenant_id.
SCOPES = ("openid", "profile", "username", "email", "phone", "offline_access")

warnings.filterwarnings("ignore", message="The HMAC key is")  # short: tests ask for such


class Tokens:
    """Signs with token-rsa.pem in FOLDER; HOST is the address under which the server is known."""

    def __init__(self, folder, host):
        self.issuer = host + "/oidc"
        self.key = load_or_new_key(folder / "token-rsa.pem", new_rsa_key)
        self.mfa_key = secrets.token_hex(32)
        self.key_id = hashlib.sha256(public_der(self.key)).hexdigest()[:16]

    def key_set(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.key_id,
                          "n": public["n"], "e": public["e"]}]}

    def login(self, app_id, app, user, scope, life=LIFETIME, twist=None):
        """The data of a good login. LIFE is the access token's, TWIST is an answer's "id_token" (README.md)."""
        granted = [word for word in SCOPES if word in scope.split()]
        now = int(time.time())
        common = {"sub": user["id"], "aud": app_id, "iss": self.issuer, "iat": now, "exp": now + LIFETIME}
        access_token = self.sign("RS256", self.key, {**common, "exp": now + life, "jti": uuid.uuid4().hex,
                                                     "scope": " ".join(granted)})
        claims = {**common, **profile(user, granted), "at_hash": at_hash(access_token)}
        data = {"scope": " ".join(granted), "access_token": access_token,
                "id_token": self.id_token(app, claims, twist or {}), "token_type": "Bearer", "expire_in": life}
        if "offline_access" in granted:
            data["refresh_token"] = uuid.uuid4().hex
        return data

    def read(self, access_token):
        """The claims of an access token of ours that has not expired, or None."""
        try:
            claims = jwt.decode(access_token, self.key.public_key(), ["RS256"], options={"verify_aud": False})
        except jwt.InvalidTokenError:
            return None
        return claims if "scope" in claims else None    # not an id_token

    def mfa_token(self, pool_id, user_id, life):
        """As in authing-mfa-component, example.tsx; the jti is ours, for two of one second must differ."""
        now = int(time.time())
        arn = "arn:cn:authing:%s:user:%s" % (pool_id, user_id)
        claims = {"data": {"userPoolId": pool_id, "userId": user_id, "arn": arn, "stage": 1},
                  "iat": now, "exp": now + life, "jti": uuid.uuid4().hex}
        return self.sign("HS256", self.mfa_key, claims)

    def mfa_user(self, mfa_token):
        """The user's id, None if it is no mfaToken of ours or has expired."""
        try:
            return jwt.decode(mfa_token, self.mfa_key, ["HS256"])["data"]["userId"]
        except jwt.InvalidTokenError:
            return None

    def v2_token(self, app_id, app, user):
        """The token of V2 and when it expires. Mobile clients read it as an id_token (guard-ios UserInfo.swift)."""
        now = int(time.time())
        claims = {"sub": user["id"], "aud": app_id, "iss": self.issuer, "iat": now, "exp": now + LIFETIME,
                  "data": {"id": user["id"], "email": user.get("email"), "clientId": app_id}, "jti": uuid.uuid4().hex}
        return self.id_token(app, claims, {}), now + LIFETIME

    def id_token(self, app, claims, twist):
        claims = {**claims, **twist.get("claims", {})}
        for name in twist.get("remove", ()):
            claims.pop(name, None)
        algorithm = twist.get("alg", app["id_token_alg"])
        if algorithm == "HS256":
            key = twist.get("key", app["secret"])
        elif algorithm == "RS256":
            key = new_rsa_key() if "key" in twist else self.key
        else:
            key = None
        return self.sign(algorithm, key, claims, twist.get("header"))

    def sign(self, algorithm, key, claims, header=None):
        # The layer below jwt.encode: it lets a test put anything into a claim.
        named = {"kid": self.key_id} if algorithm == "RS256" else {}
        return jwt.api_jws.PyJWS().encode(json.dumps(claims).encode(), key, algorithm, {**named, **(header or {})})


def profile(user, granted):
    """What each scope adds; values that the user lacks are null, as in the vendor's samples."""
    claims = {}
    if "profile" in granted:
        claims.update(name=user.get("name"), preferred_username=user.get("username"), **dict.fromkeys(
            ("birthdate", "family_name", "gender", "given_name", "locale", "middle_name", "nickname", "picture",
             "profile", "updated_at", "website", "zoneinfo")))
    if "username" in granted:
        claims["username"] = user.get("username")
    if "email" in granted:
        claims.update(email=user.get("email"), email_verified=bool(user.get("email")))
    if "phone" in granted:
        claims.update(phone_number=user.get("phone"), phone_number_verified=bool(user.get("phone")))
    return claims


def at_hash(access_token):
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()
