"""The acts of the protocol's section 3 as data: ten groups a person picks, finer codes a person sets later.
All of them as *alleged*: nothing here is a verdict."""

from dataclasses import dataclass

from triage.scales import Level, Severity


@dataclass(frozen=True, slots=True)
class Group:
    """One of the ten choices of row 4, what it counts as until a code is set, and its floor."""

    id: str
    floor: Level
    severity: Severity


@dataclass(frozen=True, slots=True)
class Code:
    """A finer act, as the protocol's section 3 names it."""

    id: str
    group: str
    severity: Severity


_X, _S, _M, _N, _U = Severity.EXTREME, Severity.SEVERE, Severity.MODERATE, Severity.MINOR, Severity.UNKNOWN

GROUPS: dict[str, Group] = {
    group.id: group
    for group in (
        Group("arrested", Level.URGENT, _S),
        Group("missing", Level.IMMEDIATE, _X),
        Group("threat", Level.URGENT, _S),
        Group("attack", Level.URGENT, _S),
        Group("followed", Level.PRIORITY, _M),
        Group("harassed", Level.PRIORITY, _M),
        Group("raided", Level.URGENT, _S),
        Group("travel", Level.PRIORITY, _M),
        Group("organisation", Level.PRIORITY, _M),
        Group("other", Level.PRIORITY, _U),
    )
}

CODES: dict[str, Code] = {
    code.id: code
    for code in (
        Code("arrest", "arrested", _S),
        Code("detention", "arrested", _S),
        Code("house_arrest", "arrested", _S),
        Code("denial_of_lawyer", "arrested", _M),
        Code("denial_of_medical_care", "arrested", _X),
        Code("worse_prison_conditions", "arrested", _S),
        Code("disappearance", "missing", _X),
        Code("abduction", "missing", _X),
        Code("missing_person", "missing", _X),
        Code("death_threat", "threat", _S),
        Code("other_threat", "threat", _M),
        Code("pressure_to_retract", "threat", _M),
        Code("threat_to_children", "threat", _S),
        Code("sexualised_threat", "threat", _S),
        Code("killing", "attack", _X),
        Code("attempted_killing", "attack", _X),
        Code("torture", "attack", _X),
        Code("sexual_violence", "attack", _X),
        Code("physical_assault", "attack", _S),
        Code("surveillance_physical", "followed", _M),
        Code("surveillance_online", "followed", _M),
        Code("account_or_device_hacked", "followed", _M),
        Code("spyware_notice", "followed", _M),
        Code("stalking", "followed", _S),
        Code("smear", "harassed", _M),
        Code("online_attack", "harassed", _M),
        Code("sexual_harassment", "harassed", _M),
        Code("doxxing", "harassed", _S),
        Code("raid", "raided", _S),
        Code("device_seizure", "raided", _S),
        Code("property_destroyed", "raided", _S),
        Code("arson", "raided", _S),
        Code("travel_ban", "travel", _M),
        Code("passport_taken", "travel", _M),
        Code("visa_denied", "travel", _N),
        Code("accreditation_denied", "travel", _N),
        # Severe, and extreme within 72 hours: assessment.py adds the clock.
        Code("expulsion", "travel", _S),
        Code("forced_return", "travel", _S),
        Code("citizenship_withdrawn", "travel", _S),
        Code("intimidation_on_un_premises", "travel", _M),
        Code("office_closed", "organisation", _M),
        Code("dissolution", "organisation", _M),
        Code("deregistration", "organisation", _M),
        Code("accounts_frozen", "organisation", _M),
        Code("job_loss", "organisation", _M),
        Code("licence_withdrawn", "organisation", _M),
        Code("charges", "organisation", _M),
        Code("summons", "organisation", _M),
        Code("trial", "organisation", _M),
        Code("eviction_or_land", "organisation", _M),
        Code("custody_of_children", "organisation", _M),
        Code("restrictive_law", "organisation", _N),
        Code("fear_self_censorship", "other", _U),
        Code("communications_cut", "other", _U),
        Code("something_else", "other", _U),
    )
}

# Group id of every act that is known, group or code.
GROUP_OF = {**{group: group for group in GROUPS}, **{code.id: code.group for code in CODES.values()}}

# Worst first. "Unknown" stands above minor: every row of the table has it at least as high; doubt rounds up.
_WORST = (_X, _S, _M, _U, _N)


def group_of(act: str) -> Group:
    """The group of a group id or a finer code; an id from an older flow counts as the group "other"."""
    return GROUPS[GROUP_OF.get(act, "other")]


def severity_of(act: str) -> Severity:
    """What one act counts as: its code's severity, else its group's."""
    code = CODES.get(act)
    return code.severity if code else group_of(act).severity


def worst(severities: tuple[Severity, ...]) -> Severity:
    """The worst of some severities; none at all is unknown."""
    return min(severities, key=_WORST.index, default=Severity.UNKNOWN)
