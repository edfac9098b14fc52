"""Where conversations and queues are kept: one contract, several keepers."""
