import Control
import Datapath
import OpenFlow
import Packets
import Service
import Switch

extension CommandRegistry {
    /// Adds `ofproto/trace`: what a switch does with a packet, and why.
    ///
    /// - Parameters:
    ///   - isDatapath: whether a word names a datapath.
    ///   - portNumber: the datapath's number of a port.
    func registerTraceCommands(
        over target: Switch, isDatapath: @escaping @ControlActor (String) -> Bool,
        portNumber: @escaping @ControlActor (String) -> UInt32?
    ) {
        register(
            "ofproto/trace", usage: "{[dp_name] odp_flow | bridge br_flow} [OPTIONS...] [-generate|packet]",
            arguments: 1...
        ) { arguments in
            let request = try TraceArguments(arguments).request(
                target, isDatapath: isDatapath, portNumber: portNumber)
            return try Self.trace(request, target)
        }
        register(
            "ofproto/trace-packet-out",
            usage: "[-consistent] {[dp_name] odp_flow | bridge br_flow} [OPTIONS...] [-generate|packet] actions",
            arguments: 2...
        ) { arguments in
            let trace = try TraceArguments(Array(arguments.dropLast()), takesConsistency: true)
            var request = try trace.request(target, isDatapath: isDatapath, portNumber: portNumber)
            let owner = target.findBridge(owning: PortID(rawValue: request.key.host32(FlowField.inPort)))?.0
            let tables = (request.bridge ?? owner)?.flowTables
            let list = try Self.actions(arguments[arguments.count - 1], options: tables?.tunnelOptions)
            try Self.check(list, isStrict: trace.isConsistent, for: request.key, tables)
            request.actions = list
            return try Self.trace(request, target)
        }
    }

    private static func trace(_ request: Switch.TraceRequest, _ target: Switch) throws(UnixctlError) -> String {
        guard let text = target.trace(request) else {
            let port = request.key.host32(FlowField.inPort)
            throw UnixctlError("no OpenFlow port for datapath port \(port)")
        }
        return text
    }

    private static func actions(_ text: String, options: TunnelOptions?) throws(UnixctlError) -> [Action] {
        do throws(TextError) {
            return try ActionParser.parse(text, options: options)
        } catch {
            throw UnixctlError(error.message)
        }
    }

    /// What a packet-out's actions would be refused for.
    private static func check(
        _ actions: [Action], isStrict: Bool, for packet: FlowKey, _ tables: FlowTables?
    ) throws(UnixctlError) {
        if let name = ActionParser.objection(to: actions, for: packet, isStrict: isStrict) {
            throw UnixctlError("Bad actions: \(name)")
        }
        do throws(OpenFlowError) {
            try tables?.check(actions)
        } catch {
            throw UnixctlError("Bad actions: \(error.name)")
        }
    }
}

/// The arguments of `ofproto/trace`, in any of its forms.
@ControlActor
struct TraceArguments {
    /// Whether actions may not be without effect (`-consistent`).
    private(set) var isConsistent = false
    private var generates = false
    private var withNames = false
    private var payload = FlowFrame.pattern(64)
    /// What is no option: a datapath or bridge, a flow, a packet.
    private var rest: [String] = []
    private var frame: [UInt8]?

    /// - Parameter takesConsistency: whether the command has the option `-consistent`.
    init(_ arguments: [String], takesConsistency: Bool = false) throws(UnixctlError) {
        var index = 0
        func value() throws(UnixctlError) -> String {
            guard index + 1 < arguments.count else {
                throw UnixctlError("Missing argument for option \(arguments[index])")
            }
            index += 1
            return arguments[index]
        }
        while index < arguments.count {
            let argument = arguments[index]
            switch argument {
            case "-generate", "--generate": generates = true
            case "-names", "--names": withNames = true
            case "-consistent", "--consistent":
                guard takesConsistency else { throw UnixctlError("\(argument): unknown option") }
                isConsistent = true
            case "--l7":
                guard let bytes = Self.bytes(try value()) else {
                    throw UnixctlError("Trailing garbage in packet data")
                }
                payload = bytes
            case "--l7-len":
                let text = try value()
                guard let length = Int(text), (0...64000).contains(length) else {
                    throw UnixctlError("\(text): too much L7 data")
                }
                payload = FlowFrame.pattern(length)
            case "--ct-next":
                throw UnixctlError("\(argument): connection tracking is not supported")
            default:
                if argument.hasPrefix("-") { throw UnixctlError("\(argument): unknown option") }
                guard rest.count < 3 else { throw UnixctlError("too many arguments") }
                rest.append(argument)
            }
            index += 1
        }
        try takePacket()
    }

