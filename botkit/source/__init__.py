"""YAML values that know where they stand: every scalar is a text, every node has a place."""

from botkit.source.builder import MAX_DEPTH
from botkit.source.files import MAX_BYTES, decode, read
from botkit.source.nodes import Mapping, Node, Scalar, Sequence, Source

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Mapping", "Node", "Scalar", "Sequence", "Source", "decode", "read"]
