import Machine
import MemoryPlan
import Testing

@Suite struct PlanTests {
    private func plan(_ text: String) throws -> Plan {
        var request = PlanRequest()
        try request.read(lines: text)
        return Plan(request)
    }

    @Test func portsOfAClassShareAPool() throws {
        let node = try plan("dpdk name=a\ndpdk name=b,mtu=1400\nvhost name=c\ndpdk name=d,mtu=9000\n").nodes[0]
        let pools = node.lines.filter { $0.kind == .pool }
        #expect(pools.map(\.subject) == ["kernel_mp_2030_any_4096", "ovs_mp_2030_0_262144", "ovs_mp_9198_0_262144"])
        #expect(pools[1].ports == ["a", "b", "c"] && pools[2].ports == ["d"])
        #expect(pools[2].bytes > 262_144 * 9216 && node.bytes == node.lines.reduce(0) { $0 + $1.bytes })
    }

    @Test func portsOfTheirOwnGetWhatTheirRingsNeed() throws {
        let text =
            "per-port-memory=true\npmd-threads=3\ndpdk name=a,n_rxq=2,n_rxq_desc=1024,n_txq_desc=512\ndpdk name=b"
        let pools = try plan(text).nodes[0].lines.filter { $0.kind == .pool && !$0.ports.isEmpty }
        #expect(pools.map(\.ports) == [["a"], ["b"]])
        let buffers = 2 * 1024 + 4 * 512 + 2 * 32 + 16_384
        #expect(pools[0].subject == "ovs_mp_2030_0_\(buffers)")
    }

