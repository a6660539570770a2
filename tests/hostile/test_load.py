"""Many logins at once. The whole crowd is a run of its own: load."""

import crowded


def test_crowd(standin, helper_comes):
    """At the socket more than wait, so that some are started."""
    assert crowded.crowd(standin, logins=320 if helper_comes == "started" else 96, parallel=64) == {}


def test_a_wrong_verdict_is_seen(standin):
    standin.set_user("bob", password="another")
    assert len(crowded.crowd(standin, logins=len(crowded.LOGINS), parallel=8)) == 1
