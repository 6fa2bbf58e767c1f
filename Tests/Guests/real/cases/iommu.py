"""Guests whose device sees memory through an IOMMU (vhost-iommu-support): the switch asks QEMU for each address."""

from lab import eventually, expect
from virtio import Image, VirtioGuest

PATIENCE = 240
KILOBYTES = 48


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
    # A frame for whose buffer QEMU has not been asked yet is lost, as with Open vSwitch; each page is new once.
    came = a.ping(b.address, 30, 1472)
    expect(came > 3, f"of 30 pings of full length {came} were answered")
    for source, target, port in ((a, b, 5002), (b, a, 5003)):
        target.run(f"(nc -l -p {port} < /tmp/open > /tmp/copy; touch /tmp/copied) & sleep 0.5")
        sent = source.run(f"dd if=/dev/urandom of=/tmp/file bs=1k count={KILOBYTES} 2> /dev/null; md5sum < /tmp/file; "
                          f"nc -w 60 {target.address} {port} < /tmp/file", PATIENCE)
        eventually(60, lambda: "yes" in target.run("[ -e /tmp/copied ] && echo yes", check=False), "the file's end")
        arrived = target.run("md5sum < /tmp/copy; rm /tmp/copied")
        expect(sent.split()[0] == arrived.split()[0], f"{source.name} to {target.name}: the file came changed")
    lab.leave()
    return f"{came} of 30 pings, {KILOBYTES} KiB both ways"
