import Control
import Logging
import NIOCore
import NIOPosix

/// A dummy port's cable: a stream socket over which packets travel, each behind its length in two bytes.
///
/// The active end (`options:stream`) connects, again and again until it succeeds; the passive one (`options:pstream`)
/// takes any number of peers, each of which gets every packet.
@ControlActor
final class DummyStream {
    /// Called with each packet that comes in.
    private let received: @Sendable @ControlActor ([UInt8]) -> Void
    private let name: String
    private let isActive: Bool
    private let log = Logger(label: "netdev_dummy")
    private var listener: (any Channel)?
    private var peers: [ObjectIdentifier: any Channel] = [:]
    private var retry: ControlTimer?
    private var isClosed = false
    private static let retryPause: Duration = .milliseconds(100)
    /// A peer that does not read loses packets rather than holding memory.
    private static let mostWaiting = 1 << 20

    /// - Parameter name: `unix:PATH`, `tcp:HOST:PORT`, `punix:PATH` or `ptcp:PORT[:HOST]`.
    init(_ name: String, received: @escaping @Sendable @ControlActor ([UInt8]) -> Void) {
        self.name = name
        self.received = received
        isActive = !name.hasPrefix("p")
        if isActive { connect() } else { listen() }
    }

    /// Whether the active end has its peer; nil for the passive one.
    var isConnected: Bool? { isActive ? !peers.isEmpty : nil }

    /// How many there are at the other end.
    var peerCount: Int { peers.count }

    /// Sends a packet to every peer.
    func send(_ frame: [UInt8]) {
        guard frame.count <= Int(UInt16.max) else { return }
        for channel in peers.values where channel.isWritable {
            var buffer = channel.allocator.buffer(capacity: frame.count + 2)
            buffer.writeInteger(UInt16(truncatingIfNeeded: frame.count))
            buffer.writeBytes(frame)
            channel.writeAndFlush(buffer, promise: nil)
        }
    }

    func close() {
        isClosed = true
        retry = nil
        listener?.close(promise: nil)
        for channel in peers.values { channel.close(promise: nil) }
    }

    private var address: Address? { Address(name) }

    private func connect() {
        guard !isClosed, let address else { return warn("unknown connection method") }
        let bootstrap = ClientBootstrap(group: ControlActor.shared.group)
            .channelOption(.writeBufferWaterMark, value: .init(low: 1, high: Self.mostWaiting))
            .channelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture { try ControlActor.assumeIsolated { try self?.adopt(channel) } }
            }
        let attempt: EventLoopFuture<any Channel>
        var opened: SocketPath?
        switch address {
        case .unix(let path):
            guard let socket = try? SocketPath(path) else { return again() }
            opened = socket
            attempt = bootstrap.connect(unixDomainSocketPath: socket.usable)
        case .tcp(let host, let port): attempt = bootstrap.connect(host: host, port: port)
        }
        let path = opened
        attempt.whenComplete { [weak self] result in
            path?.close()
            guard case .failure = result else { return }
            ControlActor.assumeIsolated { self?.again() }
        }
    }

    private func again() {
        guard isActive, !isClosed else { return }
        retry = ControlTimer(after: Self.retryPause, pace: .machine) { [weak self] in self?.connect() }
    }

    private func listen() {
        guard let address else { return warn("unknown connection method") }
        let bootstrap = ServerBootstrap(group: ControlActor.shared.group)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 1, high: Self.mostWaiting))
            .childChannelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture { try ControlActor.assumeIsolated { try self?.adopt(channel) } }
            }
        let attempt: EventLoopFuture<any Channel>
        var opened: SocketPath?
        switch address {
        case .unix(let path):
            guard let socket = try? SocketPath(path) else { return warn("No such file or directory") }
            opened = socket
            attempt = bootstrap.bind(unixDomainSocketPath: socket.usable, cleanupExistingSocketFile: true)
        case .tcp(let host, let port): attempt = bootstrap.bind(host: host, port: port)
        }
        let path = opened
        attempt.whenComplete { [weak self] result in
            path?.close()
            ControlActor.assumeIsolated {
                switch result {
                case .success(let channel):
                    guard let self, !self.isClosed else { return channel.close(promise: nil) }
                    self.listener = channel
                case .failure(let error): self?.warn("\(error)")
                }
            }
        }
    }

    private func warn(_ reason: String) { log.warning("\(name): open failed (\(reason))") }

    private func adopt(_ channel: any Channel) throws {
        peers[ObjectIdentifier(channel)] = channel
        let key = ObjectIdentifier(channel)
        try channel.pipeline.syncOperations.addHandler(
            DummyStreamHandler(
                received: { [weak self] in self?.received($0) },
                closed: { [weak self] in
                    self?.peers[key] = nil
                    self?.again()
                }))
    }

    /// A stream's name, taken apart.
    enum Address: Equatable {
        case unix(String)
        case tcp(String, Int)

        init?(_ text: String) {
            guard let colon = text.firstIndex(of: ":") else { return nil }
            let rest = String(text[text.index(after: colon)...])
            switch text[..<colon] {
            case "unix", "punix":
                guard !rest.isEmpty else { return nil }
                self = .unix(rest)
            case "tcp":
                guard let last = rest.lastIndex(of: ":"), let port = Int(rest[rest.index(after: last)...]) else {
                    return nil
                }
                self = .tcp(String(rest[..<last]), port)
            case "ptcp":
                let parts = rest.split(separator: ":", maxSplits: 1)
                guard let port = parts.first.flatMap({ Int($0) }) else { return nil }
                self = .tcp(parts.count > 1 ? String(parts[1]) : "0.0.0.0", port)
            default: return nil
            }
        }
    }
}

/// Cuts a peer's bytes into packets.
private final class DummyStreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let received: @Sendable @ControlActor ([UInt8]) -> Void
    private let closed: @Sendable @ControlActor () -> Void
    private var pending = ByteBuffer()

    init(
        received: @escaping @Sendable @ControlActor ([UInt8]) -> Void,
        closed: @escaping @Sendable @ControlActor () -> Void
    ) {
        self.received = received
        self.closed = closed
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var data = unwrapInboundIn(data)
        pending.writeBuffer(&data)
        while let length = pending.getInteger(at: pending.readerIndex, as: UInt16.self),
            pending.readableBytes >= Int(length) + 2
        {
            pending.moveReaderIndex(forwardBy: 2)
            let frame = pending.readBytes(length: Int(length)) ?? []
            let received = received
            ControlActor.assumeIsolated { received(frame) }
        }
        pending.discardReadBytes()
    }

    func channelInactive(context: ChannelHandlerContext) {
        let closed = closed
        ControlActor.assumeIsolated { closed() }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
