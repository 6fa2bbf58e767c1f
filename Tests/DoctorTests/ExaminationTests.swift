import Doctor
import Machine
import Testing

@Suite struct ExaminationTests {
    private static let dpdk = ["dpdk-init": "true", "pmd-cpu-mask": "2"]

    @Test func nothingIsWrongWithAGoodMachine() throws {
        let machine = try Machinery(facts: SwitchFacts(otherConfig: Self.dpdk))
        let examination = Examination(of: machine.host)
        #expect(examination.exitStatus == 0, "\(examination.text)")
        #expect(examination.sections.allSatisfy { !$0.findings.isEmpty })
        #expect(examination.text.contains("Nothing is wrong."))
    }

    @Test func theLastLineCounts() throws {
        let trouble = PortTrouble(.error, port: "p0", text: "no memory")
        let machine = try Machinery(facts: SwitchFacts(troubles: [trouble]))
        #expect(Examination(of: machine.host).text.hasSuffix("\n1 error.\n"))
        machine.facts?.troubles.append(trouble)
        try machine.folder.write("run/openvswitch/dead.pid", "99\n")
        #expect(Examination(of: machine.host).text.hasSuffix("\n2 errors, 1 warning.\n"))
    }

    @Test func aMachineWithNothingIsExaminedAllTheSame() throws {
        let empty = Host(tree: FileTree(root: "/nonexistent"), runDirectory: "/run", facts: nil, database: "unix:x")
        let examination = Examination(of: empty)
        #expect(examination.sections.allSatisfy { !$0.findings.isEmpty })
        #expect(examination.exitStatus == 1, "\(examination.text)")
        #expect(examination.text.contains("this kernel has no hugepages"))
    }

    @Test func thisMachineIsExamined() {
        let host = Host(runDirectory: "/var/run/openvswitch", facts: nil, database: "unix:/nonexistent")
        let examination = Examination(of: host)
        #expect(examination.sections.count == Examination.checks.count)
        #expect(examination.sections.allSatisfy { !$0.findings.isEmpty })
        #expect(examination.sections.first?.findings.first?.cause.contains("kernel ") == true)
    }

    @Test func lackingInstructionsAreNamed() throws {
        let machine = try Machinery()
        try machine.processor("fpu hypervisor ssse3 avx")
        let found = machine.complaints("processor")
        try #require(found.count == 1)
        #expect(found[0].severity == .error)
        #expect(found[0].cause.contains("avx2") && !found[0].cause.contains("ssse3"))
        #expect(found[0].cure?.contains("host-passthrough") == true)
    }

    @Test func portsInErrorAreErrors() throws {
        let machine = try Machinery(
            facts: SwitchFacts(troubles: [
                .init(.error, port: "p1", text: "no such device"), .init(.error, port: "p0", text: "no memory"),
            ]))
        let found = machine.complaints("ports")
        #expect(found.map(\.cause) == ["port p0 does not work", "port p1 does not work"])
        #expect(found.allSatisfy { $0.severity == .error && $0.cure != nil })
        #expect(found[0].evidence == "its row, from unix:/db.sock: no memory")
        machine.facts = SwitchFacts(troubles: [
            .init(
                .error, port: "v0",
                text: "could not open network device v0 (Address family not supported by protocol): not supported yet")
        ])
        #expect(machine.findings("ports").map(\.cure) == ["remove the port"])
        machine.facts = SwitchFacts()
        #expect(machine.complaints("ports").isEmpty)
    }

    @Test func whatRowsTellOfGuestsAndBuffers() throws {
        let machine = try Machinery(
            facts: SwitchFacts(troubles: [
                .init(.refusedGuest, port: "a", text: "its memory is not shared"),
                .init(.farMemory, port: "b", text: "needs 598 MiB"),
                .init(.noBuffers(times: 1), port: "c", text: "rx_mbuf_allocation_errors=1"),
            ]))
        let found = machine.findings("ports")
        #expect(found.map(\.severity) == [.error, .warning, .warning])
        #expect(found[0].evidence.hasSuffix("its memory is not shared"))
        #expect(found[2].cause == "port c found no buffer for a packet, 1 time")
    }

