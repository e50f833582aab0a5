"""What draws hair: the protocol that every engine follows, and the engines."""
