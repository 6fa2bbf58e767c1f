"""Long frames: an MTU of 9000 asked for, one of 60,000 set behind the switch's back, and back to 1500."""

from lab import eventually, expect


def run(lab):
    lab.start(dpdk=False)
    lab.bridge()
    pair = a, b = lab.pair()
    whole = ("-M", "do")
    for port in ("ta", "tb"):
        lab.vsctl(f"set Interface {port} mtu_request=9000")
    for host in pair:
        host.run("ip", "link", "set", host.interface, "mtu", "9000")
    eventually(5, lambda: a.ping("10.9.0.2", 3, 8972, whole) == 3, "frames of 9000 bytes do not pass")
    for host in pair:
        host.run("ip", "link", "set", host.interface, "mtu", "60000")
    before = b.counter("rx_bytes")
    a.ping("10.9.0.2", 3, 59900, whole)
    grown = b.counter("rx_bytes") - before
    expect(a.ping("10.9.0.2", 3, 8972, whole) == 3, "frames of 9000 bytes do not pass beside longer ones")
    # All or nothing: a frame must not arrive cut off.
    expect(grown == 0 or grown >= 3 * 59900, f"{grown} bytes of three frames of 60 kB arrive: they are cut off")
    lab.vsctl("set Interface ta mtu_request=1500")
    lab.healthy(pair)
    lab.leave()
    return f"{grown} bytes of three 60 kB frames arrived"
