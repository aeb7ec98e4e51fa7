"""Who may open content: protocol section 4 (partners) and section 5, rule 7."""

import pytest

from responders.directory import Directory, FocalPoint, Partner
from tests.responders.organisations import a_focal_point


def may_open(
    focal_point: FocalPoint, country: str | None = "GT", *, permitted: bool = False, local: bool = False
) -> bool:
    partners = {"shelter": Partner("the shelter"), "clinic": Partner("the clinic", named_in_notice=True)}
    directory = Directory({"someone": focal_point}, partners, local_staff_may_open=local)
    return directory.may_open("someone", country, permitted=permitted)


@pytest.mark.parametrize(
    "tie", [{"located_in": "GT"}, {"nationalities": ("ES", "GT")}, {"not_countries": ("GT",)}]
)
def test_nobody_of_or_in_the_country_of_risk_opens_content(tie: dict[str, object]) -> None:
    assert not may_open(a_focal_point(**tie))
    assert may_open(a_focal_point(**tie), country="HN")


def test_the_reporter_may_allow_it() -> None:
    assert may_open(a_focal_point(located_in="GT"), permitted=True)


def test_the_organisation_may_allow_it() -> None:
    assert may_open(a_focal_point(located_in="GT"), local=True)


def test_without_a_country_nobody_is_kept_out() -> None:
    assert may_open(a_focal_point(located_in="GT"), country=None)


def test_whoever_has_no_place_to_read_opens_nothing() -> None:
    assert not may_open(a_focal_point(content=()), permitted=True, local=True)


def test_a_partner_whom_the_notice_does_not_name_opens_nothing() -> None:
    assert not may_open(a_focal_point(partner="shelter"), permitted=True)
    assert may_open(a_focal_point(partner="clinic"))


def test_a_stranger_opens_nothing() -> None:
    assert not Directory({}).may_open("nobody", None)
