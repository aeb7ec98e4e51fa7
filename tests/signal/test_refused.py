"""When Signal refuses: the page takes its other channel, a new identity is answered as a new chat, nothing is lost."""

from responders.cases import Mark
from tests.chaos.waiting import until
from tests.servers.signal_stack import Account, SignalStack
from tests.signal.house import House
from tests.signal.talk import Talk


async def woken(house: House, address: str) -> None:
    """Wait until somebody's other alarm channel has the page."""
    await until(
        lambda: any(to == address and "IMMEDIATE" in text for to, text in house.mails),
        lambda: AssertionError(f"{address} was not woken; only {house.mails}\n{house.log}"),
    )


async def a_report(house: House) -> Talk:
    """Somebody is not safe."""
    reporter = Talk(await house.reporter(), house.intake)
    await reporter.says("hello", "How are things?")
    await reporter.picks("I am not safe", "May we write here?")
    return reporter


async def test_a_captcha_for_the_alert_number_does_not_keep_anybody_asleep(
    stack: SignalStack, house: House
) -> None:
    await stack.mock.fault(
        428, house.phones["first"], times=20, token="tok", options=["captcha"], headers=["Retry-After:86400"]
    )
    await a_report(house)
    await woken(house, "first@example.org")
    assert "tok" not in house.log.split()


async def test_a_rate_limit_does_not_keep_anybody_asleep(stack: SignalStack, house: House) -> None:
    await stack.mock.fault(429, times=50)
    reporter = await house.reporter()
    await reporter.send(house.intake, "help, they are at the door")
    await woken(house, "first@example.org")


async def test_whoever_signal_does_not_know_any_more_is_woken_elsewhere(house: House) -> None:
    await house.phones["first"].unregister()
    await a_report(house)
    await woken(house, "first@example.org")


async def test_a_new_identity_of_the_reporter_stops_pushes_and_they_are_asked_to_send_again(
    house: House,
) -> None:
    reporter = await a_report(house)
    first = Talk(house.phones["first"], house.alerts)
    number = int((await first.reads("IMMEDIATE")).split()[0])
    await house.settled()
    await first.says(f"t{number}", "is yours")
    await reporter.phone.reinstall()
    await reporter.phone.send(house.intake, "it is me, with a new phone")
    await reporter.reads("send")
    await first.reads(f"{number}: NEW PHONE")
    case = await house.case(number)
    assert Mark.KEY_CHANGED in case.marks
    await first.says(f"{number} Are you safe now?", "NOT sent")


async def test_a_focal_points_new_identity_cuts_the_phone_off_and_the_page_goes_elsewhere(
    house: House,
) -> None:
    await house.phones["first"].send(house.alerts, "?")
    await house.phones["first"].receives(lambda message: message.text)
    await house.phones["first"].reinstall()
    await a_report(house)
    await woken(house, "first@example.org")
    assert not any(message.text and "IMMEDIATE" in message.text for message in house.phones["first"].got)


async def test_a_cut_websocket_holds_a_report_up_by_no_more_than_a_moment(
    stack: SignalStack, house: House, intake: Account, alerts: Account
) -> None:
    reporter = Talk(await house.reporter(), house.intake)
    await reporter.says("hello", "How are things?")
    await stack.drop(intake)
    await stack.drop(alerts)
    await reporter.picks("I am not safe", "May we write here?")
    await Talk(house.phones["first"], house.alerts).reads("IMMEDIATE")


async def test_a_client_that_dies_is_waited_for_and_the_page_goes_out_meanwhile(
    stack: SignalStack, house: House
) -> None:
    reporter = Talk(await house.reporter(), house.intake)
    await reporter.says("hello", "How are things?")
    await reporter.phone.send(house.intake, "1")
    await stack.cli.kill()
    await stack.cli.start()
    await reporter.reads("May we write here?")
    await Talk(house.phones["first"], house.alerts).reads("IMMEDIATE")
