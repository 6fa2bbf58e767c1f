import CDPDK
import Glibc
import MemoryPlan

extension EthernetDevice {
    /// Takes the buffers that a setup needs; the device is not touched. To be followed by ``configure(_:_:)``, or
    /// ``abandon(_:)``.
    ///
    /// - Throws: ``DPDKError`` with what, why and, where there is one, the cure.
    public func reserve(_ wanted: Configuration) throws(DPDKError) -> Mempool {
        guard BufferClass.mtuRange.contains(wanted.mtu) else {
            throw DPDKError(
                .invalid,
                "\(owner): unsupported MTU \(wanted.mtu): a DPDK port takes \(BufferClass.mtuRange.lowerBound) to "
                    + "\(BufferClass.mtuRange.upperBound)",
                errno: EINVAL)
        }
        return try pools.acquire(
            mtu: wanted.mtu, node: node, owner: owner,
            needs: PoolNeeds(
                receiveQueues: wanted.receiveQueues, receiveDescriptors: wanted.receiveDescriptors,
                transmitQueues: wanted.transmitQueues, transmitDescriptors: wanted.transmitDescriptors))
    }

    /// Gives back what ``reserve(_:)`` took.
    public func abandon(_ pool: Mempool) { pools.release(pool, by: owner) }

    /// ``reserve(_:)``, then ``configure(_:_:)``.
    public func configure(_ wanted: Configuration) throws(DPDKError) -> Setup {
        try configure(wanted, try reserve(wanted))
    }

    /// Stops, sets up and starts this device, and no other. Nobody may poll it meanwhile. If the device
    /// refuses, the old setup is put back.
    ///
    /// - Parameter pool: what ``reserve(_:)`` took; the device's own now, whatever comes of it.
    /// - Returns: what it came to be; with fewer queues than asked for where the device has fewer.
    /// - Throws: ``DPDKError`` with what, why and, where there is one, the cure.
    public func configure(_ wanted: Configuration, _ pool: Mempool) throws(DPDKError) -> Setup {
        // Not with the state locked: devices take their time, and control asks what is in force.
        let before = state.withLock { state in
            defer { state.isRunning = false }
            return state
        }
        do throws(DPDKError) {
            guard !before.isClosed else { throw DPDKError(.noDevice, "Interface \(owner) is closed") }
            let info = try info()
            if before.isRunning { _ = cdpdk_port_stop(portID) }
            let setup = try apply(wanted, pool, info)
            state.withLock { state in
                state.configuration = wanted
                state.setup = setup
                state.pool = pool
                state.isRunning = true
                state.statisticNames = nil
            }
            if let old = before.pool { pools.release(old, by: owner) }
            return setup
        } catch {
            restore(before)
            pools.release(pool, by: owner)
            throw error
        }
    }

    /// Puts the last good setup back in force after a refusal.
    private func restore(_ before: State) {
        guard !before.isClosed, let old = before.configuration, let pool = before.pool else { return }
        do throws(DPDKError) {
            let setup = try apply(old, pool, info())
            state.withLock { state in
                state.setup = setup
                state.isRunning = true
            }
        } catch {
            logger.error("Interface \(owner): the former setup cannot be put back: \(error.description)")
        }
    }

    /// The whole way from a stopped device to a running one.
    private func apply(_ wanted: Configuration, _ pool: Mempool, _ info: EthernetInfo) throws(DPDKError) -> Setup {
        var setup = Setup(
            receiveQueues: min(max(wanted.receiveQueues, 1), max(info.mostReceiveQueues, 1)),
            transmitQueues: min(max(wanted.transmitQueues, 1), max(info.mostTransmitQueues, 1)),
            receiveDescriptors: info.receiveDescriptors.nearest(wanted.receiveDescriptors),
            transmitDescriptors: info.transmitDescriptors.nearest(wanted.transmitDescriptors),
            mtu: wanted.mtu, macAddress: [])
        try setUpQueues(&setup, wanted, pool, info)
        if let mac = wanted.macAddress { assign(mac) }
        let error = cdpdk_port_start(portID)
        guard error == 0 else {
            throw failed("Interface \(owner) start error: \(DPDKError.text(error))", error)
        }
        _ = cdpdk_port_set_promiscuous(portID, 1)
        _ = cdpdk_port_set_all_multicast(portID, 1)
        setup.macAddress = macAddress()
        let mac = setup.macAddress.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
        logger.info("Port \(portID): \(mac)")
        return setup
    }

