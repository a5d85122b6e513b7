"""Before anything imports torch: the library's own settings of the environment."""

import ppml_core  # noqa: F401
