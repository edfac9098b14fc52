"""`python -m botkit` is the command `botkit`."""

from botkit.cli import main

main()
