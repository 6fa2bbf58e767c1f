import Control
import NIOCore

/// Sends packet-ins over a connection: so many a second as it is set to get, and so many at a time as its peer reads.
///
/// What exceeds that is lost, counted and never kept: a flood of packets costs no memory.
@ControlActor
final class PacketInSender {
    /// Packet-ins that may be on their way to the peer.
    var queueSize: Int
    /// Lost because the peer did not read.
    private(set) var overflowed: UInt64 = 0

    private let name: String
    private let loggers: OpenFlowLoggers
    private let write: @ControlActor (OpenFlowMessage, EventLoopPromise<Void>) -> Void
    private var inFlight = 0
    /// For packets that a flow's action sent, and for those that no flow matched; nil: no limit.
    private var schedulers: (action: PacketInScheduler, miss: PacketInScheduler)?

    init(
        name: String, loggers: OpenFlowLoggers, settings: ControllerConfiguration,
        write: @escaping @ControlActor (OpenFlowMessage, EventLoopPromise<Void>) -> Void
    ) {
        self.name = name
        self.loggers = loggers
        self.write = write
        queueSize = settings.queueSize
        configure(settings)
    }

    func configure(_ settings: ControllerConfiguration) {
        queueSize = settings.queueSize
        let (rate, burst) = (settings.rateLimit, settings.burstLimit)
        guard rate > 0 else {
            schedulers = nil
            return
        }
        if let schedulers {
            schedulers.action.configure(rate: rate, burst: burst)
            schedulers.miss.configure(rate: rate, burst: burst)
        } else {
            let deliver: @ControlActor (OpenFlowMessage) -> Void = { [weak self] in self?.deliver($0) }
            schedulers = (
                PacketInScheduler(rate: rate, burst: burst, deliver: deliver),
                PacketInScheduler(rate: rate, burst: burst, deliver: deliver)
            )
        }
    }

    func send(_ message: OpenFlowMessage, port: OpenFlowPort, isMiss: Bool) {
        guard let schedulers else { return deliver(message) }
        (isMiss ? schedulers.miss : schedulers.action).send(message, port: port)
    }

    private func deliver(_ message: OpenFlowMessage) {
        guard inFlight < queueSize else {
            overflowed += 1
            return loggers.noteOverflow("\(name): dropping packet-in due to queue overflow")
        }
        inFlight += 1
        let promise = ControlActor.shared.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { [weak self] _ in
            ControlActor.assumeIsolated { self?.inFlight -= 1 }
        }
        write(message, promise)
    }

    /// What a Controller row's `status` tells; nothing without a limit.
    var details: [String: String] {
        guard let schedulers else { return [:] }
        var details: [String: String] = [:]
        for (name, scheduler) in [("action", schedulers.action), ("miss", schedulers.miss)] {
            let statistics = scheduler.statistics
            details["packet-in-\(name)-backlog"] = "\(statistics.backlog)"
            details["packet-in-\(name)-bypassed"] = "\(statistics.bypassed)"
            details["packet-in-\(name)-queued"] = "\(statistics.queued)"
            details["packet-in-\(name)-dropped"] = "\(statistics.dropped)"
        }
        return details
    }
}
