"""ovsdbapp, OpenStack's library for OVSDB, against a database server: its own functional tests of the schema Open_vSwitch.

Imported, it makes an environment with ovsdbapp from PyPI. Run by that environment's Python it runs the tests, with the
ovsdb-server that stands first on PATH, and prints their outcomes.
"""

import json
import os
import subprocess

VERSION = "3.0.0"


def make_environment(folder):
    """A Python with ovsdbapp in it; None when PyPI cannot be reached."""
    subprocess.run(["/usr/bin/python3", "-m", "venv", folder], check=True, capture_output=True)
    python = f"{folder}/bin/python"
    words = [python, "-m", "pip", "install", "-q", f"ovsdbapp=={VERSION}", "oslotest", "testscenarios"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    return python if done.returncode == 0 else None


def own_tests(python, program, folder):
    """The outcome of each of ovsdbapp's functional tests with `program` as its ovsdb-server, beside Debian's other tools."""
    os.makedirs(folder)
    with open(f"{folder}/ovsdb-server", "w") as script:
        script.write(f"""#!/bin/bash\nexec -a ovsdb-server "{program}" "$@"\n""")
    os.chmod(f"{folder}/ovsdb-server", 0o755)
    environment = {**os.environ, "PATH": f"{folder}:/usr/sbin:/usr/bin:/sbin:/bin", "TMPDIR": folder}
    done = subprocess.run(
        [python, __file__], env=environment, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(f"ovsdbapp's tests did not run: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


# ------------------------------------------------------------------------------------------- within the environment


def run_tests():
    import unittest

    from ovsdbapp import venv
    from ovsdbapp.tests.functional import base
    from ovsdbapp.tests.functional.backend.ovs_idl import test_connection
    from ovsdbapp.tests.functional.schema.open_vswitch import test_common_db, test_impl_idl

    class WithoutOVN(venv.OvsVenvFixture):
        """The servers and the switch, without those of OVN that the tests start as well."""
        ovnnb_connection = ovnsb_connection = None

        def __init__(self, environment, ovsdir=None, ovndir=None, protocol=None):
            super().__init__(environment, ovsdir)

    base.FunctionalTestCase.fixture_class = WithoutOVN
    loader = unittest.TestLoader()
    suite = unittest.TestSuite(
        [loader.loadTestsFromModule(module) for module in (test_common_db, test_impl_idl)]
        + [loader.loadTestsFromTestCase(test_connection.TestOvsdbIdl)])
    outcomes = {}

    class Result(unittest.TestResult):
        def addSuccess(self, test):
            outcomes[test.id()] = "passed"

        def addFailure(self, test, error):
            outcomes[test.id()] = "failed: " + self._exc_info_to_string(error, test)[-600:]

        addError = addFailure

        def addSkip(self, test, reason):
            outcomes[test.id()] = "skipped"

    suite.run(Result())
    print(json.dumps(outcomes))


if __name__ == "__main__":
    run_tests()
