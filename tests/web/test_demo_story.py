"""The whole way of a report on the demo's page: from a frightened message to a human who has it, and back."""

import re

from playwright.async_api import expect

from tests.web.conftest import SLOW, Screen

FIRST, SECOND, COORDINATOR = "First focal point", "Second focal point", "Coordinator"
expect.set_options(timeout=SLOW)


async def alert(screen: Screen) -> None:
    """The reporter opens a chat and taps the first answer: not safe right now."""
    await screen.says("hello")
    await screen.chat.get_by_role("button").first.click()
    await expect(screen.page.locator(".rung")).to_be_visible()


async def take(screen: Screen, name: str) -> str:
    """A focal point says "I have it"; return the number of the case."""
    number = await screen.page.locator(".rung .number").first.inner_text()
    await screen.phone(name).locator(".entry.page").last.get_by_role("button").first.click()
    await expect(screen.phone(name).locator(".entry.opened").first).to_be_visible()
    return number


async def move(screen: Screen, by: str) -> None:
    await screen.page.get_by_role("button", name=by, exact=True).click()


async def test_a_report_in_arabic_reaches_a_person_who_answers(screen: Screen) -> None:
    await screen.language("ar")
    await screen.says("مرحبا")
    opening = screen.chat.locator(".theirs").first
    await expect(opening).to_have_attribute("dir", "rtl")
    await expect(opening).to_have_attribute("lang", "ar")
    await screen.chat.get_by_role("button").first.click()
    page = screen.phone(FIRST).locator(".entry.page").first
    await expect(page).to_be_visible()
    number = await screen.page.locator(".rung .number").first.inner_text()
    assert re.search(rf"{number}\b.*IMMEDIATE", await page.inner_text(), re.IGNORECASE | re.DOTALL)
    await screen.chat.locator(".theirs").nth(1).get_by_role("button").first.click()  # yes, show your messages
    await screen.says("هم عند الباب")
    await take(screen, FIRST)
    card = screen.phone(FIRST).locator(".entry.card")
    await expect(card.first).to_contain_text("WRITE")
    await screen.picture("story-arabic-taken")
    box = screen.page.get_by_label("Command or message of the first focal point")
    await box.fill(f"{number} نحن هنا. هل أنت وحدك؟")
    await box.press("Enter")
    await expect(screen.chat).not_to_contain_text("هل أنت وحدك")  # held ten seconds, for an undo
    await move(screen, "+1 min")
    await expect(screen.chat).to_contain_text("هل أنت وحدك")
    await expect(screen.page.locator(".rung .standing").first).to_contain_text("First focal point")
    await screen.picture("story-arabic-answered")


async def test_the_ladder_climbs_while_nobody_has_it(screen: Screen) -> None:
    await alert(screen)
    done = screen.page.locator(".rung").first.locator(".track .done")
    await expect(done).to_have_count(1)
    await screen.picture("ladder-first-step")
    await move(screen, "+3 min")
    await expect(done).to_have_count(2)
    await expect(screen.phone(COORDINATOR).locator(".entry.page")).to_have_count(0)
    await move(screen, "+10 min")
    await expect(screen.phone(COORDINATOR).locator(".entry.page").first).to_be_visible()
    await screen.picture("ladder-coordinator")
    await take(screen, COORDINATOR)
    await expect(screen.page.locator(".rung .standing").first).to_contain_text("Coordinator")


async def test_a_killed_worker_loses_nothing(screen: Screen) -> None:
    await alert(screen)
    number = await take(screen, FIRST)
    await screen.page.get_by_role("button", name="Kill the worker").click()
    await expect(screen.page.locator("#worker")).to_contain_text("dead")
    await screen.says("they are at the door")
    box = screen.page.get_by_label("Command or message of the first focal point")
    await box.fill(f"n{number} asked while nobody was there")
    await box.press("Enter")
    await expect(screen.page.locator("#worker")).to_contain_text("running")
    await expect(screen.page.locator("#line-local")).to_have_text("working")
    await expect(screen.page.locator(".rung .number").first).to_have_text(number)
    await expect(screen.phone(FIRST).locator(".entry.desk").last).to_contain_text("noted")
    await box.fill(number)
    await box.press("Enter")
    await expect(screen.phone(FIRST)).to_contain_text("they are at the door")
    await screen.picture("worker-killed")


