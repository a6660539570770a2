"""genauthctl explain, the manual and apicodes.def say the same."""
import re

import pytest

import conftest

DEF = (conftest.SOURCE / "pam_genauth/genauth/apicodes.def").read_text()
MANUAL = (conftest.BUILD / "man/pam_genauth.8").read_text()


def defined(macro, columns):
    """The rows of apicodes.def as (code, verdict, meaning; advice)."""
    rows = []
    text = re.sub(r"/\*.*?\*/", "", DEF, flags=re.DOTALL)
    for row in re.findall(rf"^{macro}\((.*?)\)$", text, re.MULTILINE | re.DOTALL):
        row = re.sub(r'"\s+"', "", row)
        parts = re.match(r"\s*,\s*".join([r"(\d+)"] * columns + [r"([A-Z_]+)", r'"(.*?)"', r'(NULL|".*?")']), row)
        *codes, verdict, meaning, advice = parts.groups()
        code = codes[0] if len(set(codes)) == 1 else "-".join(codes)
        rows.append((code, verdict, meaning if advice == "NULL" else f"{meaning}; {advice[1:-1]}"))
    return rows


def manual_rows():
    return [tuple(row) for row in re.findall(r"^\.It ([\d-]+) Ta ([A-Z_]+) Ta (.+)$", MANUAL, re.MULTILINE)]


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    done = conftest.World(tmp_path_factory.mktemp("list")).run("explain", "--list")
    assert done.returncode == 0
    return done.stdout.split("\n\n")


def rows_of(block):
    return [tuple(re.split(r" +", line, maxsplit=2)) for line in block.strip().splitlines()[1:]]


def test_list_is_the_table_is_the_manual(listed):
    apis, statuses = defined("APICODE", 1), defined("STATUSCODE", 2)
    assert len(apis) == len(re.findall(r"^APICODE", DEF, re.MULTILINE)) > 80
    assert len(statuses) == len(re.findall(r"^STATUSCODE", DEF, re.MULTILINE)) > 15
    apis.sort(key=lambda row: int(row[0]))
    assert rows_of(listed[0]) == apis and rows_of(listed[1]) == statuses
    assert manual_rows() == apis + statuses


def test_verdicts_are_those_of_the_manual(listed):
    """Name and PAM code, and what the person sees."""
    section = re.sub(r"\n\.D[oc]\b", "", MANUAL.split(".Sh VERDICTS", 1)[1].split(".Sh LOG", 1)[0])
    described = dict(re.findall(r"^\.It Li ([A-Z_]+)$.*?^\.Dv (PAM_\w+)", section, re.MULTILINE | re.DOTALL))
    table = {row[0]: row[1] for row in rows_of(listed[2])}
    assert table == described and len(table) == 11


def test_the_manual_has_each_message_to_the_person():
    plain = " ".join(re.sub(r"^\.(Dq|Do|Dc) ?", "", MANUAL, flags=re.MULTILINE).split())
    source = (conftest.SOURCE / "pam_genauth/common/verdicts.def").read_text()
    messages = [re.sub(r'"\s+"', "", text) for text in
                re.findall(r'^VERDICT\(\w+, \w+, \w+, \w+,\s+"(.*?)",', source, re.DOTALL | re.MULTILINE)]
    assert len(messages) == 6
    for message in messages:
        assert message in plain, message


@pytest.mark.parametrize("code, words", [
    ("2333", ["apiCode    2333: account or password wrong", "DENIED", "PAM_AUTH_ERR (7)", "nothing more"]),
    ("429", ["statusCode 429: too many requests", "THROTTLED", "Wait a minute"]),
    ("550", ["statusCode 550: GenAuth is in trouble", "UNAVAILABLE"]),
    ("500", ["GenAuth has an internal error"]),
    ("api_code=2333", ["apiCode    2333: "]), ("status_code=429", ["statusCode 429: "]), ("verdict=DENIED", ["DENIED: "]),
    ("locked", ["LOCKED: ", "PAM_MAXTRIES (11)", "Your GenAuth account is locked"]),
    ("9", ["PAM_AUTHINFO_UNAVAIL (9)", "UNAVAILABLE", "THROTTLED"]),
    ("pam_auth_err", ["PAM_AUTH_ERR (7)", "DENIED", "STEP_NEEDED"]), ("maxtries", ["LOCKED"]),
    ("PAM_IGNORE", ["never answers"]),
    ("identity=proven", ["identity   the id_token names the account"]),
    ("identity=unproven", ["identity   nothing has shown whose login it was", "advice     see identity"]),
    ("20001", ["apiCode    20001: no reason", "statusCode alone counts"]),
])
def test_explain(world, code, words):
    done = world.run("explain", code)
    assert done.returncode == 0 and all(word in done.stdout for word in words), done.stdout


@pytest.mark.parametrize("code", ["2222", "-1", "nonsense", "99999999999999999999", "", "32", "2333x", "api_code=", "code=2333", "identity=", "identity=x"])
def test_unknown_codes(world, code):
    done = world.run("explain", code)
    assert done.returncode == 2 and done.stdout == "" and "DENIED" in done.stderr


@pytest.mark.parametrize("words", [[], ["1", "2"], ["--nonsense"]])
def test_usage(world, words):
    done = world.run("explain", *words)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("genauthctl: one code, --list or --replay FILE is needed\nusage: genauthctl explain CODE")


def test_a_success(world):
    done = world.run("explain", "200")
    assert done.returncode == 0 and "OK: " in done.stdout and "DENIED" not in done.stdout
    # That code says nothing, so it has no verdict of its own.
    assert "verdict" not in world.run("explain", "20001").stdout
