"""Many logins at once. The whole crowd is a run of its own: load."""

import crowded


def test_crowd(standin):
    assert crowded.crowd(standin, logins=320, parallel=64) == {}


def test_a_wrong_verdict_is_seen(standin):
    standin.set_user("bob", password="another")
    assert len(crowded.crowd(standin, logins=len(crowded.LOGINS), parallel=8)) == 1
