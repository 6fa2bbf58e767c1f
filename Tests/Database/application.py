"""ovsdbapp, OpenStack's library for OVSDB, against a database server: its own functional tests of the schema
Open_vSwitch, and a walk through its commands whose results can be compared.

Imported, it makes an environment with ovsdbapp from PyPI. Run by that environment's Python it is what tests:

    application.py tests        the functional tests, with the ovsdb-server that stands first on PATH
    application.py walk REMOTE  the walk; prints its results as JSON
"""

import json
import os
import queue
import re
import subprocess
import sys

VERSION = "3.0.0"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


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
        [python, __file__, "tests"], env=environment, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(f"ovsdbapp's tests did not run: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def walk_results(python, remote):
    """What the walk meets at the server `remote`."""
    done = subprocess.run([python, __file__, "walk", remote], capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise RuntimeError(f"the walk ended: {done.stderr[-2000:]}")
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


def walk(remote):
    from ovsdbapp.backend.ovs_idl import connection, event, transaction
    from ovsdbapp.schema.open_vswitch import impl_idl

    seen = queue.Queue()

    class Anything(event.RowEvent):
        event_name = "Anything"

        def __init__(self):
            super().__init__((self.ROW_CREATE, self.ROW_UPDATE, self.ROW_DELETE), "Bridge", None)

        def run(self, happened, row, old):
            seen.put((happened, row.name, sorted(column for column in vars(old)["_data"]) if old else None))

    class Followed(connection.OvsdbIdl):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            self.handler = event.RowEventHandler()

        def notify(self, happened, row, updates=None):
            self.handler.notify(happened, row, updates)

    class API(impl_idl.OvsdbIdl):
        def create_transaction(self, check_error=False, log_errors=True, **options):
            """A transaction that does not wait for a switch: there is none."""
            return transaction.Transaction(
                self, self.ovsdb_connection, self.ovsdb_connection.timeout, check_error, log_errors)

    idl = Followed.from_server(remote, "Open_vSwitch")
    api = API(connection.Connection(idl, timeout=20))
    idl.handler.watch_event(Anything())
    results = []

    def do(name, *arguments, **options):
        try:
            result = getattr(api, name)(*arguments, **options).execute(check_error=True)
        except Exception as error:
            result = f"{type(error).__name__}: {error}"
        results.append([name, plain(result)])

    def plain(value):
        if isinstance(value, dict):
            return {plain(name): plain(item) for name, item in value.items() if name not in ("_uuid", "_version")}
        if isinstance(value, (list, tuple, set)):
            return sorted((plain(item) for item in value), key=str)
        return UUID.sub("UUID", str(value))

    do("add_br", "br0", datapath_type="netdev")
    do("add_br", "br0", may_exist=False)
    do("add_port", "br0", "p0")
    do("add_port", "br0", "p0", may_exist=False)
    do("add_port", "br0", "p1")
    do("db_set", "Interface", "p1", ("type", "internal"), ("external_ids", {"a": "b", "c": "d"}))
    do("db_set", "Interface", "p1", ("mtu_request", 1))
    do("db_set", "Interface", "p1", ("ofport_request", 0))
    do("db_add", "Port", "p1", "trunks", 3, 4, 5)
    do("db_remove", "Port", "p1", "trunks", 4)
    do("db_get", "Port", "p1", "trunks")
    do("db_clear", "Port", "p1", "trunks")
    do("db_list", "Port", ["p0", "p1"], columns=("name", "trunks", "interfaces"))
    do("db_find", "Interface", ("type", "=", "internal"), columns=["name", "external_ids"])
    do("db_find", "Interface", ("external_ids", "=", {"a": "b"}), columns=["name"])
    do("list_ports", "br0")
    do("list_ifaces", "br0")
    do("port_to_br", "p1")
    do("iface_to_br", "p1")
    do("br_set_external_id", "br0", "who", "me")
    do("br_get_external_id", "br0", "who")
    do("iface_set_external_id", "p0", "who", "you")
    do("iface_get_external_id", "p0", "who")
    do("set_controller", "br0", ["tcp:127.0.0.1:6633", "punix:/tmp/nobody"])
    do("get_controller", "br0")
    do("set_fail_mode", "br0", "secure")
    do("set_fail_mode", "br0", "nonsense")
    do("add_manager", "ptcp:0:127.0.0.1")
    do("get_manager")
    do("remove_manager", "ptcp:0:127.0.0.1")
    do("get_manager")
    do("del_controller", "br0")
    do("get_controller", "br0")
    do("db_create", "QoS", type="linux-htb")
    do("db_destroy", "Queue", "00000000-0000-0000-0000-000000000001")
    do("del_port", "p0", "br0")
    do("del_port", "p0", if_exists=False)
    do("del_br", "br0")
    do("del_br", "br0", if_exists=False)
    do("list_br")
    for table in ("Bridge", "Port", "Interface", "Controller", "Manager", "QoS"):
        do("db_list", table)
    api.ovsdb_connection.stop()
    happened = []
    while True:
        try:
            happened.append(seen.get(timeout=1))
        except queue.Empty:
            break
    print(json.dumps({"results": results, "events": happened}))


if __name__ == "__main__":
    if sys.argv[1] == "tests":
        run_tests()
    else:
        walk(sys.argv[2])
