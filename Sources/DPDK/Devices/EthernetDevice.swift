import CDPDK
import Logging
import Synchronization

/// The owner of one DPDK Ethernet port, of type `dpdk`: a NIC or a virtual device.
///
/// Its functions block for milliseconds and are called one at a time, on the ``DPDKQueue``. Packets do not pass through
/// here: polling threads call `cdpdk_rx_burst` and `cdpdk_tx_burst` with ``portID``, only between a
/// ``configure(_:)`` that succeeded and the next ``configure(_:)``, ``stop()`` or ``close()``.
public final class EthernetDevice: Sendable {
    /// How a port is to be set up.
    public struct Configuration: Sendable, Equatable {
        /// `options:n_rxq`.
        public var receiveQueues = 1
        /// One for each thread that sends, as far as the device has them.
        public var transmitQueues = 1
        /// `options:n_rxq_desc`, `options:n_txq_desc`.
        public var receiveDescriptors = 2048
        public var transmitDescriptors = 2048
        /// Layer 3 MTU in bytes.
        public var mtu = 1500
        /// Six bytes; nil leaves the device's own.
        public var macAddress: [UInt8]?
        /// `options:dpdk-lsc-interrupt`, as far as the device has it.
        public var linkStateInterrupts = false

        public init() {}
    }

    /// What became of a ``Configuration``.
    public struct Setup: Sendable, Equatable {
        public var receiveQueues: Int
        /// May be fewer than asked for: threads then share queues.
        public var transmitQueues: Int
        public var receiveDescriptors: Int
        public var transmitDescriptors: Int
        public var mtu: Int
        public var macAddress: [UInt8]
    }

    struct State {
        var configuration: Configuration?
        var setup: Setup?
        var pool: Mempool?
        var isRunning = false
        var isClosed = false
        var statisticNames: [String]?
    }

    /// DPDK's number of the port.
    public let portID: UInt16
    public let devargs: String
    /// The port's name.
    public let owner: String
    /// The NUMA node for its memory: the device's, or 0 where it has none.
    public let node: Int
    /// Whether ``EthernetDevices`` attached the device, so that closing detaches it.
    let isAttached: Bool
    let pools: MempoolRegistry
    let state = Mutex(State())
    let logger = Logger(label: "netdev_dpdk")
    private let release: @Sendable () -> Void

    init(
        portID: UInt16, devargs: String, owner: String, isAttached: Bool, pools: MempoolRegistry,
        release: @escaping @Sendable () -> Void
    ) {
        self.portID = portID
        self.devargs = devargs
        self.owner = owner
        self.isAttached = isAttached
        self.pools = pools
        self.release = release
        var info = cdpdk_port_info()
        node = cdpdk_port_info(portID, &info) == 0 ? max(Int(info.node), 0) : 0
    }

    /// What is in force now; nil before the first ``configure(_:)`` and after ``close()``.
    public var setup: Setup? { state.withLock { $0.isRunning ? $0.setup : nil } }
    /// What ``setup`` was asked for; nil before the first.
    public var configuration: Configuration? { state.withLock { $0.configuration } }
    /// Where its buffers come from.
    public var pool: Mempool? { state.withLock { $0.pool } }

    /// Stops receiving and sending; ``configure(_:)`` starts it again.
    public func stop() {
        let wasRunning = state.withLock { state in
            defer { state.isRunning = false }
            return state.isRunning
        }
        if wasRunning { _ = cdpdk_port_stop(portID) }
    }

    /// Stops the port, gives its buffers back, and detaches the device if it was attached for us and has no other port.
    public func close() {
        let before = state.withLock { state in
            defer {
                state.isClosed = true
                state.isRunning = false
                state.pool = nil
                state.setup = nil
            }
            return state
        }
        guard !before.isClosed else { return }
        if before.isRunning { _ = cdpdk_port_stop(portID) }
        if isAttached {
            let error = cdpdk_port_close(portID, cdpdk_port_siblings(portID) == 0 ? 1 : 0)
            if error == 0 {
                logger.info("Device '\(devargs)' has been removed and detached")
            } else {
                logger.error("Device '\(devargs)' can not be detached: \(DPDKError.text(error)).")
            }
        }
        release()
        if let pool = before.pool {
            pools.release(pool, by: owner)
            pools.sweep()
        }
    }

    deinit {
        close()
    }
}
