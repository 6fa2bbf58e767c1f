"""What `vswift memory plan` says."""

import json
import os


def plan(lab, *arguments):
    """The plan for the lab's database, or for what the arguments say."""
    command = os.path.join(os.path.dirname(lab.binary), "vswift")
    return json.loads(lab.inside([command, "memory", "plan", "--json", *arguments]))
