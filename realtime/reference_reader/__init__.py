"""Reading the hair of a photo: its matte at full resolution, its colours, the drawn style nearest to it."""

from realtime.reference_reader.reference_reader import read_reference as read_reference
