import Control
import Datapath
import Logging
import Packets

/// Says what went wrong with a packet's translation, at most once a minute with bursts of five (OVS:
/// `xlate_report_error`).
@ControlActor
final class TranslationReports {
    private let log = Logger(label: "ofproto_dpif_xlate")
    private var limit = RateLimit(perMinute: 1, burst: 5)
    /// Translations with a `sample` action. There are no collectors yet, so that nothing is sent to any.
    private(set) var samples: UInt64 = 0

    /// A packet has met a `sample` action: counted, and said once.
    func noteSample(on bridge: Bridge) {
        samples &+= 1
        guard samples == 1 else { return }
        log.info(
            "bridge \(bridge.name): sample actions have no effect but to be counted, as IPFIX is not supported yet")
    }

    /// Only where a packet is behind the translation: revalidation repeats what has been said.
    func error(_ text: String, of translator: Translator, on bridge: Bridge) {
        guard translator.hasPacket, limit.admit() != nil else { return }
        // As it came, with the port's number on the bridge that it came to.
        var key = translator.original
        let port = bridge.owner?.portsByID[PortID(rawValue: key.host32(FlowField.inPort))]
        if let port { key.setHost32(FlowField.inPort, UInt32(port.number.rawValue)) }
        let flow = TraceText(bridge: port?.bridge ?? bridge).flow(key)
        log.warning("\(text) on bridge \(bridge.name) while processing \(flow)")
    }
}
