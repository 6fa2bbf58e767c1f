import Foundation
import Testing

extension SystemTests {
    /// Pools of buffers: how they are shared, what rows and `memory/report` tell of them, and ports
    /// for which there is no memory.
    @Suite
    struct MemoryTests {
        /// `other_config` of a switch whose DPDK has so many MiB of ordinary memory.
        private static func dpdk(mebibytes: Int, _ more: [String: String] = [:]) -> [String: String] {
            Lab.dpdk.merging([
                "dpdk-extra": "--no-huge --legacy-mem -m \(mebibytes) --no-shconf --no-telemetry --no-pci"
            ]) { $1 }.merging(more) { $1 }
        }

        /// The part of `memory/report --json` that is asked for here.
        private struct Report: Decodable {
            struct Holder: Decodable {
                let kind: String
                let name: String
                let buffers: Int
                let isBound: Bool
            }

            struct Pool: Decodable {
                let name: String
                let identifier: String
                let users: [String]
                let isShared: Bool
                let requested: Int
                let granted: Int
                let holders: [Holder]
            }

            struct Supply: Decodable {
                let state: String
                let error: String?
            }

            struct Memory: Decodable {
                struct Pages: Decodable { let pageKib: Int }
                let pages: [Pages]
            }

            struct Node: Decodable { let memory: Memory }

            let dpdk: Supply
            let nodes: [Node]
            let pools: [Pool]

            func pool(of user: String) throws -> Pool { try #require(pools.first { $0.users.contains(user) }) }
        }

        private func report(_ lab: Lab) throws -> Report {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Report.self, from: Data(lab.appctl("memory/report --json").utf8))
        }

        private func add(_ name: String, _ more: String = "", to lab: Lab) throws {
            try lab.vsctl(
                "add-port br0 \(name) -- set Interface \(name) type=dpdk options:dpdk-devargs=net_null_\(name) \(more)")
        }