    @Test func dpdkThatDidNotStart() throws {
        let machine = try Machinery(facts: SwitchFacts(otherConfig: Self.dpdk, failureOfDPDK: "no hugepages"))
        #expect(machine.complaints("database").map(\.evidence) == ["statistics:dpdk_error: no hugepages"])
    }

    @Test func settingsFromTheFileAreToldFromThoseOfAServer() throws {
        let machine = try Machinery(
            facts: SwitchFacts(troubles: [.init(.error, port: "p0", text: "no memory")]))
        machine.file = .read("/etc/conf.db")
        // What a row says was true once.
        #expect(machine.findings("ports").map(\.severity) == [.warning])
        #expect(machine.findings("ports").first?.cause == "port p0 did not work when last tried")
        let found = machine.findings("database")
        #expect(found.map(\.severity) == [.note])
        #expect(found[0].evidence.contains("from the file /etc/conf.db, no server answers at unix:/db.sock"))
        // A daemon that runs follows nothing while nobody serves its settings.
        try machine.folder.write("run/openvswitch/ovs-vswitchd.pid", "7\n")
        #expect(machine.findings("database").map(\.severity) == [.warning])
        #expect(machine.findings("database").first?.cure?.contains("start the database's server") == true)
    }

    @Test func aDaemonThatIsStoppedIsToGoOn() throws {
        let machine = try Machinery()
        machine.file = .read("/etc/conf.db")
        try machine.folder.write("run/openvswitch/ovs-vswitchd.pid", "7\n")
        try machine.folder.write("proc/7/status", "Name:\tdaemon\nState:\tT (stopped)\n")
        // It is what serves the settings: nobody else is to be started.
        #expect(machine.findings("database").map(\.cure) == ["kill -CONT 7", nil])
        machine.facts = nil
        machine.file = .unreadable("/etc/conf.db: open failed (No such file or directory)")
        #expect(machine.findings("database").map(\.cure) == ["kill -CONT 7", nil])
        try machine.folder.write("proc/7/status", "Name:\tdaemon\nState:\tS (sleeping)\n")
        #expect(machine.findings("database").map(\.severity) == [.note])
    }

    @Test func aFileThatIsNoDatabaseIsAnError() throws {
        let machine = try Machinery(facts: nil)
        machine.file = .damaged("/etc/conf.db: unexpected file format")
        #expect(machine.complaints("database").map(\.severity) == [.error])
        #expect(machine.complaints("database").first?.evidence == "/etc/conf.db: unexpected file format")
        machine.file = .unreadable("/etc/conf.db: open failed (No such file or directory)")
        #expect(machine.findings("database").first?.cure?.contains("root") == false)
        machine.file = .forbidden("/etc/conf.db: open failed (Permission denied)")
        #expect(machine.findings("database").first?.cure?.hasSuffix(", or ask as root") == true)
        #expect(machine.findings("database").map(\.severity) == [.note])
        #expect(machine.findings("database").first?.evidence.contains("Permission denied") == true)
    }

    @Test func noHugepages() throws {
        let machine = try Machinery(facts: SwitchFacts(otherConfig: Self.dpdk))
        for node in 0..<2 { try machine.hugepages(node, total: 0) }
        #expect(machine.complaints("hugepages").map(\.severity) == [.error])
        #expect(Examination(of: machine.host).exitStatus == 2)
        // DPDK that is not configured, or told to do without, lacks nothing.
        machine.facts = SwitchFacts()
        #expect(machine.complaints("hugepages").isEmpty)
        machine.facts = SwitchFacts(otherConfig: ["dpdk-init": "true", "dpdk-extra": "--no-huge -m 512"])
        #expect(machine.findings("hugepages").map(\.severity) == [.fine])
        #expect(machine.findings("hugepages").map(\.cure) == [nil])
        // Without a database it may be wanted.
        machine.facts = nil
        #expect(machine.complaints("hugepages").map(\.severity) == [.warning])
    }

