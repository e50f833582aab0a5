"""What is in front of the hair in this frame: hands, phones, glasses, hats."""
