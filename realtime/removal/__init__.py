"""What is behind the wearer's own hair: scalp, background, neck and clothes."""
