import Control
import NIOCore

/// What a peer is told unasked, and what the log is told of the peer's changes.
extension OpenFlowConnection {
    /// Sends a packet-in as this connection wants them, unless too many are on their way.
    func send(_ packet: PacketIn) {
        guard let version else { return }
        let isMiss = [.noMatch, .explicitMiss, .implicitMiss].contains(packet.reason)
        let message = encoder(version).packetIn(packet, format: packetInFormat)
        packetIns.send(message, port: packet.metadata.inPort, isMiss: isMiss)
    }

    /// Bytes of updates that a flow monitor may leave unread before they pause.
    private static let monitorLimit = 128 << 10

    /// Sends what flow monitors are told, and pauses them when the peer does not read.
    func send(updates: [FlowUpdate]) {
        guard let version, !updates.isEmpty else { return }
        let encoder = encoder(version)
        sendToMonitor(encoder.flowMonitor(updates, 0))
        if monitorBytes > Self.monitorLimit, monitors.pause() { send([encoder.flowMonitorPaused()]) }
    }

    private func sendToMonitor(_ messages: [OpenFlowMessage]) {
        guard let last = messages.last else { return }
        // During a pause it is known already that the peer does not read.
        guard !monitors.isPaused else { return send(messages) }
        sendTogether { for message in messages.dropLast() { write(message) } }
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let size = messages.reduce(0) { $0 + $1.bytes.count }
        monitorBytes += size
        promise.futureResult.whenComplete { [weak self] _ in
            ControlActor.assumeIsolated { self?.monitorRead(size) }
        }
        write(last, promise)
        // Not even for the end of the requests that have come: what is not sent would look unread.
        outbox.push()
    }

    private func monitorRead(_ size: Int) {
        monitorBytes -= size
        guard monitorBytes == 0, isOpen, let version, let missed = monitors.resume() else { return }
        let encoder = encoder(version)
        if !missed.isEmpty { send(encoder.flowMonitor(missed, 0)) }
        send([encoder.flowMonitorResumed()])
    }

    func count(_ command: FlowMod.Command) {
        if flowMods.isEmpty {
            reportTimer = ControlTimer(after: .seconds(10)) { [weak self] in self?.reportFlowMods() }
        }
        flowMods.count(command, now: heardAt)
    }

    func reportFlowMods() {
        reportTimer = nil
        if let text = flowMods.take(now: ControlClock.shared.now) { loggers.connectionManager.info("\(name): \(text)") }
    }
}
