import CDPDK
import Glibc
import Logging
import Synchronization

/// A Unix socket over which a guest's network device is served (vhost-user), as DPDK's vhost library does it.
///
/// ``open()`` and ``close()`` block: call them on the ``DPDKQueue``.
public final class VhostSocket: Sendable {
    public struct Configuration: Sendable, Equatable {
        /// The socket's path; at most ``longestPath`` bytes.
        public var path: String
        /// Whether the guest's side makes the socket and we connect, again and again until it is there
        /// (`dpdkvhostuserclient`), or the other way round (`dpdkvhostuser`).
        public var isClient: Bool
        /// `other_config:vhost-iommu-support`.
        public var supportsIOMMU = false
        /// `other_config:vhost-postcopy-support`.
        public var supportsPostcopy = false

        public init(path: String, isClient: Bool) {
            self.path = path
            self.isClient = isClient
        }
    }

    /// `sun_path` without its final 0.
    public static let longestPath = 107

    public let configuration: Configuration
    private let owner: String
    private let inbox: VhostInbox
    private let state = Mutex(State())
    private let logger = Logger(label: "netdev_dpdk")

    private struct State {
        /// From ``open()`` to ``close()``.
        var isOpen = false
        /// Whether the library has it: a client's, from an attempt that found somebody on.
        var isRegistered = false
        var patience = VhostPatience()
    }

    /// - Parameters:
    ///   - owner: the port's name, for messages.
    ///   - changed: called on threads of the library's when ``take()`` has something new; it must not block.
    public init(_ configuration: Configuration, owner: String, changed: @escaping @Sendable () -> Void) {
        self.configuration = configuration
        self.owner = owner
        inbox = VhostInbox(announce: changed)
    }

    /// How the guest stands now. Whoever takes it brings all who move packets in line, and then calls `releases`: until
    /// that is done, a thread of the library's may stand still because a device is going.
    public func take() -> (state: VhostState, releases: [@Sendable () -> Void]) { inbox.take() }

    /// Whether a thread of the library's stands still until ``take()``.
    public var isAwaited: Bool { inbox.isAwaited }

    /// Makes the socket, or begins to connect to it. A socket file that nobody listens on any more is taken over.
    ///
    /// - Throws: ``DPDKError/Code/inUse`` when the path is another port's or another process listens on it.
    public func open() throws(DPDKError) {
        let path = configuration.path
        guard path.utf8.count <= Self.longestPath else {
            throw DPDKError(
                .invalid,
                "\(owner): the socket's path is longer than the \(Self.longestPath) bytes that the kernel allows: "
                    + path, errno: ENAMETOOLONG)
        }
        guard VhostRouter.shared.add(configuration, inbox) else {
            throw DPDKError(.inUse, "\(owner): another port uses the socket \(path)", errno: EADDRINUSE)
        }
        do throws(DPDKError) {
            if !configuration.isClient { try clearPath() }
            try state.withLock { (state) throws(DPDKError) in
                state.isRegistered = try register()
                state.isOpen = true
                if !state.isRegistered { sayReconnecting() }
            }
        } catch {
            VhostRouter.shared.remove(path)
            throw error
        }
        if configuration.isClient {
            VhostReconnector.shared.add(self)
            logger.info("vHost User device '\(owner)' created in 'client' mode, using client socket '\(path)'")
        } else {
            logger.info("Socket \(path) created for vhost-user port \(owner)")
        }
    }

    /// Ends the connection, if there is one, with its events; a socket file of ours goes.
    public func close() {
        let wasOpen = state.withLock { state in
            guard state.isOpen else { return false }
            unregister(&state)
            state.isOpen = false
            return true
        }
        guard wasOpen else { return }
        if configuration.isClient { VhostReconnector.shared.remove(configuration.path) }
        VhostRouter.shared.remove(configuration.path)
    }

    /// For a client: sees whether the guest is there by now, unless it is connected. It may wait for
    /// the library's thread.
    func connectAgain() {
        let path = configuration.path
        state.withLock { state in
            guard state.isOpen, !VhostRouter.shared.isVisited(path) else { return }
            if state.isRegistered {
                // Its connection has ended; the library has no other way to make a new one.
                unregister(&state)
                sayReconnecting()
            }
            guard let file = VhostPatience.File(path: path), state.patience.allows(file) else { return }
            do throws(DPDKError) {
                state.isRegistered = try register()
            } catch {
                logger.warning("\(error.description)")
            }
            if !state.isRegistered { state.patience.refused(file) }
        }
    }

    /// In the library's words, for those who look for them.
    private func sayReconnecting() {
        Logger(label: "dpdk").info("VHOST_CONFIG: (\(configuration.path)) reconnecting...")
    }

    private func unregister(_ state: inout State) {
        guard state.isRegistered else { return }
        state.isRegistered = false
        if cdpdk_vhost_close(configuration.path) != 0 {
            logger.error("Unable to unregister vhost driver for socket '\(configuration.path)'.")
        }
    }

    /// Whether the library has it now: not when it is a client's and nobody listens.
    private func register() throws(DPDKError) -> Bool {
        // A frame in several buffers is none that we take, and a guest could fill all buffers with one.
        var flags: UInt64 = CDPDK_VHOST_LINEAR
        if configuration.isClient { flags |= CDPDK_VHOST_CLIENT | CDPDK_VHOST_NO_RECONNECT }
        if configuration.supportsIOMMU { flags |= CDPDK_VHOST_IOMMU }
        if configuration.supportsPostcopy { flags |= CDPDK_VHOST_POSTCOPY }
        // Without checksum offload, virtio allows none of what builds on it.
        let without =
            CDPDK_VIRTIO_NET_CSUM | CDPDK_VIRTIO_NET_HOST_TSO4 | CDPDK_VIRTIO_NET_HOST_TSO6 | CDPDK_VIRTIO_NET_HOST_ECN
            | CDPDK_VIRTIO_NET_HOST_UFO
        let result = cdpdk_vhost_fault_open()
        if result != 0 { logger.warning("cannot take over SIGBUS: \(DPDKError.text(result))") }
        var told = VhostRouter.events
        let opened = cdpdk_vhost_open(configuration.path, flags, without, &told)
        if opened == -ECONNREFUSED { return false }
        guard opened == 0 else {
            throw DPDKError(
                .system,
                "\(owner): vhost-user socket device setup failure for socket \(configuration.path); what DPDK says "
                    + "of it is in the log at VHOST_CONFIG", errno: EINVAL)
        }
        return true
    }

    /// Removes a socket that a process left behind when it was killed.
    private func clearPath() throws(DPDKError) {
        switch UnixSocketProbe.state(of: configuration.path) {
        case .absent: return
        case .stale:
            logger.info("\(owner): nobody listens on \(configuration.path) any more: its file is made anew")
            unlink(configuration.path)
        case .live:
            throw DPDKError(
                .inUse,
                "\(owner): another process listens on \(configuration.path); end it, or give the port another name",
                errno: EADDRINUSE)
        case .notASocket:
            throw DPDKError(
                .inUse, "\(owner): \(configuration.path) exists and is no socket; it is left alone", errno: EEXIST)
        case .inaccessible(let code):
            throw DPDKError(
                .system, "\(owner): cannot look at \(configuration.path) (\(String(cString: strerror(code))))",
                errno: code)
        }
    }

    deinit {
        inbox.abandon()
        close()
    }
}
