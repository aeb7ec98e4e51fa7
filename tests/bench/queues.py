"""A simulation of more machines than there are: messages go round between workers and the primaries of a store, each of
which does one at a time, and wait for disks and replicas in between. Seeded, and nothing in it is measured."""

import heapq
import random
from dataclasses import dataclass

AT_ONCE = 64  # messages in hand of one worker
COUNTED = 20_000


@dataclass(frozen=True, slots=True)
class Machines:
    """Seconds: CPU of a worker for one message, of a primary for one message, and the wait for disks and replicas."""

    worker: float
    store: float
    wait: float


def simulated(machines: Machines, workers: int, primaries: int) -> float:
    """Messages a second with a core for each worker and each primary."""
    chance = random.Random(1)  # noqa: S311 - the same each time
    free = {**{("w", n): 0.0 for n in range(workers)}, **{("s", n): 0.0 for n in range(primaries)}}
    # who comes next to whom, and when: every message begins at its worker
    coming = [(0.0, number, ("w", number % workers)) for number in range(workers * AT_ONCE)]
    done, now = 0, 0.0
    while done < COUNTED:
        now, number, place = heapq.heappop(coming)
        begins = max(now, free[place])
        mean = machines.worker if place[0] == "w" else machines.store
        free[place] = begins + chance.expovariate(1 / mean)
        if place[0] == "w":
            heapq.heappush(coming, (free[place], number, ("s", chance.randrange(primaries))))
        else:
            done += 1
            heapq.heappush(coming, (free[place] + machines.wait, number, ("w", number % workers)))
    return done / now
