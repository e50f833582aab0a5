"""What each channel of the own hair's smooth maps holds; :class:`realtime.recolor.recolor_maps.HairMaps`."""

SLOPE, OFFSET, ALLOWED, INNER, HAIR, BASE, ALONG, REGION, CHANNELS = 0, 3, 4, 5, 6, 9, 10, 11, 12
"""``SLOPE`` and ``HAIR`` are three each; ``CHANNELS``: how many there are."""
