"""A login takes as few round trips as TCP, TLS 1.3 and one request allow; counted, not timed."""
import os
import pathlib
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "pam")]

import pam  # noqa: E402
from client import Standin  # noqa: E402
from codes import totp  # noqa: E402
from relay import Relay  # noqa: E402

PASSWORD = "correct horse"
# Two things that a client sends one after the other must not be further apart, or they count twice.
RTT = 0.2
KINDS = ("none", "rsa", "sm2")


def cache():
    """Where the module of the tests keeps keys: in its build folder."""
    return pathlib.Path(pam.MODULE).parents[1] / "cache"


@pytest.fixture(scope="module")
def standin(tmp_path_factory):
    # Nobody waits for tickets, but on a busy machine they would come, and count, before the request is sent.
    with Standin(tmp_path_factory.mktemp("standin"), tls_tickets=0) as server:
        yield server


@pytest.fixture
def relay(standin):
    with Relay(standin.port, RTT) as relay:
        yield relay
    # The folder stays: others, at the same time, have mounted one of their own upon it.
    for path in cache().glob("*"):
        path.unlink()


def make_world(folder, standin, relay, kind):
    made = pam.World(folder)
    made.write_conf(f"app_host = https://localhost:{relay.port}\napp_id = {standin.app_id}\n"
                    f"app_secret = {standin.app_secret}\nca_file = {standin.ready['ca_file']}\n"
                    f"password_encrypt_type = {kind}\n")
    made.write_service("sshd")
    made.relay, made.kind = relay, kind
    return made


@pytest.fixture(params=KINDS)
def world(request, tmp_path, standin, relay):
    return make_world(tmp_path, standin, relay, request.param)


def use_first_pass(world):
    world.write_service("sshd", "use_first_pass", before="auth optional pam_unix.so nodelay\n")


def log_in(world, *arguments, **options):
    """Returns the round trips of a login."""
    start = len(world.relay.record)
    assert world.run(*arguments, **options).code == "PAM_SUCCESS"
    return world.relay.round_trips(start)


def warm(world):
    """The key of the server is in the cache."""
    use_first_pass(world)
    log_in(world, PASSWORD)
    assert world.kind == "none" or list(cache().iterdir())


def test_password_that_came_with_the_call(world):
    warm(world)
    assert log_in(world, PASSWORD) == 3


def test_the_first_login_also_fetches_the_key(world):
    use_first_pass(world)
    assert log_in(world, PASSWORD) == (3 if world.kind == "none" else 4)


def test_prompt_that_is_answered_at_once(world):
    """sshd's method "password": nobody types, and a connection made ready would only be in the way."""
    warm(world)
    world.write_service("sshd")
    assert log_in(world, PASSWORD) == 3


def type_until(world, ready, seconds):
    """The round trips of a login before Enter, and after it; or after so many seconds."""
    read_end, write_end = os.pipe()
    with ThreadPoolExecutor() as pool:
        login = pool.submit(world.run, extra=["--stdin"], stdin=read_end, timeout=seconds + 60)
        try:
            deadline = time.monotonic() + seconds
            while not ready() and time.monotonic() < deadline:
                time.sleep(0.01)
            # The rest of the last one, and the helper's look at it.
            time.sleep(2 * RTT)
            before, entered = world.relay.round_trips(), len(world.relay.record)
        finally:
            os.write(write_end, f"{PASSWORD}\n".encode())
            os.close(write_end)
        assert login.result().code == "PAM_SUCCESS", login.result().line
    os.close(read_end)
    return before, world.relay.round_trips(entered)


def test_one_round_trip_after_enter(world):
    """The rest is done while the person types, with a cold cache too."""
    assert type_until(world, lambda: world.relay.round_trips() >= 3, 30) == (3, 1)


def test_one_round_trip_where_another_module_asks(world):
    """prepare does for pam_unix what preconnect does for pam_genauth."""
    world.write_service("sshd", "use_first_pass", before=f"auth optional {pam.MODULE} conf={world.conf} prepare\n"
                        "auth optional pam_unix.so nodelay\n")
    assert type_until(world, lambda: world.relay.round_trips() >= 3, 30) == (3, 1)


