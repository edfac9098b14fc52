"""What speaks one gateway's dialect: bytes to events, message to request, answer to outcome. No sockets here."""