    @Test func pagesOnOneNodeOnly() throws {
        let machine = try Machinery(
            facts: SwitchFacts(
                otherConfig: Self.dpdk, devices: [.init(port: "dpdk0", devargs: "0000:81:00.0,x=1")]))
        try machine.hugepages(1, total: 0)
        try machine.card("0000:81:00.0", node: 1, driver: "vfio-pci", group: "3")
        let found = machine.complaints("hugepages")
        try #require(found.count == 1)
        #expect(found[0].severity == .error)
        #expect(found[0].cause.contains("node 1") && found[0].cause.contains("dpdk0"))
        #expect(found[0].cure?.contains("/node1/hugepages/hugepages-2048kB/nr_hugepages") == true)
        #expect(machine.complaints("PMD cores").contains { $0.cause.contains("dpdk0 is on NUMA node 1") })
        machine.facts?.otherConfig["dpdk-extra"] = "--no-huge -m 512"
        #expect(machine.complaints("hugepages").isEmpty)
    }

    @Test func fourNodesAskedForMoreThanTheyHave() throws {
        var settings = Self.dpdk
        settings["dpdk-socket-mem"] = "256,256,4096,256"
        let machine = try Machinery(nodes: 4, facts: SwitchFacts(otherConfig: settings))
        let found = machine.complaints("hugepages")
        try #require(found.count == 1)
        #expect(found[0].cause.contains("4096 MiB on node 2, where there are 2048 MiB"))
        #expect(found[0].cure?.contains("echo 2048 > ") == true)
    }

