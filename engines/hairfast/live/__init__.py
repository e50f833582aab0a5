"""HairFastGAN live: networks at keyframes, in a thread of their own; the keyframe's hair on every frame."""
