"""All captures, in the order of the README."""
import demo  # noqa: F401
import functions  # noqa: F401
import streams  # noqa: F401
