"""Names of organizations that do not exist, each read as one and taken for no other."""

from itertools import product
from random import Random

# fmt: off
_FIRST = (
    "Amber", "Birch", "Cedar", "Copper", "Coral", "Elm", "Fern", "Garnet", "Granite", "Hazel", "Heron", "Indigo",
    "Ivory", "Jasper", "Juniper", "Larch", "Linden", "Maple", "Meadow", "Olive", "Osprey", "Pebble", "Pine",
    "Plover", "Prairie", "Quartz", "Raven", "Rowan", "Saffron", "Sparrow", "Tamarack", "Teal", "Thistle",
    "Violet", "Walnut", "Wren", "Willow", "Yarrow", "Aspen", "Barley", "Bramble", "Clover", "Dogwood", "Flint",
    "Heather", "Ibis", "Kestrel", "Lupin", "Magnolia", "Mulberry",
)
_SECOND = (
    "Anchor", "Arch", "Beacon", "Bell", "Bridge", "Candle", "Compass", "Cradle", "Ferry", "Forge", "Fountain",
    "Gate", "Hearth", "Kite", "Ladder", "Lantern", "Loom", "Mill", "Oar", "Orchard", "Pier", "Plough", "Quarry",
    "Quill", "Rudder", "Sail", "Shuttle", "Spindle", "Spire", "Tiller", "Tower", "Trellis", "Wharf", "Wheel",
)
# fmt: on
_KINDS = ("Society", "Choir", "Association", "Union", "Foundation")


def organizations(random: Random) -> list[str]:
    """More than a thousand names in an order of chance."""
    names = [f"{first} {second} {random.choice(_KINDS)}" for first, second in product(_FIRST, _SECOND)]
    random.shuffle(names)
    return names