async def test_a_cut_alarm_channel_delivers_when_it_is_back(screen: Screen) -> None:
    cut = screen.page.locator('[data-cut="local-alerts"]')
    await cut.click()
    await expect(screen.page.locator("#line-local-alerts")).to_contain_text("cut")
    await alert(screen)
    await expect(screen.phone(FIRST).locator(".entry.page")).to_have_count(0)
    await cut.click()
    await expect(screen.phone(FIRST).locator(".entry.page").first).to_be_visible()


async def test_a_seized_locked_chat_answers_like_a_phone_that_never_wrote(screen: Screen) -> None:
    await alert(screen)
    await move(screen, "+1 h")
    await expect(screen.chat).to_contain_text(
        "There is something for you here"
    )  # nobody has it: text 2, once
    await screen.page.get_by_role("button", name="Seize this phone").first.click()
    seized = screen.page.get_by_role("region", name="What a person holding the reporter’s phone has")
    for text in ("STATUS", "What did I send?"):
        await seized.get_by_role("button", name=text).click()
        await expect(seized.get_by_role("status")).to_contain_text(f"“{text}”: The same answer")
    await screen.picture("seized-reporter")


async def test_a_seized_focal_phone_shows_pages_and_no_content(screen: Screen) -> None:
    await alert(screen)
    await take(screen, FIRST)
    phone = screen.phone(FIRST)
    await phone.get_by_role("button", name="Seize this phone").click()
    await expect(phone.locator(".entry.opened")).to_have_count(0)
    await expect(phone.locator(".entry.card")).to_have_count(0)
    await expect(phone.locator(".entry.page").first).to_be_visible()
    await expect(phone).to_contain_text("number and level only")
    await screen.picture("seized-focal")


async def test_numbers_do_what_buttons_do(screen: Screen) -> None:
    await screen.page.get_by_label("As", exact=True).select_option("list")
    await screen.says("hello")
    await expect(screen.chat.locator(".theirs").first).to_contain_text("1 ")
    await expect(screen.chat.get_by_role("button")).to_have_count(0)
    await screen.says("1")
    await expect(screen.phone(FIRST).locator(".entry.page").first).to_be_visible()


async def test_what_the_bot_does_not_keep_gets_a_kind_word(screen: Screen) -> None:
    for kind in ("Voice note", "Sticker", "Location", "Picture"):
        before = await screen.chat.locator(".theirs").count()
        await screen.page.locator("#attach-menu summary").click()
        await screen.page.get_by_role("button", name=kind).click()
        await expect(screen.chat.locator(".mine").last).to_contain_text(kind)
        await expect(screen.chat.locator(".theirs")).not_to_have_count(before)


async def test_the_keyboard_is_enough(screen: Screen) -> None:
    keys = screen.page.keyboard
    await screen.page.get_by_label("Message of the reporter").focus()
    await keys.type("hello")
    await keys.press("Enter")
    await expect(screen.chat.get_by_role("button").first).to_be_visible()
    await reach(screen, "I am not safe right now", back=True)
    await keys.press("Enter")
    await expect(screen.phone(FIRST).locator(".entry.page").first).to_be_visible()
    own = await screen.phone(FIRST).locator(".entry.page").first.get_by_role("button").first.inner_text()
    await reach(screen, own)
    await keys.press("Space")
    await expect(screen.phone(FIRST).locator(".entry.opened").first).to_be_visible()
    await screen.picture("keyboard")


async def reach(screen: Screen, name: str, *, back: bool = False) -> None:
    """Press Tab (or Shift+Tab) until the control with this name has a visible focus."""
    for _ in range(60):
        await screen.page.keyboard.press("Shift+Tab" if back else "Tab")
        focused = await screen.page.evaluate(
            "() => ({text: document.activeElement.textContent.trim(),"
            " outline: getComputedStyle(document.activeElement).outlineStyle})"
        )
        assert focused["outline"] != "none"
        if focused["text"] == name:
            return
    raise AssertionError(f"{name!r} was not reached by the keyboard")
