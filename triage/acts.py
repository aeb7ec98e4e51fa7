"""The acts of the protocol's section 3 as data: ten groups a person picks, finer codes a person sets later.
Codes are HURIDOCS types of act and SDG 16.10.1 classes, as *alleged*; nothing here is a verdict."""

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
    """A finer act. `huridocs` None is a local code; `sdg` (K D T A N O) may be missing too."""

    id: str
    group: str
    severity: Severity
    huridocs: str | None = None
    sdg: str | None = None


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
        Code("arrest", "arrested", _S, "030101", "A"),
        Code("detention", "arrested", _S, "030102", "A"),
        Code("house_arrest", "arrested", _S, "030105", "A"),
        Code("denial_of_lawyer", "arrested", _M, "350109", "O"),
        Code("denial_of_medical_care", "arrested", _X, "3601xx", "T"),
        Code("worse_prison_conditions", "arrested", _S, None, "O"),
        Code("disappearance", "missing", _X, "030103", "D"),
        Code("abduction", "missing", _X, "030104", "N"),
        Code("missing_person", "missing", _X),
        Code("death_threat", "threat", _S, "020103020000", "O"),
        Code("other_threat", "threat", _M, "020103010000", "O"),
        Code("pressure_to_retract", "threat", _M, None, "O"),
        Code("threat_to_children", "threat", _S),
        Code("sexualised_threat", "threat", _S),
        Code("killing", "attack", _X, "010101", "K"),
        Code("attempted_killing", "attack", _X, "010109"),
        Code("torture", "attack", _X, "020111110000", "T"),
        Code("sexual_violence", "attack", _X, "020102", "T"),
        Code("physical_assault", "attack", _S, "020101", "O"),
        Code("surveillance_physical", "followed", _M, "020103030000"),
        Code("surveillance_online", "followed", _M, "120104"),
        Code("account_or_device_hacked", "followed", _M),
        Code("spyware_notice", "followed", _M),
        Code("stalking", "followed", _S, "020103040000"),
        Code("smear", "harassed", _M, "140101"),
        Code("online_attack", "harassed", _M),
        Code("sexual_harassment", "harassed", _M, "020103050000"),
        Code("doxxing", "harassed", _S),
        Code("raid", "raided", _S, "040101"),
        Code("device_seizure", "raided", _S),
        Code("property_destroyed", "raided", _S, "1301xx"),
        Code("arson", "raided", _S, "1301xx"),
        Code("travel_ban", "travel", _M),
        Code("passport_taken", "travel", _M, "050106"),
        Code("visa_denied", "travel", _N),
        Code("accreditation_denied", "travel", _N),
        # Severe, and extreme within 72 hours: assessment.py adds the clock.
        Code("expulsion", "travel", _S, "050102"),
        Code("forced_return", "travel", _S, "050102"),
        Code("citizenship_withdrawn", "travel", _S),
        Code("intimidation_on_un_premises", "travel", _M),
        Code("office_closed", "organisation", _M, "120101"),
        Code("dissolution", "organisation", _M),
        Code("deregistration", "organisation", _M),
        Code("accounts_frozen", "organisation", _M),
        Code("job_loss", "organisation", _M, "3001xx"),
        Code("licence_withdrawn", "organisation", _M),
        Code("charges", "organisation", _M),
        Code("summons", "organisation", _M),
        Code("trial", "organisation", _M),
        Code("eviction_or_land", "organisation", _M),
        Code("custody_of_children", "organisation", _M),
        Code("restrictive_law", "organisation", _N, "122101"),
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
