import Control
import Logging
import NIOCore
import OVSDB

/// One client of the control socket: its commands run one after the other, in the order they came.
@ControlActor
final class UnixctlConnection {
    private let rpc: JSONRPCConnection
    private let channel: any Channel
    private let registry: CommandRegistry
    private let coverage: Coverage?
    private let logger: Logger
    private var waiting: [(method: String, parameters: [JSON], id: JSON)] = []
    private var isRunning = false
    /// A client that asks on and on without reading answers is not read any further beyond this many commands.
    private static let limit = 64

    init(
        channel: any Channel, name: String, registry: CommandRegistry, coverage: Coverage?, logger: Logger,
        onClose: @escaping @ControlActor () -> Void
    ) throws {
        self.channel = channel
        self.registry = registry
        self.coverage = coverage
        self.logger = logger
        // Commands are short; whoever sends megabytes is no ovs-appctl.
        rpc = JSONRPCConnection(name: name, limits: JSONParser.Limits(bytes: 1 << 20, depth: 16))
        rpc.onMessage = { [weak self] in self?.received($0) }
        rpc.onClose = { _ in onClose() }
        try rpc.attach(to: channel)
    }

    func close() {
        rpc.close()
    }

    private func received(_ message: JSONRPCMessage) {
        guard case .request(let method, let parameters, let id) = message else {
            logger.warning("\(rpc.name): received unexpected notify message")
            rpc.close()
            return
        }
        coverage?.unixctlReceived.add()
        waiting.append((method, parameters, id))
        if waiting.count >= Self.limit { setReading(false) }
        guard !isRunning else { return }
        isRunning = true
        Task { @ControlActor in await run() }
    }

    private func run() async {
        while !waiting.isEmpty, rpc.isOpen {
            let (method, parameters, id) = waiting.removeFirst()
            logger.debug("received request \(method)\(JSON.array(parameters).text), id=\(id.text)")
            let reply = await answer(method, parameters, id)
            rpc.send(reply)
            coverage?.unixctlReplied.add()
            // An empty write completes when all before it has left: the next command waits for a client that reads.
            try? await channel.writeAndFlush(channel.allocator.buffer(capacity: 0)).get()
            if let after = registry.afterReply {
                registry.afterReply = nil
                after()
            }
            if waiting.count == Self.limit / 2 { setReading(true) }
        }
        waiting = []
        isRunning = false
    }

    private func answer(_ method: String, _ parameters: [JSON], _ id: JSON) async -> JSONRPCMessage {
        do {
            let arguments = try parameters.map { parameter in
                guard let text = parameter.string else {
                    throw UnixctlError("\"\(method)\" command has non-string argument")
                }
                return text
            }
            let text = Self.terminated(try await registry.run(method, arguments))
            logger.debug("replying with success, id=\(id.text): \(JSON.string(text).text)")
            return .reply(result: .string(text), id: id)
        } catch {
            let text = Self.terminated("\(error)")
            logger.debug("replying with error, id=\(id.text): \(JSON.string(text).text)")
            return .error(.string(text), id: id)
        }
    }

    /// Text that is not empty ends in a newline.
    private static func terminated(_ text: String) -> String {
        text.isEmpty || text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n"
    }

    private func setReading(_ isOn: Bool) {
        channel.setOption(.autoRead, value: isOn).whenFailure { _ in }
    }
}
