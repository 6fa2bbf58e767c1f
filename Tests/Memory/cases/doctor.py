"""What doctor finds in a guest with an IOMMU and without, with a card in every state, is what the daemon then meets."""

from findings import Findings
from lab import expect
from nodes import Nodes


def run(lab):
    if not lab.is_ours:
        return lab.note("has no doctor")
    behind(lab)
    without(lab)


class Patient(Nodes):
    """A machine of one node and two processors, the second set apart, with a card that port dpdk0 names."""

    def __init__(self, lab, **shape):
        super().__init__(lab, None, nodes=1, megabytes=1536, card=0, append="isolcpus=1", **shape)
        self.machine.hugepages(0, 64)
        self.switch.configure(dpdk_init="true", dpdk_extra="--no-telemetry", pmd_cpu_mask="0x2")
        self.switch.vsctl(
            "--no-wait add-br br0 -- set Bridge br0 datapath_type=netdev -- add-port br0 dpdk0 -- "
            f"set Interface dpdk0 type=dpdk options:dpdk-devargs={self.address}")

    def findings(self):
        return Findings(self.lab, lambda line: self.machine.run(line, 120, check=False))

    def serve(self):
        """The switch has the card; nothing is left of it afterwards."""
        expect(self.start() and self.eventually_up() and self.error_over() == "[]", f"the row says {self.error()}")
        self.stop()

    def end(self):
        self.machine.kill()


def behind(lab):
    patient = Patient(lab, cards=2, iommu=True)
    first, second = patient.address, patient.address.replace(":01.0", ":02.0")
    found = patient.findings()
    found.expect("devices", "error", f"port dpdk0: the kernel has {first}", "bound to e1000 as eth",
                 f"-b vfio-pci {first}")
    found.expect("PMD cores", "ok", "1", "isolated")
    found.expect_fine("IOMMU")
    found.expect_fine("hugepages")
    expect(found.status == 2, f"the exit status is {found.status}")
    patient.switch.configure(pmd_cpu_mask="0x1")
    patient.machine.run(f"echo {first} > /sys/bus/pci/devices/{first}/driver/unbind")
    found = patient.findings()
    found.expect("devices", "error", f"port dpdk0: no driver is bound to {first}",
                 cure=f"dpdk-devbind.py -b vfio-pci {first}")
    found.expect("PMD cores", "warning", "the kernel may run other programs on PMD cores 0", "isolated: '1'",
                 "isolcpus=0")
    patient.switch.configure(pmd_cpu_mask="0x2")
    patient.machine.give_card_to_dpdk("vfio-pci")
    patient.findings().expect(
        "IOMMU", "error", f"{first} cannot be used: its IOMMU group is not viable, the kernel has {second} of it",
        f"{second} is bound to e1000", f"dpdk-devbind.py -b vfio-pci {second}")
    patient.machine.give_card_to_dpdk("vfio-pci")
    found = patient.findings()
    found.expect("devices", "ok", f"port dpdk0: {first} is ready", "bound to vfio-pci")
    found.expect("IOMMU", "ok", "there is one")
    patient.serve()
    patient.end()


def without(lab):
    patient = Patient(lab)
    card, machine = patient.address, patient.machine
    machine.run(f"echo {card} > /sys/bus/pci/devices/{card}/driver/unbind")
    found = patient.findings()
    bind = f"dpdk-devbind.py -b uio_pci_generic {card}"
    lack = found.expect("IOMMU", "error", f"none: a device cannot be bound to vfio-pci ({card})",
                        cure="-device intel-iommu")
    expect(lack["cure"].endswith(f"or do without: {bind}"), f"the cure is '{lack['cure']}'")
    machine.run(found.expect("devices", "error", f"no driver is bound to {card}", cure=bind)["cure"])
    patient.findings().expect("devices", "ok", f"port dpdk0: {card} is ready", "bound to uio_pci_generic, node 0")
    patient.serve()
    patient.end()
