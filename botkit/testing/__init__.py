"""What makes a bot testable without WhatsApp: a gateway of our own that refuses what the real one refuses."""
