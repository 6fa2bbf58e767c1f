import Control
import Logging

/// The log modules of OpenFlow connections under OVS's names, with the limits that keep peers from filling the log.
@ControlActor
final class OpenFlowLoggers {
    let connectionManager = Logger(label: "connmgr")
    let reconnect = Logger(label: "rconn")
    let vconn = Logger(label: "vconn")
    let stream = Logger(label: "vconn_stream")
    let ofproto = Logger(label: "ofproto")
    private var badMessages = RateLimit(perMinute: 1, burst: 5)
    private var errors = RateLimit(perMinute: 10, burst: 10)
    private var overflows = RateLimit(perMinute: 5, burst: 5)
    private var messages = RateLimit(perMinute: 600, burst: 600)
    private var givenUp = RateLimit(perMinute: 5, burst: 5)

    /// Logs what a peer did wrong, at most five times and then once a minute.
    func complain(_ logger: Logger, _ level: Logger.Level, _ text: @autoclosure () -> String) {
        guard badMessages.admit() != nil else { return }
        logger.log(level: level, "\(text())")
    }

    /// Tells of a message that came or goes, where the log is to have them.
    func tell(_ message: OpenFlowMessage, _ title: @autoclosure () -> String) {
        guard vconn.logLevel <= .debug, messages.admit() != nil else { return }
        vconn.debug("\(title()): \(MessageText.text(message))")
    }

    /// Logs that a packet-in was lost.
    func noteOverflow(_ text: @autoclosure () -> String) {
        guard overflows.admit() != nil else { return }
        connectionManager.info("\(text())")
    }

    /// Logs that a peer was given up because it does not read.
    func noteGivenUp(_ text: @autoclosure () -> String) {
        guard givenUp.admit() != nil else { return }
        connectionManager.warning("\(text())")
    }

    /// Logs that an error was sent.
    func noteError(_ text: @autoclosure () -> String) {
        guard errors.admit() != nil else { return }
        connectionManager.info("\(text())")
    }
}
