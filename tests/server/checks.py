"""What a request must have, in the forms in which GenAuth's own clients send it."""
import base64
import json
import urllib.parse

from reply import Refused

APP_HEADERS = ("x-authing-app-id", "x-genauth-app-id")
DEFAULT_SCOPE = "openid profile"
PAYLOADS = {"PASSWORD": ("passwordPayload", ("account", "username", "email", "phone")),
            "LDAP": ("ldapPayload", ("sAMAccountName",)),
            "AD": ("adPayload", ("sAMAccountName",))}


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


def named_app(table, request):
    """The app that a request names in its headers: its id and its row."""
    named = {value for name in APP_HEADERS for value in request.headers.getall(name, [])}
    if not named:
        raise Refused(400, 2010, "Want one of %s." % " and ".join(APP_HEADERS))
    app_id = named.pop()
    app = table["apps"].get(app_id)
    # That a disabled app looks like a missing one is our choice.
    if named or not app or not app["enabled"]:
        raise Refused(400, 2011, "The application does not exist.")
    return app_id, app


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


def text_of(holder, name, api_code=None):
    """API_CODE is what the API has for its absence."""
    value = holder.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(400, api_code, "%s must be a non-empty string." % name)
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
