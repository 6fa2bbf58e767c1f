"""Guests whose device sees memory through an IOMMU (vhost-iommu-support): the switch asks QEMU for each address."""

from lab import PRIVATE_MEMORY, eventually, expect
from virtio import Image, VirtioGuest

PATIENCE = 240


def run(lab):
    image = Image(lab.folder)
    lab.guests = [
        VirtioGuest(
            image, name, f"{lab.folder}/sock-{name}", "server", f"52:54:00:00:00:0{name}", f"10.9.0.{number}",
            memory="/dev/shm", device=",iommu_platform=on,ats=on,disable-legacy=on",
            arguments=["-M", "q35", "-device", "intel-iommu,device-iotlb=on"], append="intel_iommu=on iommu=pt")
        for number, name in enumerate("ab", 1)]
    a, b = lab.guests
    # The ports share a pool of 16384 buffers.
    lab.start(mask="0x1", **{"vhost-iommu-support": "true", "dpdk-extra": PRIVATE_MEMORY.replace("-m 1024", "-m 96")})
    lab.bridge()
    for name in "ab":
        lab.vsctl(f"add-port br0 v{name} -- set Interface v{name} type=dpdkvhostuserclient "
                  f"options:vhost-server-path={lab.folder}/sock-{name} options:n_rxq=2")
    for guest in lab.guests:
        guest.start()
    for guest in lab.guests:
        guest.wait_ready(PATIENCE)
        guest.bring_up()
    eventually(PATIENCE, lambda: a.ping(b.address, 1) == 1, "the guests do not reach each other")
    for name in "ab":
        features = int(lab.vsctl(f"get Interface v{name} status:features").strip('"'), 16)
        expect(features >> 33 & 1, f"v{name}: the guest has not taken VIRTIO_F_ACCESS_PLATFORM: {features:#x}")
    # A frame for whose buffer QEMU has not been asked yet is lost, as with Open vSwitch. TCP makes little of that.
    came = [source.ping(target.address, 30, size) for source, target, size in ((a, b, 1472), (b, a, 700))]
    expect(min(came) > 3, f"of 30 pings of 1514 bytes {came[0]} were answered, of 742 bytes {came[1]}")
    before = lab.log
    missed = exhausted(lab, a, b)
    lab.leave()
    # Devices that find no room and shortages are told of as errors, and are meant to be there.
    bad = [line for line in before.splitlines() if "|EMER|" in line or "|ERR|" in line]
    expect(not bad, "the log tells of errors: " + " / ".join(bad[:3]))
    return f"{came[0]} and {came[1]} of 30 pings; without buffers {missed} times"


def exhausted(lab, a, b):
    """Others have all buffers: counted and told, over by itself; the count."""
    def errors():
        return lab.statistic("va", "rx_mbuf_allocation_errors")
    expect(errors() == 0, f"{errors()} packets found no buffer before any were taken")
    for flow in ("priority=9,in_port=va,actions=NORMAL", "priority=9,in_port=vb,actions=NORMAL", "priority=1,actions=drop"):
        lab.ofctl(f"add-flow br0 {flow}")
    hoards = dict(lab.hoarders())
    for name, devargs in hoards.items():
        lab.vsctl(lab.device(name, devargs), check=False)
    # What waits for control empties the thread's cache as well.
    lab.ofctl(f"add-flow br0 priority=9,in_port={next(iter(hoards))},actions=controller")
    eventually(60, lambda: a.ping(b.address, 1) == 0 and errors() > 0, "guests have buffers all the same")
    eventually(30, lambda: "|va: Failed to allocate memory for mbuf: " in lab.log, "the log does not tell")
    missed = errors()
    lab.ofctl(f"del-flows br0 in_port={next(iter(hoards))}")
    lab.vsctl(" ".join(f"-- --if-exists del-port {name}" for name in hoards))
    eventually(PATIENCE, lambda: a.ping(b.address, 1) == 1, "the guests do not reach each other any more")
    return missed
