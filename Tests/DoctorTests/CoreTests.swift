import Doctor
import Testing

@Suite struct CoreTests {
    private func machine(mask: String) throws -> Machinery {
        try Machinery(facts: SwitchFacts(otherConfig: ["dpdk-init": "true", "pmd-cpu-mask": mask]))
    }

    @Test func coresThatAreNotThere() throws {
        #expect(try machine(mask: "2").complaints("PMD cores").isEmpty)
        #expect(try machine(mask: "12").complaints("PMD cores").first?.evidence == "4")
        #expect(try machine(mask: "f00").complaints("PMD cores").map(\.severity) == [.error])
    }

    @Test func withoutAMaskTheLastOfEachNodePolls() throws {
        for facts in [SwitchFacts(devices: [.init(port: "p", devargs: "net_null0")]), SwitchFacts(guestPorts: 1)] {
            #expect(try Machinery(facts: facts).host.pmdCores == [1, 3])
        }
        #expect(try Machinery(facts: SwitchFacts()).host.pmdCores == [])
    }

    @Test func coresThatTheKernelUses() throws {
        let found = try machine(mask: "3").complaints("PMD cores")
        try #require(found.count == 1)
        #expect(found[0].cause.hasSuffix("PMD cores 0"))
        #expect(found[0].cure?.contains("isolcpus=0 ") == true)
    }

    @Test func aMaskThatIsNone() throws {
        for mask in ["zz", "0", "-1"] {
            #expect(try machine(mask: mask).complaints("PMD cores").map(\.evidence) == ["it is '\(mask)'"])
        }
    }

    @Test func ofTwoCoresNoneIsIsolated() throws {
        let machine = try Machinery(nodes: 1, facts: SwitchFacts(otherConfig: ["pmd-cpu-mask": "2"]))
        try machine.folder.write("sys/devices/system/cpu/isolated", "\n")
        #expect(machine.findings("PMD cores").map(\.severity) == [.note])
        #expect(
            machine.findings("PMD cores").first?.cause.hasSuffix("of 2 cores none can be spared for them alone") == true
        )
        // Whoever has isolated one polls on the wrong core.
        try machine.folder.write("sys/devices/system/cpu/isolated", "0\n")
        #expect(machine.complaints("PMD cores").first?.cure?.contains("isolcpus=1 ") == true)
    }

    @Test func threadsOfOneCore() throws {
        let machine = try machine(mask: "6")
        for core in 1...2 {
            try machine.folder.write("sys/devices/system/cpu/cpu\(core)/topology/thread_siblings_list", "1,2\n")
        }
        #expect(
            machine.complaints("PMD cores").map(\.cause) == [
                "PMD cores 1-2 are threads of one core and slow each other down"
            ])
    }

    @Test func othersPinnedToThem() throws {
        let machine = try machine(mask: "2")
        #expect(machine.complaints("pinned work").isEmpty)
        try machine.process(40, name: "qemu", cores: "1")
        try machine.process(41, name: "elsewhere", cores: "3")
        try machine.folder.write("proc/42/status", "Cpus_allowed_list:\t1\n")
        let found = machine.complaints("pinned work")
        #expect(found.map(\.cause) == ["qemu (process 40) is pinned to PMD cores 1"])
        // The daemon's own threads are no others.
        try machine.folder.write("run/openvswitch/ovs-vswitchd.pid", "40\n")
        #expect(machine.complaints("pinned work").isEmpty)
    }
}
