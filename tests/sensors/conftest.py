"""The calendar of the definitions is read when they are loaded: no desk of this checkout may set it."""

import os

os.environ["ALPHAPULSE_HOME"] = "/nonexistent/desk"
