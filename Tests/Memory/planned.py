"""What `vswift memory plan` says."""

import json

from findings import tool


def plan(lab, *arguments):
    """The plan for the lab's database, or for what the arguments say."""
    return json.loads(lab.inside([tool(lab), "memory", "plan", "--json", *arguments]))


def propose(lab, proposal, machine=None):
    """The plan for a proposal's lines: on this machine, or in a guest that has the pages that are planned with."""
    if machine:
        machine.run(f"cat > proposal << END\n{proposal}\nEND")
        return json.loads(machine.run(f"{tool(lab)} memory plan --json --proposal proposal", 180))
    with open(f"{lab.folder}/proposal", "w") as file:
        file.write(proposal)
    return plan(lab, "--proposal", f"{lab.folder}/proposal")
