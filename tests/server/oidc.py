"""The endpoints of OpenID Connect."""
from checks import basic_user, proves
from reply import Reply


class Oidc:
    def __init__(self, tokens):
        self.tokens = tokens
        self.endpoints = {("POST", "/oidc/token"): self.token,
                          ("GET", "/oidc/.well-known/openid-configuration"): self.discovery,
                          ("GET", "/oidc/.well-known/jwks.json"): self.jwks}

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
