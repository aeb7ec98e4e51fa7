"""The page itself: readable in both themes and at every width, named for screen readers, and mirrored."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.web.conftest import Screen

DESKTOP, TABLET, PHONE = (1440, 960), (1000, 800), (390, 844)
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
CONTRAST = Path(__file__).with_name("contrast.js").read_text()
UNNAMED = Path(__file__).with_name("unnamed.js").read_text()


async def story(screen: Screen) -> None:
    """Bring something on every screen: an alert, taken and opened, one focal phone seized."""
    await screen.says("hello")
    await screen.chat.get_by_role("button").first.click()
    await screen.phone("First focal point").locator(".entry.page").last.get_by_role("button").first.click()
    await expect(screen.phone("First focal point").locator(".entry.opened").first).to_be_visible()
    await screen.phone("Second focal point").get_by_role("button", name="Seize this phone").click()
    await screen.page.locator("#seize-reporter").click()
    await screen.page.get_by_role("button", name="STATUS").click()
    await expect(screen.page.locator(".columns")).to_be_visible()


async def theme(screen: Screen, name: str) -> None:
    await screen.page.emulate_media(color_scheme="dark" if name == "dark" else "light")
    await expect(screen.page.locator("html")).to_have_attribute("data-theme", name)


async def test_every_text_has_enough_contrast_in_both_themes(screen: Screen) -> None:
    await story(screen)
    for name in ("light", "dark"):
        await theme(screen, name)
        assert await screen.page.evaluate(CONTRAST) == []
        await screen.picture(f"desktop-{name}")


async def test_nothing_is_wider_than_the_window(screen: Screen) -> None:
    await story(screen)
    for width, height in (DESKTOP, TABLET, PHONE):
        await screen.page.set_viewport_size({"width": width, "height": height})
        tabs = screen.page.get_by_role("navigation", name="Show").get_by_role("button")
        for tab in await tabs.all() if width == PHONE[0] else [None]:
            if tab is not None:
                await tab.click()
            assert await screen.page.evaluate(WIDE) <= 0
            await screen.picture(f"width-{width}-{await tab.inner_text() if tab else 'all'}")


async def test_the_theme_can_be_chosen(screen: Screen) -> None:
    await theme(screen, "light")
    await screen.page.get_by_role("button", name="Dark").click()
    await expect(screen.page.locator("html")).to_have_attribute("data-theme", "dark")
    await screen.page.get_by_role("button", name="Light").click()
    await expect(screen.page.locator("html")).to_have_attribute("data-theme", "light")


async def test_every_control_has_a_name_and_every_part_a_role(screen: Screen) -> None:
    await story(screen)
    assert await screen.page.evaluate(UNNAMED) == []
    tree = await screen.page.locator("body").aria_snapshot()
    for line in (
        'heading "Tocsin" [level=1]',
        'region "Reporter"',
        'region "First focal point"',
        'region "Second focal point"',
        'region "Coordinator"',
        'log "Messages on the reporter’s phone"',
        'log "On the phone of the first focal point"',
        'textbox "Message of the reporter"',
        'button "+3 min"',
        'button "Kill the worker"',
    ):
        assert line in tree


@pytest.mark.parametrize("language", ["en", "es", "fr", "ar"])
async def test_a_message_is_marked_with_its_language_and_direction(screen: Screen, language: str) -> None:
    await screen.language(language)
    await screen.says("?")
    first = screen.chat.locator(".theirs").first
    await expect(first).to_have_attribute("lang", language)
    await expect(first).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    box, chat = await first.locator(".bubble").bounding_box(), await screen.chat.bounding_box()
    assert box is not None
    assert chat is not None
    right = box["x"] + box["width"] / 2 > chat["x"] + chat["width"] / 2
    assert right is (language == "ar")
    await screen.picture(f"language-{language}")


async def test_texts_are_said_to_be_drafts(screen: Screen) -> None:
    await expect(screen.page.get_by_role("note")).to_contain_text("Texts drafted, not reviewed.")


async def test_the_chat_is_headed_by_the_name_that_the_service_goes_by(screen: Screen) -> None:
    header = screen.page.locator("#phone-reporter .bar")
    await expect(header.locator("#team")).to_have_text("Lantern")
    await expect(header.locator("#team-face")).to_have_text("L")
    await screen.says("hello")
    await expect(screen.chat).to_contain_text("Lantern reads what you write")
