"""A frame through time: tracking, keyframes, own-hair removal, compositing, and the pipeline of them."""