    /// Configures with ever fewer queues: devices may report more than they give.
    private func setUpQueues(
        _ setup: inout Setup, _ wanted: Configuration, _ pool: Mempool, _ info: EthernetInfo
    ) throws(DPDKError) {
        let asked = (setup.receiveQueues, setup.transmitQueues)
        var lastError: Int32 = -EINVAL
        while setup.receiveQueues > 0, setup.transmitQueues > 0 {
            try configurePort(&setup, wanted, info, asked)
            let sending = queuesSetUp(setup.transmitQueues, "txq", &lastError) { queue in
                cdpdk_port_tx_queue_setup(portID, queue, UInt16(clamping: setup.transmitDescriptors), memoryNode)
            }
            if sending < setup.transmitQueues {
                setup.transmitQueues = sending
                continue
            }
            let receiving = queuesSetUp(setup.receiveQueues, "rxq", &lastError) { queue in
                cdpdk_port_rx_queue_setup(
                    portID, queue, UInt16(clamping: setup.receiveDescriptors), memoryNode, pool.raw)
            }
            if receiving == setup.receiveQueues { return }
            setup.receiveQueues = receiving
        }
        throw failed(configureError(asked, wanted, lastError), lastError)
    }

    /// How many queues could be set up, from the first.
    private func queuesSetUp(
        _ count: Int, _ kind: String, _ lastError: inout Int32, _ setUp: (UInt16) -> Int32
    ) -> Int {
        for queue in 0..<count {
            let error = setUp(UInt16(clamping: queue))
            if error != 0 {
                lastError = error
                logger.info("Interface \(owner) unable to setup \(kind)(\(queue)): \(DPDKError.text(error))")
                return queue
            }
        }
        return count
    }

    private func configurePort(
        _ setup: inout Setup, _ wanted: Configuration, _ info: EthernetInfo, _ asked: (Int, Int)
    ) throws(DPDKError) {
        if (setup.receiveQueues, setup.transmitQueues) != asked {
            logger.info("Retrying setup with (rxq:\(setup.receiveQueues) txq:\(setup.transmitQueues))")
        }
        var configuration = cdpdk_port_configuration()
        configuration.rx_queues = UInt16(clamping: setup.receiveQueues)
        configuration.tx_queues = UInt16(clamping: setup.transmitQueues)
        configuration.rx_offloads = wantedOffloads(wanted, info)
        configuration.link_interrupt = wanted.linkStateInterrupts ? 1 : 0
        configuration.rss = 1
        var error = cdpdk_port_configure(portID, &configuration)
        guard error == 0 else { throw failed(configureError(asked, wanted, error), error) }
        error = cdpdk_port_set_mtu(portID, UInt16(clamping: wanted.mtu))
        guard error != 0 else { return }
        let own = Int(cdpdk_port_mtu(portID))
        guard error == -ENOTSUP else {
            throw failed(
                "Interface \(owner) MTU (\(wanted.mtu)) setup error: \(DPDKError.text(error)); the device takes "
                    + "\(info.mtus.lowerBound) to \(info.mtus.upperBound)", error)
        }
        setup.mtu = own > 0 ? own : wanted.mtu
        if own != wanted.mtu {
            logger.warning(
                "Interface \(owner) does not support MTU configuration, max packet size supported is \(own).")
        }
    }

    private func wantedOffloads(_ wanted: Configuration, _ info: EthernetInfo) -> UInt64 {
        var offloads: UInt64 = 0
        let checksums = CDPDK_RX_IPV4_CHECKSUM | CDPDK_RX_UDP_CHECKSUM | CDPDK_RX_TCP_CHECKSUM
        if info.receiveOffloads & checksums == checksums { offloads |= checksums }
        if wanted.mtu > 1500 { offloads |= info.receiveOffloads & CDPDK_RX_SCATTER }
        return offloads
    }

    private func assign(_ mac: [UInt8]) {
        do {
            try setMACAddress(mac)
        } catch {
            logger.error("\(error.description)")
        }
    }

    /// The node for rings and queues; the one heap there is without hugepages.
    private var memoryNode: Int32 {
        cdpdk_has_hugepages() != 0 ? Int32(clamping: node) : Int32(CDPDK_ANY_NODE)
    }

    private func configureError(_ queues: (Int, Int), _ wanted: Configuration, _ error: Int32) -> String {
        "Interface \(owner)(rxq:\(queues.0) txq:\(queues.1) lsc interrupt mode:\(wanted.linkStateInterrupts)) "
            + "configure error: \(DPDKError.text(error))"
    }

    /// Logs as OVS does, and makes the error.
    private func failed(_ text: String, _ error: Int32) -> DPDKError {
        logger.error("\(text)")
        return DPDKError(error == -ENOMEM ? .outOfMemory : .system, text, errno: error < 0 ? -error : error)
    }
}
