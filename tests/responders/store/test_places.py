"""What a `store.url` names, and that nothing of a wrong one is told on: it may hold a password."""

import pytest

from responders.store.places import BadUrl, Form, place_of


def test_one_server_is_named_as_redis_py_names_it() -> None:
    place = place_of("redis://:secret@one:6380/2")
    assert (place.form, place.seeds) == (Form.ONE, ())
    assert place.options == {"host": "one", "port": 6380, "db": 2, "password": "secret"}
    assert place_of("unix:///a%20folder/store.sock").options["path"] == "/a folder/store.sock"


def test_a_cluster_is_named_by_some_of_its_servers() -> None:
    place = place_of("rediss+cluster://us:secret@one:7000,two,[::1]:7002?ssl_check_hostname=no")
    assert (place.form, place.seeds) == (Form.CLUSTER, (("one", 7000), ("two", 6379), ("::1", 7002)))
    assert place.options["password"] == "secret"
    assert place.at(("three", 7003))["host"] == "three"
    assert "secret" not in repr(place)


def test_sentinel_is_named_with_the_service_that_it_watches() -> None:
    place = place_of("redis+sentinel://one,two:26380/tocsin")
    assert (place.form, place.service) == (Form.SENTINEL, "tocsin")
    assert place.seeds == (("one", 26379), ("two", 26380))


@pytest.mark.parametrize(
    "url",
    [
        "", "one:6379", "http://one", "redis+one://one", "redis+cluster://", "redis+cluster://one:secret",
        "redis+cluster://one/2", "redis+sentinel://one", "unix+cluster:///one",
    ],
)  # fmt: skip
def test_anything_else_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(BadUrl, match=r"^expected redis://, [^ ]+, [^ ]+, [^ ]+ or redis\+sentinel://$"):
        place_of(url)
