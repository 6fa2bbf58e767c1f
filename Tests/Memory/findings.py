"""What `vswift doctor` finds."""

import json
import os

from lab import Failure, expect


def tool(lab):
    """The command line beside the daemon."""
    return os.path.join(os.path.dirname(lab.binary), "vswift")


class Findings:
    """By subject. `run` runs a command line where they are wanted, whatever its status, and returns what it says."""

    def __init__(self, lab, run):
        text = run(f"{tool(lab)} doctor --json")
        try:
            said = json.loads(text)
        except ValueError:
            raise Failure(f"doctor says no JSON: {text[:500]}")
        self.status, self.lab = said["status"], lab
        self.by_subject = {check["subject"]: check["findings"] for check in said["checks"]}

    def worst(self, subject):
        """The severity of the worst finding of a subject."""
        return max((finding["severity"] for finding in self.by_subject[subject]),
                   key=["ok", "note", "warning", "error"].index)

    def expect(self, subject, severity, cause, evidence="", cure=""):
        """Fails unless there is such a finding; returns it."""
        for finding in self.by_subject[subject]:
            if (finding["severity"] == severity and cause in finding["cause"] and evidence in finding["evidence"]
                    and cure in finding.get("cure", "")):
                self.lab.note(f"{subject}: {finding['cause']}")
                return finding
        raise Failure(f"{subject}: no {severity} like '{cause}', '{evidence}', '{cure}' in {self.by_subject[subject]}")

    def expect_fine(self, subject):
        expect(self.worst(subject) in ("ok", "note"), f"{subject}: {self.by_subject[subject]}")
