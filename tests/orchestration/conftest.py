"""The calendar of the definitions is read when they are loaded: no desk here may set it."""

import os

os.environ["ALPHAPULSE_HOME"] = "/nonexistent/desk"
