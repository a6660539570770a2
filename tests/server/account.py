"""The endpoints for a user who has signed in."""
from reply import Refused, success


class Account:
    def __init__(self, tokens):
        self.tokens = tokens
        self.endpoints = {("GET", "/api/v3/get-profile"): self.profile}

    def profile(self, table, request, body, entry):
        """Whose access token it is, raw or Bearer: GenAuth's clients send both."""
        claims = self.tokens.read(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if claims is None:
            raise Refused(401, 2020, "Not logged in.")
        return success({"userId": claims["sub"], "status": "Activated"})
