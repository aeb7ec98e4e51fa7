"""How long hypothesis tells the stories of a state machine: seconds by default, thousands of steps with
TOCSIN_MODELS=long. In CI hypothesis draws the same ones each time; what fails is printed as a story."""

import os

from hypothesis import HealthCheck, Phase, settings

IS_LONG = os.environ.get("TOCSIN_MODELS", "short") == "long"
_MORE, _LONGER = 20, 2


def telling(stories: int, steps: int) -> settings:
    """So many stories of at most so many steps."""
    return settings(
        max_examples=stories * (_MORE if IS_LONG else 1),
        stateful_step_count=steps * (_LONGER if IS_LONG else 1),
        phases=[phase for phase in Phase if phase is not Phase.explain],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
