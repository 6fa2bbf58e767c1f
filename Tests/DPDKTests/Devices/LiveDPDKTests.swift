import CDPDK
import Control
import Machine
import MemoryPlan
import TestSupport
import Testing

@testable import DPDK

/// Devices and pools of a real EAL (no hugepages, no PCI) in this process. Device names bear "dpdktest" or "dt", as the
/// process
/// and its EAL may be shared with the tests of other targets.
@Suite(.serialized) struct LiveDPDKTests {
    private let queue: DPDKQueue
    let pools = MempoolRegistry()
    let devices: EthernetDevices

    init() async throws {
        queue = DPDKQueue()
        let eal = await EAL(queue: queue)
        try await eal.startPrivate(megabytes: 256)
        #expect(await eal.isUp)
        devices = EthernetDevices(pools: pools)
    }

    /// Runs on DPDK's thread, as all callers do.
    func live<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let result: Result<Value, any Error> = try await queue.run { () throws(DPDKError) in Result(catching: body) }
        return try result.get()
    }

    private func configuration(_ change: (inout EthernetDevice.Configuration) -> Void = { _ in })
        -> EthernetDevice.Configuration
    {
        var configuration = EthernetDevice.Configuration()
        configuration.receiveDescriptors = 256
        configuration.transmitDescriptors = 256
        change(&configuration)
        return configuration
    }

    @Test func version() {
        #expect(EAL.version.hasPrefix("DPDK 2"))
    }

    @Test func aDeviceIsOpenedClosedAndOpenedAgain() async throws {
        let (pools, devices, configuration) = (pools, devices, configuration { $0.transmitQueues = 3 })
        try await live {
            for _ in 0..<3 {
                let device = try devices.open(devargs: "net_null_dpdktest0,size=64", owner: "p0")
                #expect(device.setup == nil)
                let setup = try device.configure(configuration)
                #expect(setup.transmitQueues == 3)
                #expect(setup.mtu == 1500)
                #expect(setup.macAddress == device.macAddress())
                #expect(device.setup == setup)
                #expect(device.link().isUp)
                let info = try device.info()
                #expect(info.driver == "net_null")
                #expect(info.bus == "vdev")
                let status = Dictionary(uniqueKeysWithValues: device.status())
                #expect(status["driver_name"] == "net_null")
                #expect(status["bus_info"] == "bus_name=vdev")
                #expect(status["max_rx_pktlen"] == "1518")
                device.close()
                device.close()
                #expect(cdpdk_port_is_valid(device.portID) == 0)
                #expect(pools.pools.isEmpty)
            }
        }
    }

    @Test func twoPortsCannotHaveOneDevice() async throws {
        let devices = devices
        try await live {
            let device = try devices.open(devargs: "net_null_dpdktest1", owner: "p0")
            let error = #expect(throws: DPDKError.self) {
                try devices.open(devargs: "net_null_dpdktest1", owner: "p1")
            }
            #expect(error?.code == .inUse)
            #expect(
                error?.description
                    == "'p1' is trying to use device 'net_null_dpdktest1' which is already in use by 'p0'")
            device.close()
            try devices.open(devargs: "net_null_dpdktest1", owner: "p1").close()
        }
    }

    @Test(arguments: [
        ("net_nul0", "no bus or driver"), ("net_null_dpdktest2,bogus=1", "refuses"),
        ("net_pcap_dpdktest2,rx_pcap=/nonexistent", "No such file or directory"),
        ("0000:fe:1f.7", "no such PCI device"), ("class=eth,mac=02:00:00:00:fe:dc", "no device bears this address"),
        ("class=eth,mac=nonsense", "no Ethernet address"), (" ", "no bus or driver"),
    ])
    func devicesThatAreNot(_ devargs: String, _ why: String) async throws {
        let devices = devices
        try await live {
            let error = #expect(throws: DPDKError.self) { try devices.open(devargs: devargs, owner: "p") }
            #expect(error?.description.hasPrefix("Error attaching device '\(devargs)' to DPDK: ") == true)
            #expect(error?.description.contains(why) == true, "\(error?.description ?? "")")
        }
    }

    @Test func noDevargs() async throws {
        let devices = devices
        try await live {
            let error = #expect(throws: DPDKError.self) { try devices.open(devargs: "", owner: "p") }
            #expect(error?.description.hasPrefix("'p' is missing 'options:dpdk-devargs'.") == true)
        }
    }

    @Test func fewerQueuesThanAskedFor() async throws {
        let (devices, configuration) = (
            devices,
            configuration {
                $0.transmitQueues = 500
                $0.receiveQueues = 200
            }
        )
        try await live {
            let device = try devices.open(devargs: "net_ring_dt3", owner: "p")
            defer { device.close() }
            let most = try device.info()
            let setup = try device.configure(configuration)
            #expect(setup.transmitQueues <= most.mostTransmitQueues)
            #expect(setup.receiveQueues <= most.mostReceiveQueues)
            #expect(setup.receiveQueues >= 1)
        }
    }

    @Test func anMTUThatFailsLeavesTheOldOne() async throws {
        let (pools, devices) = (pools, devices)
        let (good, absurd, long) = (configuration(), configuration { $0.mtu = 60_000 }, configuration { $0.mtu = 9000 })
        try await live {
            let device = try devices.open(devargs: "net_null_dpdktest4", owner: "p")
            defer { device.close() }
            let setup = try device.configure(good)
            let pool = device.pool
            #expect(throws: DPDKError.self) { try device.configure(absurd) }
            #expect(device.setup == setup)
            #expect(device.pool === pool)
            #expect(try device.configure(long).mtu == 9000)
            #expect(device.pool?.dataRoom == 9216)
            pools.sweep()
            #expect(pools.pools.count == 1)
            #expect(try device.configure(good) == setup)
        }
    }

    @Test func stoppedAndStartedAgain() async throws {
        let (devices, configuration) = (devices, configuration())
        try await live {
            let device = try devices.open(devargs: "net_null_dpdktest5", owner: "p")
            defer { device.close() }
            _ = try device.configure(configuration)
            device.stop()
            #expect(device.setup == nil)
            _ = try device.configure(configuration)
            #expect(device.setup != nil)
            try device.setLinkUp(false)
            try device.setLinkUp(true)
        }
    }

    @Test func aRingGivesBackWhatIsSent() async throws {
        let (pools, devices, configuration) = (pools, devices, configuration())
        try await live {
            let device = try devices.open(devargs: "net_ring_dt6", owner: "p")
            defer { device.close() }
            _ = try device.configure(configuration)
            let pool = try #require(device.pool)
            var packets = [UnsafeMutablePointer<cdpdk_mbuf>?](repeating: nil, count: 32)
            #expect(cdpdk_mbuf_alloc_bulk(pool.raw, &packets, 32) == 0)
            for (index, packet) in packets.enumerated() {
                let packet = try #require(packet)
                packet.pointee.pkt_len = 64
                packet.pointee.data_len = 64
                packet.pointee.buf_addr[Int(packet.pointee.data_off)] = UInt8(index)
            }
            #expect(cdpdk_tx_burst(device.portID, 0, &packets, 32) == 32)
            var received = [UnsafeMutablePointer<cdpdk_mbuf>?](repeating: nil, count: 64)
            #expect(cdpdk_rx_burst(device.portID, 0, &received, 64) == 32)
            for index in 0..<32 {
                let packet = try #require(received[index])
                #expect(packet.pointee.buf_addr[Int(packet.pointee.data_off)] == UInt8(index))
                #expect(packet.pointee.pkt_len == 64)
            }
            let statistics = try device.statistics()
            #expect(statistics.receivedPackets == 32)
            #expect(statistics.transmittedPackets == 32)
            let extended = Dictionary(uniqueKeysWithValues: device.extendedStatistics().map { ($0.name, $0.value) })
            #expect(extended["rx_good_packets"] == 32)
            cdpdk_mbuf_free_bulk(&received, 32)
            #expect(pool.inUse == 0)
            _ = pools
        }
    }

    @Test func aCaptureIsReplayed() async throws {
        let (devices, configuration) = (devices, configuration())
        let directory = try TemporaryDirectory()
        let file = directory.path + "/in.pcap"
        try Capture.write([Array(repeating: 7, count: 60), Array(repeating: 9, count: 1514)], to: file)
        try await live {
            let device = try devices.open(
                devargs: "net_pcap_dpdktest7,rx_pcap=\(file),tx_pcap=\(directory.path)/out.pcap", owner: "p")
            defer { device.close() }
            _ = try device.configure(configuration)
            var received = [UnsafeMutablePointer<cdpdk_mbuf>?](repeating: nil, count: 32)
            let count = cdpdk_rx_burst(device.portID, 0, &received, 32)
            #expect(count == 2)
            #expect(received.prefix(2).compactMap { $0?.pointee.pkt_len } == [60, 1514])
            cdpdk_mbuf_free_bulk(&received, UInt32(count))
        }
    }

    @Test func anotherStartInThisProcessIsARestart() async throws {
        let directory = try TemporaryDirectory()
        let works = try directory.write("works", "#!/bin/bash\necho 'R 8' >&3\n", isExecutable: true)
        let fails = try directory.write("fails", "#!/bin/bash\necho 'M 4 EAL: no' >&3\nexit 1\n", isExecutable: true)
        let wanted = EALConfiguration(otherConfig: ["dpdk-init": "true", "dpdk-extra": "--no-huge"])

        let good = await EAL(queue: queue, executable: works)
        try await good.startPrivate()
        try await good.start(EALConfiguration(otherConfig: [:]))
        #expect(await good.state == .isPrivate)
        try await good.start(wanted)
        #expect(await good.state == .needsRestart)

        let bad = await EAL(queue: queue, executable: fails)
        try await bad.startPrivate()
        await #expect(throws: DPDKError(.initialization, "no")) { try await bad.start(wanted) }
        #expect(await bad.state == .isPrivate)

        let fresh = await EAL(queue: queue, executable: fails)
        await #expect(throws: DPDKError.self) { try await fresh.start(wanted) }
        #expect(await fresh.state == .failed(DPDKError(.initialization, "no")))
        try await fresh.startPrivate()
        #expect(await fresh.state == .isPrivate)
    }

    @Test func whatCameUpBeforeIsNotTriedAgainUntilSomethingHasChanged() async throws {
        let directory = try TemporaryDirectory()
        let fails = try directory.write("fails", "#!/bin/bash\necho 'M 4 EAL: no' >&3\nexit 1\n", isExecutable: true)
        let wanted = EALConfiguration(otherConfig: ["dpdk-init": "true", "dpdk-extra": "--no-huge"])
        let record = TrialRecord(file: "\(directory.path)/record")
        let now = EALSurroundings.read()
        let fewer = HugepageReport(
            pools: now.hugepages.pools.map { .init(node: $0.node, pageKiB: $0.pageKiB, total: $0.total, free: 0) },
            mounts: now.hugepages.mounts)
        record.keep(wanted.arguments, EALSurroundings(facts: now.facts, hugepages: fewer))
        let known = await EAL(queue: queue, executable: fails, recordFile: record.file)
        try await known.startPrivate()
        try await known.start(wanted)
        #expect(await known.state == .needsRestart)

        record.keep(wanted.arguments, EALSurroundings(facts: ["another boot"], hugepages: fewer))
        let changed = await EAL(queue: queue, executable: fails, recordFile: record.file)
        try await changed.startPrivate()
        await #expect(throws: DPDKError(.initialization, "no")) { try await changed.start(wanted) }
    }
}
