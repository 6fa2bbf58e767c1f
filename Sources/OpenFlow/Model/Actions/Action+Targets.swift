extension Action {
    /// Whether packets are sent out of `port` by this or by an action within it (OVS: ofpact_outputs_to_port).
    func outputs(to port: OpenFlowPort) -> Bool {
        switch self {
        case .output(port, _), .outputTruncated(port, _), .enqueue(port, _): true
        case .controller: port == .controller
        case .clone(let inner), .writeActions(let inner): inner.contains { $0.outputs(to: port) }
        default: false
        }
    }
}
