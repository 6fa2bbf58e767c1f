import Control
import Foundation
import NIOCore
import NIOPosix

@testable import OVSDB

/// A server on a Unix socket whose behaviour a test writes: raw bytes at connection, then a closure for every message.
@ControlActor
final class ScriptedServer {
    let path = NSTemporaryDirectory() + "vswift-scripted-\(UUID().uuidString.prefix(8)).sock"
    var remote: String { "unix:" + path }
    /// Sent to every new connection.
    var greeting: [UInt8] = []
    var onMessage: (@ControlActor (JSONRPCConnection, JSONRPCMessage) -> Void)?
    private(set) var connections = 0
    private(set) var current: (any Channel)?
    private var listener: (any Channel)?

    func start() async throws {
        listener = try await ServerBootstrap(group: ControlActor.shared.group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try ControlActor.assumeIsolated { try self.accept(channel) }
                }
            }
            .bind(unixDomainSocketPath: path).get()
    }

    private func accept(_ channel: any Channel) throws {
        connections += 1
        current = channel
        let connection = JSONRPCConnection(name: "client")
        try connection.attach(to: channel)
        connection.onMessage = { [weak self] in self?.onMessage?(connection, $0) }
        if !greeting.isEmpty {
            let bytes = greeting
            channel.eventLoop.execute { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
        }
    }

    func send(_ text: String) {
        current?.writeAndFlush(ByteBuffer(string: text), promise: nil)
    }

    func stop() async throws {
        try await listener?.close().get()
        try? await current?.close().get()
        try? FileManager.default.removeItem(atPath: path)
    }
}
