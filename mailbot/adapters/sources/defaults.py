"""What every source does unless it is told otherwise."""

from collections.abc import Mapping

from mailbot.ports import Disposition

MAX_OCTETS = 40 * 1024 * 1024  # what is read of one mail; the largest providers accept about 36 MB
FOLDERS: Mapping[Disposition, str] = {Disposition.HANDLED: "Handled", Disposition.SET_ASIDE: "Set aside"}
