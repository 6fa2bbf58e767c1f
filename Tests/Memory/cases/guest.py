"""A guest on a node without memory: served from another node, told apart by its port's name; see Tests/Guests/real."""

import importlib.util
import os

CASE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Guests/real/cases/numa.py")


def run(lab):
    if not lab.is_ours:
        return lab.note("not tried")
    specification = importlib.util.spec_from_file_location("numa", CASE)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    module.run(lab)
