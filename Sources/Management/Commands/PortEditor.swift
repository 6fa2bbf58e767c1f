import Control
import Datapath
import Service

/// What is to be said to who wants to change the datapath's ports by hand; nil: all is as asked.
@ControlActor
struct PortEditor {
    static let unsupported = "Operation not supported"

    let report: DatapathReport

    func open(_ datapath: String) throws(UnixctlError) {
        guard report.isDatapath(datapath) else { throw UnixctlError("ovs-vswitchd: opening datapath (No such device)") }
    }

    func add(_ datapath: String, _ text: String) -> String? {
        let (name, _) = Self.parse(text)
        guard !name.isEmpty else { return "\(text) is not a valid network device name" }
        return "adding \(name) to \(datapath) failed (\(port(name) == nil ? Self.unsupported : "File exists"))"
    }

    func delete(_ datapath: String, _ name: String) -> String? {
        let isNumber = !name.isEmpty && name.utf8.allSatisfy { (0x30...0x39).contains($0) }
        if !isNumber, port(name) == nil { return "no port named \(name)" }
        let isThere = !isNumber || report.datapath.portList.contains { String($0.0.rawValue) == name }
        return "deleting port \(name) from \(datapath) failed (\(isThere ? Self.unsupported : "No such device"))"
    }

    func set(_ datapath: String, _ text: String) -> String? {
        let (name, options) = Self.parse(text)
        guard !name.isEmpty else { return "\(text) is not a valid network device name" }
        guard let port = port(name) else { return "\(name): failed to query port in \(datapath) (No such device)" }
        for (key, value) in options {
            switch key {
            case "type":
                guard value != port.type else { continue }
                return "\(name): can't change type from \(port.type) to \(value)"
            case "port_no":
                let number = UInt32(value) ?? 0
                guard number != port.number else { continue }
                return "\(name): can't change port number from \(port.number) to \(number)"
            default: return "Error updating configuration (\(Self.unsupported))"
            }
        }
        return nil
    }

    private func port(_ name: String) -> (number: UInt32, type: String)? {
        report.datapath.portList.first { $0.1.name == name }.map { ($0.0.rawValue, $0.1.typeName) }
    }

    /// A name, and `key=value` behind commas.
    private static func parse(_ text: String) -> (name: String, options: [(key: String, value: String)]) {
        let words = text.split(separator: ",")
        let options = words.dropFirst().map { word in
            let parts = word.split(separator: "=", maxSplits: 1)
            return (key: String(parts.first ?? ""), value: parts.count > 1 ? String(parts[1]) : "")
        }
        return (words.first.map(String.init) ?? "", options)
    }
}
