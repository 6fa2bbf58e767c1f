import Control
import Datapath

extension Switch {
    /// Datapath actions as `dpctl/dump-flows` and `ofproto/trace` print them, with what punts are for.
    public func describe(
        _ actions: [DatapathAction], portName: (@Sendable (PortID) -> String?)? = nil
    ) -> String {
        var texts: [UInt32: String] = [:]
        collect(from: actions, into: &texts)
        let known = texts
        return DatapathActionFormat(portName: portName, puntText: { known[$0] }).text(actions)
    }

    private func collect(from actions: [DatapathAction], into texts: inout [UInt32: String]) {
        for action in actions {
            switch action {
            case .punt(let id): texts[id] = describe(punt: id)
            case .clone(let list), .sample(_, let list): collect(from: list, into: &texts)
            case .checkLength(_, let larger, let otherwise): collect(from: larger + otherwise, into: &texts)
            default: continue
            }
        }
    }

    private func describe(punt id: UInt32) -> String? {
        guard let punt = punts[id] else { return nil }
        let cookie = punt.cookie == 0 ? "0" : "0x" + String(punt.cookie, radix: 16)
        return "controller(reason=\(punt.reason.rawValue),dont_send=0,"
            + "continuation=\(punt.isContinuation ? 1 : 0),recirc_id=\(id),rule_cookie=\(cookie),"
            + "controller_id=\(punt.controllerID),max_len=\(punt.maxLength))"
    }
}
