"""``python -m rig.cli``: the command line where the script is not on the path."""

from rig.cli import main

main()
