"""The end in the midst of changes: exit, with and without --cleanup, while ports come and go and packets flow."""

import time

from lab import BROADCAST, address, eventually, expect, udp


def run(lab):
    lab.start()
    lab.bridge()
    lab.pair()
    lab.vsctl(lab.device("src", lab.replay([udp(BROADCAST, address(i)) for i in range(1, 5)])))
    end, rounds = time.monotonic() + lab.seconds, 0
    while time.monotonic() < end:
        words = ["--"]
        for number in range(40):
            name = f"e{number}"
            words += ["--", "--if-exists", "del-port", name] if rounds % 2 else [
                "--", "--may-exist", "add-port", "br0", name, "--", "set", "Interface", name, "type=internal"]
        lab.vsctl(words, wait=0)
        lab.vsctl(f"set Open_vSwitch . other_config:pmd-cpu-mask={lab.random.choice(['0x1', '0x2', '0x3'])}", wait=0)
        time.sleep(lab.random.random() * 0.3)
        pid = lab.pid()
        lab.appctl("exit" + (" --cleanup" if rounds % 3 == 2 else ""), wait=20)
        lab.wait_gone(pid, 10)
        expect("core dumped" not in lab.log and "Fatal" not in lab.log, "it died")
        lab.start_daemon()
        rounds += 1
    eventually(10, lambda: lab.statistic("src", "rx_packets") > 0, "nothing is received in the end")
    lab.leave()
    return f"{rounds} ends"