    @Test func eachNodeHasItsPart() throws {
        let plan = try plan("nodes=4\nmain-node=1\ndpdk name=a,node=2\nvhost name=g,node=3,memory=4096 # the guest\n")
        #expect(plan.nodes.map(\.node) == [0, 1, 2, 3])
        #expect(plan.nodes[0].bytes == 0 && plan.nodes[0].socketMiB == 0)
        #expect(plan.nodes[1].lines.map(\.kind) == [.own, .pool])
        #expect(plan.nodes[3].guestMiB == 4096)
        let parts = plan.socketMemory.split(separator: ",").compactMap { Int($0) }
        #expect(parts == plan.nodes.map(\.socketMiB) && parts[2] % 2 == 0)
        #expect(plan.nodes[3].pages(of: 2048) == parts[3] / 2 + 2048)
        #expect(plan.nodes[3].pages(of: 1 << 20) == 1 + 4)
        #expect(
            plan.kernelArguments(pageKiB: 1 << 20)
                == "default_hugepagesz=1G hugepagesz=1G hugepages=0:0,1:1,2:1,3:5")
    }

    @Test func aPortOfNoKnownNodeIsNoted() throws {
        let plan = try plan("nodes=2\nmain-node=1\ndpdk name=a\n")
        #expect(plan.nodes[0].lines.isEmpty)
        #expect(plan.notes.contains { $0.contains("no NUMA node is known for a") })
    }

    @Test(arguments: [
        "dpdk mtu=9703", "dpdk mtu=x", "dpdk node=1", "dpdk n_rxq=0", "dpdk n_rxq_desc=1000", "dpdk colour=red",
        "dpdk,mtu",
        "system name=eth0", "pmd-threads=0", "nodes=-1", "per-port-memory=perhaps", "colour=red", ",",
    ])
    func nonsenseIsRefused(_ line: String) {
        var request = PlanRequest()
        #expect(throws: PlanError.self) { try request.read(lines: "dpdk name=good\n\(line)\n") }
    }

    @Test func settingsAreAddedLikePorts() throws {
        var request = PlanRequest()
        try request.add("nodes=2")
        try request.add("dpdk,name=a,node=1")
        #expect(request.nodes == [0, 1] && request.ports.map(\.node) == [1])
        // A port is not left without its node.
        #expect(throws: PlanError.self) { try request.add("nodes=1") }
    }

    @Test func laterPortsOfANameReplaceEarlierOnes() throws {
        var request = PlanRequest()
        try request.add("dpdk,name=a,mtu=1500")
        try request.add("dpdk,name=a,mtu=9000")
        #expect(request.ports.map(\.mtu) == [9000])
    }

    @Test func wordsSayWhatIsLacking() throws {
        let plan = try plan("dpdk name=a\n")
        let need = plan.nodes[0].socketMiB
        func text(_ pages: Int, heldByOthers: Int = 0, own: Int = 0) -> String {
            let pool = HugepageReport.Pool(
                node: 0, pageKiB: 2048, total: pages, free: pages - heldByOthers - own)
            let hugepages = HugepageReport(pools: [pool], mounts: [:])
            return PlanText(plan: plan, supply: PageSupply(hugepages: hugepages, ownMiB: [0: own * 2])).text
        }
        #expect(text(need / 2).contains("enough") && !text(need / 2).contains("lacking"))
        #expect(text(need / 2 - 1).contains("2 MiB are lacking"))
        #expect(text(0).contains("other_config:dpdk-socket-mem=\(need)\n"))
        #expect(text(0).contains("echo \(need / 2) > /sys/devices/system/node/node0/hugepages/hugepages-2048kB"))
        // Enough needs no command.
        #expect(!text(need / 2).contains("echo"))
        // What others hold does not count, and stays theirs; what the switch has counts.
        let held = text(need / 2 + 20, heldByOthers: 60)
        #expect(held.contains("80 MiB are lacking") && held.contains("echo \(need / 2 + 60) > "))
        #expect(held.contains("echo 1 > /sys/devices/system/node/node0/hugepages/hugepages-1048576kB"))
        let own = text(need / 2 + 20, heldByOthers: 20, own: 60)
        #expect(own.contains("120 MiB the switch's already: enough") && !own.contains("echo"))
    }

    @Test func withoutHugepagesThereIsOneHeapAndAFigure() throws {
        let ports = "dpdk name=a,node=1\nvhost name=g\n"
        let (paged, plan) = (try plan("nodes=2\n" + ports), try plan("nodes=2\nhugepages=false\n" + ports))
        #expect(paged.ordinary == nil && paged.nodes.count == 2)
        #expect(plan.nodes.map(\.node) == [0] && plan.nodes[0].lines.count == 6)
        // The second of two large pools has to be no more than half of what is left then.
        let pools = plan.nodes[0].lines.filter { $0.kind == .pool }.map(\.bytes)
        let before = plan.nodes[0].bytes - pools[2]
        #expect(plan.ordinaryMiB == (before + 2 * pools[2] + (1 << 20) - 1) >> 20)
        let text = PlanText(plan: plan, supply: nil).text
        #expect(text.contains("other_config:dpdk-extra=\"--no-huge -m \(plan.ordinaryMiB)\""))
        #expect(!text.contains("nr_hugepages") && !text.contains("dpdk-socket-mem"))
    }

    @Test func theWordsOfExtraStayButForTheFigure() {
        let memory = OrdinaryMemory(["--no-huge", "-m", "64", "--no-pci"])
        #expect(memory?.words == ["--no-huge", "--no-pci"] && memory?.givenMiB == 64)
        #expect(memory?.extra(mebibytes: 700) == "--no-huge --no-pci -m 700")
        #expect(OrdinaryMemory(["--no-huge", "-m"])?.givenMiB == nil)
        #expect(OrdinaryMemory(["-m", "64"]) == nil)
    }

    @Test func largePagesRoundMemoryAndNotBuffers() throws {
        var request = PlanRequest()
        try request.read(lines: "dpdk name=a\n")
        let small = Plan(request).nodes[0]
        request.pageBytes = [0: 1 << 30]
        let large = Plan(request).nodes[0]
        #expect(large.bytes == small.bytes && large.socketMiB == 1024)
    }
}
