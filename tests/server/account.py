"""The endpoints for a user who has signed in."""
from reply import success
from users import signed_in


class Account:
    def __init__(self, tokens, memory):
        self.tokens = tokens
        self.memory = memory
        self.endpoints = {("GET", "/api/v3/get-profile"): self.profile}

    def profile(self, table, request, body, entry):
        user = signed_in(table, request, self.tokens, self.memory)
        return success({"userId": user["id"], "status": "Activated"})
