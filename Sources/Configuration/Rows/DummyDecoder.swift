import Datapath
import Switch

/// Reads what concerns dummy datapaths and ports (`--enable-dummy`).
enum DummyDecoder {
    /// Whether a datapath of this type is one without a kernel.
    static func isDummy(datapathType type: String, _ mode: DummyMode) -> Bool {
        switch mode {
        case .off: false
        case .explicit: type == "dummy"
        case .system: type == "dummy" || type == "system" || type.isEmpty
        case .override: ["", "dummy", "netdev", "system"].contains(type)
        }
    }

    /// The dummy type, as dumps show it, that stands for an interface of this type; nil: it is none.
    static func typeName(of type: String, _ mode: DummyMode, onDummyBridge: Bool) -> String? {
        switch type {
        case _ where mode == .off: nil
        case "dummy", "dummy-internal", "dummy-pmd": type
        case "internal": onDummyBridge || mode == .override ? "dummy-internal" : nil
        case "", "system": mode == .explicit ? nil : "system"
        case "tap", "dpdk": mode == .override ? type : nil
        default: nil
        }
    }

    static func decode(_ options: inout OptionReader, name: String, typeName: String) -> InterfaceDecoder.Outcome {
        var settings = DummySettings()
        let both = options.text("pcap")
        settings.receivedCapture = both ?? options.text("rxq_pcap")
        settings.sentCapture = both ?? options.text("tx_pcap")
        settings.stream = options.text("stream")
        settings.passiveStream = options.text("pstream")
        settings.interfaceIndex = options.text("ifindex").flatMap { Int($0) }
        if typeName == "dummy-pmd" {
            settings.receiveQueues = options.integer("n_rxq", in: 1...8, default: 1)
            settings.transmitQueues = options.integer("n_txq", in: 1...8, default: 1)
            settings.node = options.integer("numa_id", in: 0...1024, default: 0)
        }
        return .kind(.datapath(PortConfiguration(name: name, kind: .dummy(settings), typeName: typeName)))
    }
}
