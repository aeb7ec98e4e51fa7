"""The page's server answers its own page only: path, host and origin must be right, acts must make sense."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from bot.demo.platform import INTAKE
from bot.demo.running import DemoError
from bot.demo.stage import REPORTER, Stage
from bot.demo.web import FILES, serving


class Page:
    """A served stage without processes, and a browser's requests to it."""

    def __init__(self, stage: Stage, address: str, http: aiohttp.ClientSession) -> None:
        self.stage = stage
        self.address = address
        self.http = http
        self.origin = address.rsplit("/", 2)[0]

    async def status(self, method: str, path: str, **request: object) -> int:
        async with self.http.request(method, self.address + path, **request) as answer:  # type: ignore[arg-type]
            return answer.status

    async def do(self, act: object, **headers: str) -> int:
        return await self.status("POST", "do", json=act, headers={"Origin": self.origin, **headers})


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    stage = Stage(tmp_path / "clock")
    stage.show_all()
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serving(stage, 0))
        yield Page(stage, address, await stack.enter_async_context(aiohttp.ClientSession()))


async def test_every_file_of_the_page_comes_with_a_strict_policy(page: Page) -> None:
    for name in ("", *FILES):
        async with page.http.get(page.address + name) as answer:
            assert answer.status == 200
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            body = await answer.text()
            assert "https://" not in body
            assert "http://" not in body.replace("http://www.w3.org/2000/svg", "")
            assert "style=" not in body


async def test_nothing_is_answered_without_the_unguessable_path(page: Page) -> None:
    for path in ("/", "/page.js", "/wrong/", "/wrong/events", "/wrong/do"):
        async with page.http.get(page.origin + path) as answer:
            assert answer.status == 404


async def test_a_name_that_points_here_from_elsewhere_is_not_answered(page: Page) -> None:
    assert await page.status("GET", "", headers={"Host": "elsewhere.example:80"}) == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Content-Type": "text/plain"},
    ],
    ids=["another origin", "no origin", "another site", "a form"],
)
async def test_an_act_from_another_page_is_refused(page: Page, headers: dict[str, str]) -> None:
    assert await page.do({"act": "say", "text": "hello", "locale": "en"}, **headers) == 403
    assert page.stage.accounts[INTAKE].waiting == 0


@pytest.mark.parametrize(
    "act",
    [
        {},
        [],
        "kill",
        {"act": "format"},
        {"act": "say", "text": "", "locale": "en"},
        {"act": "say", "text": "x" * 70_000, "locale": "en"},
        {"act": "clock", "seconds": -60},
        {"act": "clock", "seconds": True},
        {"act": "cut", "account": "elsewhere", "cut": True},
        {"act": "attach", "kind": "bomb", "locale": "en"},
        {"act": "phone_says", "phone": "nobody", "text": "?"},
    ],
)
async def test_an_act_that_makes_no_sense_changes_nothing(page: Page, act: object) -> None:
    assert await page.do(act) == 400
    assert page.stage.accounts[INTAKE].waiting == 0


async def test_a_body_that_cannot_be_read_is_no_act(page: Page) -> None:
    ours = {"Origin": page.origin, "Content-Type": "application/json"}
    assert await page.status("POST", "do", data=b"[" * 100_000, headers=ours) == 400
    unknown = {**ours, "Content-Type": "application/json; charset=nothing"}
    assert await page.status("POST", "do", data=b"{}", headers=unknown) == 400
    assert (
        await page.status("POST", "do", data=b'{"act":"clock","seconds":1' + b"0" * 30 + b"}", headers=ours)
        == 200
    )


async def test_what_is_said_on_the_page_waits_for_the_service(page: Page) -> None:
    assert await page.do({"act": "say", "text": "hello", "locale": "en"}) == 200
    assert page.stage.accounts[INTAKE].waiting == 1
    assert [post.message.text for post in page.stage.accounts[INTAKE].chat(REPORTER).posts] == ["hello"]


async def test_the_clock_moves_forward_for_every_process(page: Page, tmp_path: Path) -> None:
    before = page.stage.clock()
    assert await page.do({"act": "clock", "seconds": 180}) == 200
    assert (tmp_path / "clock").read_text() == "180.0"
    assert 179 < (page.stage.clock() - before).total_seconds() < 190


async def test_a_port_that_is_taken_is_said_in_one_sentence(page: Page) -> None:
    taken = int(page.origin.rpartition(":")[2])
    with pytest.raises(
        DemoError, match=f"^port {taken} cannot be had .*: choose another, or leave --port out$"
    ):
        async with serving(page.stage, taken):
            pytest.fail("two pages on one port")