def test_one_round_trip_after_a_long_time(tmp_path, standin):
    """What lies between has forgotten the first connection when the password comes, and says nothing."""
    standin.clear_journal()
    with Relay(standin.port, RTT, memory=10) as relay:
        world = make_world(tmp_path, standin, relay, "none")
        # 20 s after the first; GENAUTH_HTTP_AGE.
        assert type_until(world, lambda: relay.round_trips() >= 6, 40) == (6, 1)
    assert len(standin.posts()) == 1


@pytest.mark.parametrize("options, more", [
    ("", 0), ("require_roles = ops\n", 1), ("require_groups = linux\n", 1),
    ("require_roles = ops\nrequire_groups = linux\n", 2)])
def test_roles_and_groups(tmp_path, standin, relay, options, more):
    """One for each that is demanded, on the connection that is there; none of others."""
    world = make_world(tmp_path, standin, relay, "none")
    standin.set_user("alice", roles=[{"code": "ops"}], groups=[{"code": "linux"}])
    world.write_conf(world.conf.read_text() + options)
    use_first_pass(world)
    assert log_in(world, PASSWORD) == 3 + more
    world.write_service("sshd")
    assert type_until(world, lambda: world.relay.round_trips() >= 6 + more, 30)[1] == 1 + more


# The stand-in's time: none of the wrong codes is right by chance.
NOW = 1_700_000_000
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
REQUIRED, ASK = "second_factor = required\n", "mfa = ask\n"


@pytest.fixture
def make_factor_world(tmp_path, standin):
    def make(relay, options, **row):
        standin.set_user("alice", **row)
        world = make_world(tmp_path, standin, relay, "none")
        world.write_conf(world.conf.read_text() + options)
        use_first_pass(world)
        return world

    standin.clear_journal()
    standin.set_mfa(totp_time=NOW)
    yield make
    standin.reset_users()


@pytest.mark.parametrize("options, row, wrong, more", [
    # The list, and each code.
    (REQUIRED, {}, 0, 2), (REQUIRED, {}, 2, 4), ("second_factor = if_enrolled\n", {}, 0, 2),
    ("second_factor = if_enrolled\n", {"totp_secret": None}, 0, 1), ("", {}, 0, 0),
    # Each code, and the tokens that they are exchanged for.
    (ASK, {"mfa": "user"}, 0, 1), (ASK, {"mfa": "user"}, 1, 2), (ASK + "mfa_token_exchange = yes\n", {"mfa": "user"}, 0, 2)])
def test_a_second_factor(make_factor_world, relay, options, row, wrong, more):
    """On the connection that is there."""
    world = make_factor_world(relay, options, **{"totp_secret": SECRET, **row})
    assert log_in(world, PASSWORD, *["000001", "000002"][:wrong], totp(SECRET, NOW)) == 3 + more


def test_a_code_after_a_long_time(make_factor_world, standin):
    """Who looks for the telephone meanwhile gets in; what lies between has forgotten the connection, and says nothing."""
    with Relay(standin.port, RTT, memory=10) as relay:
        world = make_factor_world(relay, REQUIRED, totp_secret=SECRET)
        read_end, write_end = os.pipe()
        with ThreadPoolExecutor() as pool:
            login = pool.submit(world.run, extra=["--stdin"], stdin=read_end, timeout=120)
            try:
                os.write(write_end, f"{PASSWORD}\n".encode())
                # More than GENAUTH_HTTP_AGE after the list.
                time.sleep(22)
                entered = len(relay.record)
            finally:
                os.write(write_end, f"{totp(SECRET, NOW)}\n".encode())
                os.close(write_end)
            assert login.result().code == "PAM_SUCCESS", login.result().line
        os.close(read_end)
        assert relay.round_trips(entered) == 3
    assert len(standin.posts("/api/v3/mfa-totp-verify")) == 1


def test_the_count_sees_one_more(tmp_path):
    """TLS 1.2 takes another round trip."""
    with Standin(tmp_path / "standin", tls_max="1.2") as standin, Relay(standin.port, RTT) as relay:
        world = make_world(tmp_path, standin, relay, "none")
        use_first_pass(world)
        assert log_in(world, PASSWORD) == 4
