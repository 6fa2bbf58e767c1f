"""Guests whose device sees memory through an IOMMU (vhost-iommu-support): the switch asks QEMU for each address."""

from lab import eventually, expect
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
    lab.start(mask="0x1", **{"vhost-iommu-support": "true"})
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
    lab.leave()
    bad = [line for line in lab.log.splitlines() if "|EMER|" in line or "|ERR|" in line]
    expect(not bad, "the log tells of errors: " + " / ".join(bad[:3]))
    return f"{came[0]} and {came[1]} of 30 pings"
