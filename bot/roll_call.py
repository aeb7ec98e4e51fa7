"""Who is enrolled and what is still missing, in lines to print. Pure; it never shows an address."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from responders.keypair import PublicKey
from responders.people import Enrolled
from responders.policies import Responders
from responders.readiness import lacking


def roll_call(responders: Responders, people: Mapping[str, Enrolled], now: datetime) -> Iterator[str]:
    """Everybody of the directory, then whoever is enrolled but not listed there any more."""
    listed = responders.directory.focal_points
    for person in (*listed, *(one for one in people if one not in listed)):
        enrolled = people.get(person, Enrolled())
        name = listed[person].name if person in listed else "not in responders.yaml any more"
        yield f"{person} ({name})"
        yield f"  channels  {', '.join(sorted(enrolled.channels)) or 'none'}"
        yield f"  key       {PublicKey.parse(enrolled.keys[0]).fingerprint if enrolled.keys else 'none'}"
        tested = enrolled.tested
        answered = "never answered" if tested is None else f"answered {span(now - tested)} ago"
        yield f"  test      {answered}"
        if enrolled.off_until is not None and now < enrolled.off_until:
            yield f"  off       until {enrolled.off_until:%Y-%m-%d %H:%M} UTC"
        missing = list(lacking(responders, people, person, now))
        yield f"  missing   {'; '.join(missing)}" if missing else "  ready"


def span(length: timedelta) -> str:
    """A length of time as one would say it."""
    hours = round(length.total_seconds() / 3600)
    if length.days > 1:
        return f"{length.days} days"
    return f"{hours} hours" if hours > 1 else "an hour" if hours else "a moment"
