"""The demo as people see it: real Chromium on a running demo; skipped, with the reason, without a Chromium.

TOCSIN_SCREENSHOTS=<folder> keeps a picture of each screen that a test names."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright

from bot.demo.running import staged
from bot.demo.stage import Stage
from bot.demo.web import serving

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SLOW = 60_000.0  # milliseconds; two cores may be shared with everything else


def chromium() -> str | None:
    """Return the path of a Chromium that is installed, or None."""
    found = os.environ.get("TOCSIN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    return found or shutil.which("google-chrome")


@dataclass
class Screen:
    """One browser window on a running demo."""

    page: Page
    stage: Stage
    faults: list[str]

    @property
    def chat(self) -> Locator:
        """The reporter's messages."""
        return self.page.get_by_role("log", name="Messages on the reporter’s phone")

    def phone(self, name: str) -> Locator:
        """The part of the page of one person, by its heading."""
        return self.page.get_by_role("region", name=name, exact=True)

    async def says(self, text: str) -> None:
        """The reporter writes a message."""
        await self.page.get_by_label("Message of the reporter").fill(text)
        await self.page.get_by_role("button", name="Send as the reporter").click()

    async def answers(self, label: str) -> None:
        """The reporter taps the newest button with this label."""
        await self.chat.get_by_role("button", name=label).last.click()

    async def language(self, code: str) -> None:
        """The reporter's phone is set to a language."""
        await self.page.get_by_label("Language").select_option(code)

    async def picture(self, name: str) -> None:
        """Keep a picture, if somebody asked for pictures."""
        folder = os.environ.get("TOCSIN_SCREENSHOTS")
        if folder:
            await self.page.wait_for_timeout(150)
            await self.page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium, headless."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium is installed (apt-get install chromium, or TOCSIN_CHROMIUM=<path>)")
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield running
        await running.close()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A running demo in a temporary folder."""
    async with staged(None) as running:
        await running.is_ready.wait()
        yield running


@pytest.fixture
async def screen(browser: Browser, stage: Stage) -> AsyncIterator[Screen]:
    """A desktop window; at the end of every test: no fault on the console, no request beyond loopback."""
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serving(stage, 0))
        context = await browser.new_context(viewport={"width": 1440, "height": 960}, reduced_motion="reduce")
        stack.push_async_callback(context.close)
        context.set_default_timeout(SLOW)
        shown = await opened(context, stage, address)
        yield shown
        assert shown.faults == []


async def opened(context: BrowserContext, stage: Stage, address: str) -> Screen:
    """Open the page and note every fault and every request that is not its own."""
    page = await context.new_page()
    faults: list[str] = []
    page.on("console", lambda line: faults.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request", lambda request: None if request.url.startswith(address) else faults.append(request.url)
    )
    await page.goto(address)
    await page.locator("body[data-ready]").wait_for()
    return Screen(page, stage, faults)