    /// The last argument is a packet where it can be one.
    private mutating func takePacket() throws(UnixctlError) {
        guard !generates, rest.count > 1, let last = rest.last else { return }
        if let bytes = Self.bytes(last) {
            guard bytes.count >= 14 else { throw UnixctlError("Packet data too short for Ethernet") }
            frame = bytes
            rest.removeLast()
        } else if rest.count > 2 {
            throw UnixctlError("Trailing garbage in packet data")
        }
    }

    /// Hexadecimal digits in pairs, spaces between them allowed; nil for anything else.
    private static func bytes(_ text: String) -> [UInt8]? {
        var result: [UInt8] = []
        var high: Int?
        for character in text where !character.isWhitespace {
            guard let digit = character.hexDigitValue else { return nil }
            if let first = high {
                result.append(UInt8(truncatingIfNeeded: first << 4 | digit))
                high = nil
            } else {
                high = digit
            }
        }
        return high == nil && !result.isEmpty ? result : nil
    }

    /// - Parameter portNumber: the datapath's number of a port by its name.
    func request(
        _ target: Switch, isDatapath: @ControlActor (String) -> Bool, portNumber: @ControlActor (String) -> UInt32?
    ) throws(UnixctlError) -> Switch.TraceRequest {
        guard let text = rest.last, rest.count <= 2 else { throw UnixctlError("Syntax error") }
        var request = try flow(text, target, isDatapath, portNumber)
        request.withNames = withNames
        if generates {
            request.frame = FlowFrame.bytes(request.key, payload: payload)
        } else if let frame {
            request.frame = frame
            // The flow says only where the packet comes from.
            let metadata = request.key
            guard var key = target.headers(of: frame) else { throw UnixctlError("Packet data too short for Ethernet") }
            key[0] = metadata[0]
            for index in FlowField.datapathHash >> 3..<FlowKey.wordCount { key[index] = metadata[index] }
            request.key = key
        }
        return request
    }

    private func flow(
        _ text: String, _ target: Switch, _ isDatapath: @ControlActor (String) -> Bool,
        _ portNumber: @ControlActor (String) -> UInt32?
    ) throws(UnixctlError) -> Switch.TraceRequest {
        let problem: String
        let found: DatapathFlowParser.Flow?
        do throws(TextError) {
            let ports = Dictionary(target.bridges.values.flatMap(\.ports).compactMap { port in
                portNumber(port.name).map { (port.name, $0) }
            }) { first, _ in first }
            found = try DatapathFlowParser.parse(text, portNumber: { ports[$0] })
            problem = ""
        } catch {
            found = nil
            problem = error.message
        }
        if let found {
            var key = found.key
            guard rest.count == 1 || isDatapath(rest[0]) else { throw UnixctlError("Cannot find the datapath") }
            let id = key.host32(FlowField.recircID)
            guard id == 0 || target.isRecirculating(id) else {
                throw UnixctlError("no recirculation data for recirc_id 0x\(String(id, radix: 16))")
            }
            guard target.fill(&key, with: found.options) else { throw UnixctlError("Failed to parse Geneve options") }
            return Switch.TraceRequest(key: key.limited(to: target.tagLimit))
        }
        guard rest.count == 2 else { throw UnixctlError("\(problem) (or the bridge name was omitted)") }
        guard let bridge = target.bridges[rest[0]] else { throw UnixctlError("\(rest[0]): unknown bridge") }
        do throws(TextError) {
            var request = Switch.TraceRequest(
                key: try MatchParser.parsePacket(text, options: bridge.flowTables.tunnelOptions) {
                    bridge.port(named: $0)?.number
                })
            request.bridge = bridge
            return request
        } catch {
            throw UnixctlError("Bad openflow flow syntax: \(error.message)")
        }
    }
}