        @Test("Rows and report tell what was asked for and granted, and every buffer has a holder")
        func requestedAndGranted() throws {
            try Lab.run(configuration: Self.dpdk(mebibytes: 256)) { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                try add("n1", to: lab)
                try add("n2", "mtu_request=1400", to: lab)
                let row = try lab.vsctl("get Interface n1 status")
                let pool = try report(lab).pool(of: "n1")
                #expect(pool.users == ["n1", "n2"] && pool.isShared)
                #expect(pool.requested == 262144 && pool.granted < pool.requested)
                #expect(row.contains("mempool=ovs_mp_2030_0_\(pool.granted)"))
                #expect(
                    row.contains("mempool_requested=\"262144\"") && row.contains("mempool_granted=\"\(pool.granted)\""))
                // Both receive without end.
                for _ in 0..<20 {
                    for pool in try report(lab).pools {
                        let held = pool.holders.filter { !$0.isBound }.reduce(0) { $0 + $1.buffers }
                        #expect(abs(held - pool.granted) <= 64, "\(pool.holders)")
                        #expect(!pool.holders.contains { $0.kind == "unaccounted" && $0.buffers > 64 })
                    }
                }
                let text = try lab.appctl("memory/report")
                #expect(text.hasPrefix("NUMA node 0\n"))
                #expect(text.contains("used by n1, n2\n") && text.contains("cache PMD thread of core 0: "))
                #expect(text.contains("a further port of MTU 1500: shares \(pool.name)\n"))
                try lab.vsctl("-- del-port n1 -- del-port n2")
                #expect(
                    lab.eventually(seconds: 10) { try !report(lab).pools.contains { $0.name.hasPrefix("ovs_mp") } },
                    "unused and empty, it is freed")
            }
        }

        @Test("What DPDK says of itself, and how much it says")
        func dumps() throws {
            try Lab.run(configuration: Self.dpdk(mebibytes: 64)) { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                #expect(try lab.appctl("netdev-dpdk/get-mempool-info").contains("mempool <kernel_mp_2030_any_4096>@"))
                #expect(try lab.appctl("dpdk/get-malloc-stats").contains("Heap name:socket_0"))
                #expect(try lab.appctl("dpdk/get-memzone-stats").contains("name:<MP_kernel_mp_2030_any_4096>"))
                #expect(try lab.appctl("dpdk/lcore-list").contains("role NON_EAL"))
                #expect(try lab.appctl("dpdk/log-list").hasPrefix("global log level is "))
                try lab.appctl("dpdk/log-set warning lib.eal:debug")
                let levels = try lab.appctl("dpdk/log-list")
                #expect(levels.contains("lib.eal, level is debug") && levels.contains("lib.ring, level is warning"))
                let refused = try lab.attempt("ovs-appctl dpdk/log-set lib.eal:loud")
                #expect(refused.status != 0 && refused.text.contains("invalid log level: 'loud'"))
                let unknown = try lab.attempt("ovs-appctl memory/report --yaml")
                #expect(unknown.status != 0)
            }
        }

        @Test("Before DPDK is there, the report says so and tells of hugepages; what DPDK tells is no command yet")
        func withoutDPDK() throws {
            try Lab.run { lab in
                let commands = [
                    "netdev-dpdk/get-mempool-info", "dpdk/get-malloc-stats", "dpdk/get-memzone-stats", "dpdk/log-list",
                ]
                func seesNoCommands() throws {
                    for command in commands {
                        let answer = try lab.attempt("ovs-appctl \(command)")
                        #expect(
                            answer.status == 2 && answer.text.hasPrefix("\"\(command)\" is not a valid command (use "))
                    }
                    #expect(try !lab.appctl("list-commands").contains("dpdk/get-"))
                }
                func seesHugepages() throws {
                    #expect(try lab.appctl("memory/report").contains("\nNUMA node 0\n  hugepages"))
                    #expect(try report(lab).nodes.first?.memory.pages.isEmpty == false)
                }
                try seesNoCommands()
                try seesHugepages()
                #expect(
                    try lab.appctl("memory/report").hasPrefix(
                        "DPDK is not initialised, and no port has needed buffers\n"))
                #expect(try report(lab).dpdk.state == "absent")
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                try seesNoCommands()
                #expect(
                    try lab.appctl("memory/report").hasPrefix(
                        "DPDK is not initialised\nBuffers of kernel ports are in ordinary memory\n"))
                #expect(try report(lab).dpdk.state == "kernel-ports-only")
                // What cannot work is told, too.
                _ = try lab.attempt(
                    "ovs-vsctl -t 5 set Open_vSwitch . other_config:dpdk-init=true other_config:dpdk-socket-mem=64,x")
                #expect(lab.eventually(seconds: 20) { try report(lab).dpdk.error?.contains("'64,x'") ?? false })
                let text = try lab.appctl("memory/report")
                #expect(
                    text.hasPrefix("DPDK could not be initialised: ") && text.contains("dpdk-socket-mem (now '64,x')"))
                #expect(text.contains("\nBuffers of kernel ports are in ordinary memory\nNUMA node 0\n  hugepages"))
                #expect(try report(lab).dpdk.state == "kernel-ports-only")
                try seesNoCommands()
                try lab.vsctl("set Open_vSwitch . other_config:dpdk-init=false")
                #expect(lab.eventually(seconds: 10) { try report(lab).dpdk.error == nil })
            }
        }

        @Test("An MTU for which there is no memory leaves the port as it is; a port for which there is none is refused")
        func noMemory() throws {
            try Lab.run(configuration: Self.dpdk(mebibytes: 40)) { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                try add("n1", to: lab)
                #expect(try lab.vsctl("get Interface n1 error") == "[]")
                try lab.appctl("vlog/set netdev_dpdk:file:dbg")
                let ping = try left.startPing("10.0.0.2")
                let cause =
                    "Failed to create memory pool for netdev n1, with MTU 9000 on socket 0: Cannot allocate memory"
                _ = try lab.attempt("ovs-vsctl -t 30 set Interface n1 mtu_request=9000")
                #expect(lab.eventually(seconds: 10) { try lab.vsctl("get Interface n1 error").contains(cause) })
                #expect(try lab.vsctl("get Interface n1 mtu") == "1500")
                #expect(lab.log.contains("|netdev_dpdk|ERR|\(cause)"))
                #expect(lab.log.contains("|netdev_dpdk|DBG|Port n1: Requesting a mempool of "))
                // It receives on.
                let before = try lab.ofctl("dump-ports br0 n1")
                #expect(lab.eventually(seconds: 5) { try lab.ofctl("dump-ports br0 n1") != before })
                _ = try lab.attempt(
                    "ovs-vsctl -t 30 add-port br0 n2 -- set Interface n2 type=dpdk options:dpdk-devargs=net_null_n2 "
                        + "mtu_request=9000")
                #expect(
                    lab.eventually(seconds: 10) {
                        try lab.vsctl("get Interface n2 error").contains("netdev n2, with MTU 9000")
                    })
                #expect(try lab.vsctl("get Interface n2 ofport") == "-1")
                let result = try ping.finish()
                #expect(result.answered == result.sent, "the others go on meanwhile")
                try lab.vsctl("set Interface n1 mtu_request=1400")
                #expect(try lab.vsctl("get Interface n1 error") == "[]")
                #expect(try lab.vsctl("get Interface n1 mtu") == "1400")
            }
        }

        @Test("Each port has a pool of its own, of the size that its queues ask for")
        func ownPools() throws {
            try Lab.run(configuration: Self.dpdk(mebibytes: 512, ["per-port-memory": "true"])) { lab in
                #expect(lab.log.contains("|netdev_dpdk|INFO|Per port memory for DPDK devices enabled."))
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                try add("n1", "options:n_rxq=2 options:n_rxq_desc=1024 options:n_txq_desc=512", to: lab)
                try add("n2", to: lab)
                let (first, second) = (try report(lab).pool(of: "n1"), try report(lab).pool(of: "n2"))
                #expect(first.identifier != second.identifier && !first.isShared)
                // One PMD thread and the kernel ports' send.
                #expect(first.requested == 2 * 1024 + 2 * 512 + 2 * 32 + 16384)
                #expect(second.requested == 2048 + 2 * 2048 + 32 + 16384)
                #expect(first.granted == first.requested)
                #expect(try lab.appctl("netdev-dpdk/get-mempool-info n1").contains("mempool <\(first.identifier)>@"))
                try lab.vsctl("set Open_vSwitch . other_config:per-port-memory=false")
                #expect(
                    lab.eventually(seconds: 5) {
                        lab.log.contains("restart the daemon for the new ones to take effect")
                    })
                // A size that is none is told, and the default is used.
                try lab.vsctl("set Interface n1 options:n_rxq_desc=1000")
                #expect(try lab.vsctl("get Interface n1 error").contains("a power of two from 1 to 4096"))
                #expect(try report(lab).pool(of: "n1").requested == 2 * 2048 + 2 * 512 + 2 * 32 + 16384)
            }
        }

        @Test("Ports share the sizes that the operator names")
        func sizesOfTheOperator() throws {
            try Lab.run(configuration: Self.dpdk(mebibytes: 512, ["shared-mempool-config": "2500,6000:1"])) { lab in
                #expect(
                    lab.log.contains("|netdev_dpdk|INFO|User configured shared mempool set for: MTU 2500, NUMA ALL."))
                #expect(lab.log.contains("|netdev_dpdk|INFO|User configured shared mempool set for: MTU 6000, NUMA 1."))
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                try add("n1", to: lab)
                try add("n2", "mtu_request=2400", to: lab)
                try add("n3", "mtu_request=5000", to: lab)
                let report = try report(lab)
                #expect(try report.pool(of: "n1").users == ["n1", "n2"])
                #expect(try report.pool(of: "n1").name.hasPrefix("ovs_mp_3054_0_"))
                #expect(try report.pool(of: "n3").name.hasPrefix("ovs_mp_5102_0_"))
            }
        }

        /// MiB of 2 MiB pages that are free on node 0.
        private static let freeHugepages: Int = {
            let file = "/sys/devices/system/node/node0/hugepages/hugepages-2048kB/free_hugepages"
            let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            return 2 * (Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0)
        }()

        @Test(
            "With hugepages fewer buffers are tried in OVS's steps, and the report is the kernel's and DPDK's",
            .enabled(if: freeHugepages >= 128, "128 MiB of free hugepages are needed"))
        func hugepages() throws {
            let settings = [
                "dpdk-init": "true", "dpdk-extra": "--no-pci --no-telemetry", "dpdk-socket-limit": "128",
                "pmd-cpu-mask": "0x1",
            ]
            try Lab.run(configuration: settings, daemonOptions: ["-vfile:netdev_dpdk:dbg"]) { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                try add("n1", to: lab)
                let pool = try report(lab).pool(of: "n1")
                #expect(pool.requested == 262144 && pool.granted == 32768)
                for count in [262144, 131072, 65536] {
                    #expect(
                        lab.log.contains(
                            "|netdev_dpdk|DBG|Failed to create mempool \"ovs_mp_2030_0_\(count)\" with a request of "
                                + "\(count) mbufs, retrying with \(count / 2) mbufs"))
                }
                #expect(lab.log.contains("|netdev_dpdk|DBG|Allocated \"ovs_mp_2030_0_32768\" mempool with 32768 mbufs"))
                #expect(try lab.appctl("memory/report").contains("a further port of MTU 9000: 262144 mbufs need"))
                try lab.vsctl("del-port n1")
                #expect(
                    lab.eventually(seconds: 10) {
                        lab.log.contains("|netdev_dpdk|DBG|Freeing mempool \"ovs_mp_2030_0_32768\"")
                    })
            }
        }
    }
}
