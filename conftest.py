"""What every test of this repository has: pytester, and how hard Hypothesis tries.

The profile is `ci` where the environment says that this is CI, else `dev`;
`--hypothesis-profile=deep` chooses another.
"""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

# No example may fail for the time it takes, nor a run for how slowly examples are made: a machine
# under load is no counterexample.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("dev", patient, max_examples=30)
# The same examples in every run: what fails here fails everywhere, and what a run finds by chance
# is for `deep`.
settings.register_profile("ci", patient, max_examples=200, derandomize=True, database=None)
settings.register_profile("deep", patient, max_examples=100_000)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
