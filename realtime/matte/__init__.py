"""What of the picture is hair, skin and person, at keyframes."""
