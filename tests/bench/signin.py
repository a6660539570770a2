#!/usr/bin/python3
"""signin.py HOST APP-ID SECRET: the same as signin.sh with Python's own library."""
import json
import os
import sys
import urllib.request

host, app_id, secret = sys.argv[1:]
body = {"client_id": app_id, "client_secret": secret, "connection": "PASSWORD",
        "passwordPayload": {"account": os.environ["PAM_USER"], "password": sys.stdin.read().rstrip("\0")},
        "options": {"scope": "openid profile"}}
request = urllib.request.Request(host + "/api/v3/signin", json.dumps(body).encode(),
                                 {"Content-Type": "application/json", "x-authing-app-id": app_id,
                                  "x-genauth-app-id": app_id})
with urllib.request.urlopen(request, timeout=10) as reply:
    sys.exit(0 if json.load(reply)["statusCode"] == 200 else 1)
