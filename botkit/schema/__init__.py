"""JSON Schema of a bot's files, for editors: made from the tables that the checker reads by, with the names that the bot has."""

from botkit.schema.files import KINDS, config_schema, flow_schema, locale_schema, template_schema, test_schema
from botkit.schema.names import Names, names_of, steps_of
from botkit.schema.shapes import Schema

__all__ = [
    "KINDS", "Names", "Schema", "config_schema", "flow_schema", "locale_schema", "names_of", "steps_of", "template_schema", "test_schema",
]  # fmt: skip
