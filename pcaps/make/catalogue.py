"""All captures, in the order of the README."""
import demo  # noqa: F401
import functions  # noqa: F401
import streams  # noqa: F401
import commands  # noqa: F401
import umas  # noqa: F401
import tls  # noqa: F401
import tampering  # noqa: F401
import malformed  # noqa: F401
import scanning  # noqa: F401
import baseline  # noqa: F401
import network  # noqa: F401
import mirror  # noqa: F401
import opcua  # noqa: F401
import s7comm  # noqa: F401
