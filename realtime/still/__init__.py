"""Still pictures: any size, any angle, edited at full resolution."""
