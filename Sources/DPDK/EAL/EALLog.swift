import CDPDK
import Control
import Logging
import Synchronization

/// Where DPDK's log goes in this process: module `dpdk` of ours.
///
/// DPDK writes from any thread; whole lines are put together here. There is one, as DPDK has one stream in a process
/// and
/// keeps it to the end.
final class EALLog: Sendable {
    static let shared = EALLog()

    /// How loud.
    enum Mode: Sendable {
        /// Levels as they are.
        case normal
        /// For the EAL that nobody asked for: nothing but errors above debug.
        case quiet
    }

    private struct State {
        var partial = ""
        var mode = Mode.normal
        var recorded: [EALMessage]?
        var limit = RateLimit(perMinute: 600, burst: 600, module: "dpdk")
        var guests = GuestLogLimit()
    }

    private let logger = Logger(label: "dpdk")
    private let state = Mutex(State())

    private init() {
        let context = Unmanaged.passRetained(self).toOpaque()
        let error = cdpdk_log_open(
            { context, level, text, length in
                guard let context, let text else { return }
                let bytes = UnsafeRawBufferPointer(start: text, count: length)
                Unmanaged<EALLog>.fromOpaque(context).takeUnretainedValue().take(
                    level, String(decoding: bytes, as: UTF8.self))
            }, context)
        if error != 0 { logger.error("Can't redirect DPDK log: \(DPDKError.text(error)).") }
    }

    /// Sets the mode and starts to keep what is logged, for ``finishRecording()``.
    func startRecording(_ mode: Mode) {
        state.withLock { state in
            state.mode = mode
            state.recorded = []
        }
    }

    /// What was logged since ``startRecording(_:)``; the mode is normal again.
    func finishRecording() -> [EALMessage] {
        state.withLock { state in
            state.mode = .normal
            defer { state.recorded = nil }
            return state.recorded ?? []
        }
    }

    /// Runs `body` and returns with it what DPDK logged meanwhile.
    func recording<Value>(_ body: () -> Value) -> (Value, [EALMessage]) {
        state.withLock { $0.recorded = [] }
        let value = body()
        return (value, finishRecording())
    }

    private func take(_ level: UInt32, _ text: String) {
        let (messages, mode) = state.withLock { state in
            var lines = (state.partial + text).split(separator: "\n", omittingEmptySubsequences: false)
            state.partial = String(lines.removeLast())
            if state.partial.utf8.count > 4096 {
                lines.append(Substring(state.partial))
                state.partial = ""
            }
            let messages = lines.filter { !$0.isEmpty }.map { EALMessage(level: level, text: String($0)) }
            state.recorded?.append(contentsOf: messages)
            let admitted = messages.flatMap { message in
                if let lines = state.guests.admit(message) { return lines }
                return state.limit.admit() != nil ? [message] : []
            }
            return (admitted, state.mode)
        }
        for message in messages { log(message, mode) }
    }

    private func log(_ message: EALMessage, _ mode: Mode) {
        let isHushed = mode == .quiet && !message.isError
        logger.log(level: isHushed ? .debug : message.logLevel, "\(message.text)")
    }
}