    @Test func memoryThatDPDKRefuses() throws {
        func complaints(_ settings: [String: String], free: Int = 1024) throws -> [Finding] {
            let machine = try Machinery(facts: SwitchFacts(otherConfig: Self.dpdk.merging(settings) { $1 }))
            for node in 0..<2 { try machine.hugepages(node, total: 1024, free: free) }
            return machine.complaints("hugepages")
        }
        for text in ["64,x", "64, ,0", "64,", "-1", "64;64"] {
            let found = try complaints(["dpdk-socket-mem": text])
            #expect(found.first?.cause.hasPrefix("DPDK will not start") == true, "\(text)")
        }
        for text in ["", "0,0", "1024, 1024"] { #expect(try complaints(["dpdk-socket-mem": text]).isEmpty, "\(text)") }
        let both = try complaints(["dpdk-socket-mem": "64", "dpdk-extra": "--no-huge -m 512"])
        #expect(both.map(\.cure) == ["remove dpdk-socket-mem, or --no-huge from dpdk-extra"])
        #expect(try complaints(["dpdk-alloc-mem": "4096"]).isEmpty)
        let short = try complaints(["dpdk-alloc-mem": "4096"], free: 1023)
        #expect(try complaints(["dpdk-socket-mem": " 64, 2049"]).first?.cause.contains("2049 MiB on node 1") == true)
        #expect(short.map(\.cause) == ["other_config:dpdk-alloc-mem asks for 4096 MiB, and there are 4092 MiB"])
        // Where DPDK is off nothing is asked for.
        #expect(try complaints(["dpdk-init": "false", "dpdk-socket-mem": "9999,x"]).isEmpty)
        #expect(try complaints(["dpdk-init": "false", "dpdk-socket-mem": "9999"]).isEmpty)
    }

    @Test func noMount() throws {
        func found(_ extra: String) throws -> [Finding] {
            let machine = try Machinery(
                facts: SwitchFacts(otherConfig: ["dpdk-init": "true", "dpdk-extra": extra]))
            try machine.mounts("proc /proc proc rw 0 0\n")
            return machine.findings("hugetlbfs")
        }
        // The switch has its pages without files, unless it is told to have them so.
        for extra in ["", "--in-memory", "--no-huge --legacy-mem -m 512"] {
            #expect(try found(extra).map(\.severity) == [.note], "\(extra)")
        }
        let barred = try found("--legacy-mem")
        #expect(barred.map(\.severity) == [.error] && barred[0].cause.contains("DPDK will not start"))
        #expect(barred[0].cure?.hasPrefix("mount -t hugetlbfs -o pagesize=2048K none /dev/hugepages") == true)
    }

    @Test func aMountForOneOfTwoSizesLetsDPDKStart() throws {
        let machine = try Machinery(
            facts: SwitchFacts(otherConfig: ["dpdk-init": "true", "dpdk-extra": "--legacy-mem"]))
        let large = "sys/devices/system/node/node0/hugepages/hugepages-1048576kB"
        try machine.folder.write("\(large)/nr_hugepages", "1\n")
        try machine.folder.write("\(large)/free_hugepages", "1\n")
        #expect(machine.complaints("hugetlbfs").isEmpty)
        #expect(machine.findings("hugetlbfs").first?.cure?.contains("/dev/hugepages-1048576kB") == true)
    }

    @Test func aMountThatTheDaemonMayNotRead() throws {
        let machine = try Machinery(facts: SwitchFacts(otherConfig: Self.dpdk))
        try machine.folder.write("proc/7/status", "Uid:\t1000\t1000\t1000\t1000\nVmSize: 1 kB\n")
        try machine.folder.write("run/openvswitch/ovs-vswitchd.pid", "7\n")
        #expect(machine.complaints("hugetlbfs").first?.cause == "user 1000 may not use /dev/hugepages")
        #expect(machine.complaints("hugetlbfs").first?.severity == .error)
        machine.facts = SwitchFacts()
        #expect(machine.complaints("hugetlbfs").isEmpty)
    }

    @Test func hugepageDirectoryThatIsNone() throws {
        let machine = try Machinery(facts: SwitchFacts(otherConfig: ["dpdk-hugepage-dir": "/mnt/huge"]))
        #expect(machine.complaints("hugetlbfs").map(\.severity) == [.error])
        machine.facts = SwitchFacts(otherConfig: ["dpdk-hugepage-dir": "/dev/hugepages"])
        #expect(machine.complaints("hugetlbfs").isEmpty)
    }

    @Test func controlGroupsOfBothVersions() throws {
        var settings = Self.dpdk
        settings["dpdk-socket-mem"] = "1024"
        let machine = try Machinery(facts: SwitchFacts(otherConfig: settings))
        try machine.folder.write("sys/fs/cgroup/system.slice/hugetlb.2MB.max", "max\n")
        try machine.folder.write("sys/fs/cgroup/hugetlb.2MB.max", "1048576\n")
        try machine.folder.write("proc/self/cgroup", "0::/system.slice/ovs.service\n")
        var found = machine.complaints("control groups")
        try #require(found.count == 1)
        #expect(found[0].severity == .error)
        #expect(found[0].evidence == "/sys/fs/cgroup/hugetlb.2MB.max: 1048576")
        try machine.folder.write("proc/self/cgroup", "5:hugetlb:/\n4:memory:/box\n1:cpuset:/\n")
        try machine.folder.write("sys/fs/cgroup/hugetlb/hugetlb.2MB.limit_in_bytes", "9223372036852678656\n")
        try machine.folder.write("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "104857600\n")
        try machine.folder.write("sys/fs/cgroup/cpuset/cpuset.effective_cpus", "0,2-3\n")
        found = machine.complaints("control groups")
        try #require(found.count == 2)
        #expect(found[0].cause.contains("100 MiB of memory"))
        #expect(found[1].cause.contains("PMD cores 1 are withheld"))
        // A core that is not there is nobody's to withhold.
        machine.facts?.otherConfig["pmd-cpu-mask"] = "10"
        #expect(machine.complaints("control groups").count == 1)
        #expect(machine.complaints("PMD cores").map(\.severity) == [.error])
    }

    @Test func lockedMemory() throws {
        let machine = try Machinery(facts: SwitchFacts(otherConfig: ["dpdk-socket-mem": "1024,0"]))
        #expect(machine.complaints("locked memory").isEmpty)
        try machine.folder.write("proc/self/status", "Uid:\t1000\t1000\t1000\t1000\n")
        #expect(machine.complaints("locked memory").first?.evidence.contains("8192 KiB") == true)
        try machine.folder.write(
            "proc/self/limits", "Max locked memory         unlimited            unlimited  bytes\n")
        #expect(machine.complaints("locked memory").isEmpty)
    }
}
