"""Light and camera of the scene, as the drawn hair must meet them."""
