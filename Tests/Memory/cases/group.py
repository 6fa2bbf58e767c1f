"""A card whose IOMMU group the kernel shares: the row names the other device; once that is bound, too, both cards work."""

from nodes import Nodes, guarded

HUGEPAGES = 128


@guarded
def run(lab):
    nodes = Nodes(lab, "vfio-pci", nodes=1, megabytes=1536, card=0, cards=2, iommu=True)
    machine = nodes.machine
    machine.hugepages(0, HUGEPAGES)
    if not nodes.start() or not nodes.eventually_up():
        return
    first, second = nodes.address, nodes.address.replace(":01.0", ":02.0")
    error = nodes.add_card()
    lab.note(f"row: {error}")
    lab.judge(f"IOMMU group is not usable as long as the kernel has devices of the same group ({second})" in error,
              f"the row of {first} says '{error}'")
    machine.give_card_to_dpdk("vfio-pci")
    for name, address in (("dpdk0", first), ("dpdk1", second)):
        error = nodes.add_card(name, address)
        lab.judge(error == "[]", f"with both cards bound the row of {name} says '{error}'")
    nodes.send("dpdk0")
    lab.note(f"both bound: {nodes.grows('dpdk1', 'rx_packets')} frames went from one to the other")
    nodes.stop()
