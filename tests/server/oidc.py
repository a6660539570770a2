"""The endpoints of OpenID Connect.

Sources: RFC 6749 and RFC 7009; the vendor's OpenAPI (TokenRevocationEndpointParams, IsSuccessRespDto); for the grant of
a V2 token authing-java-sdk and genauth-node-sdk (TokenEndPointParams) and guard-android (OIDCClient.java).
"""
import time

from checks import DEFAULT_SCOPE, basic_user, proves
from reply import Reply, success
from users import by_id

V2_GRANTS = ("http://genauth.ai/oidc/grant_type/genauth_token", "http://authing.cn/oidc/grant_type/authing_token")


class Oidc:
    def __init__(self, tokens, memory):
        self.tokens = tokens
        self.memory = memory
        self.endpoints = {("POST", "/oidc/token"): self.token,
                          ("POST", "/oidc/token/revocation"): self.revoke,
                          ("GET", "/oidc/.well-known/openid-configuration"): self.discovery,
                          ("GET", "/oidc/.well-known/jwks.json"): self.jwks}

    def token(self, table, request, body, entry):
        """The client's proof is judged before the grant (RFC 6749, 5.2). The one grant that can be right is that of
        the token which a second factor brought."""
        app_id, app = client(table, request, body)
        if app_id is None:
            return error(entry, "invalid_client", "client authentication failed")
        if body.get("grant_type") == "authorization_code":
            return error(entry, "invalid_grant", "grant request is invalid")
        if body.get("grant_type") not in V2_GRANTS:
            return error(entry, "unsupported_grant_type", "only codes and tokens of V2 are taken")
        if not app.get("v2_grant", True):
            return error(entry, "unauthorized_client", "this application may not use this grant")
        grant = self.memory.v2_tokens.get(body.get("token"))
        if not grant or grant["app_id"] != app_id or grant["expires"] <= time.time():
            return error(entry, "invalid_grant", "the token is wrong or has expired")
        scope = body.get("scope") or DEFAULT_SCOPE
        if "openid" not in scope.split():
            return error(entry, "invalid_scope", "the scope must contain openid")
        return self.token_set(table, app_id, by_id(table, grant["user_id"]), scope)

    def token_set(self, table, app_id, user, scope):
        twist = table["answers"].get("/oidc/token", {}).get("id_token")
        data = self.tokens.login(app_id, table["apps"][app_id], user, scope, table["system"]["access_token_s"], twist)
        data["expires_in"] = data.pop("expire_in")      # RFC 6749, 5.1
        return Reply(data)

    def revoke(self, table, request, body, entry):
        """RFC 7009. IsSuccessRespDto is the answer of the vendor's OpenAPI; the RFC has none to rely on."""
        app_id, app = client(table, request, body)
        if app_id is None:
            return error(entry, "invalid_client", "client authentication failed")
        token = body.get("token")
        if not token:
            return error(entry, "invalid_request", "the token is missing")
        claims = self.tokens.read(token)
        if claims is not None and claims["aud"] != app_id:
            return error(entry, "invalid_request", "the token is another client's")
        # One that nobody gave, or that is revoked already, is as good as revoked (2.2).
        self.memory.revoked.add(token)
        return success({"success": True})

    def discovery(self, table, request, body, entry):
        issuer = self.tokens.issuer
        return Reply({"issuer": issuer, "jwks_uri": issuer + "/.well-known/jwks.json",
                      "authorization_endpoint": issuer + "/auth", "token_endpoint": issuer + "/token",
                      "revocation_endpoint": issuer + "/token/revocation", "userinfo_endpoint": issuer + "/me",
                      "response_types_supported": ["code"], "subject_types_supported": ["public"],
                      "id_token_signing_alg_values_supported": ["HS256", "RS256"],
                      "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "none"]})

    def jwks(self, table, request, body, entry):
        return Reply(self.tokens.key_set())


def client(table, request, body):
    """The app that proves to be the client: its id and its row, or None twice."""
    authorization = request.headers.get("Authorization")
    app_id = body.get("client_id") or basic_user(authorization)
    app = table["apps"].get(app_id)
    if not app or not app["enabled"] or not proves(app_id, app, authorization, body):
        return None, None
    return app_id, app


def error(entry, name, description):
    entry["why"] = description
    reply = Reply({"error": name, "error_description": description}, 401 if name == "invalid_client" else 400)
    if reply.http == 401:
        reply.headers["WWW-Authenticate"] = 'Basic realm="stand-in"'
    return reply
