import DPDK
import Datapath

/// Reads ports towards guests (types `dpdkvhostuser` and `dpdkvhostuserclient`).
enum VhostDecoder {
    /// What the Open_vSwitch row says for all of them.
    struct Defaults: Equatable {
        /// Where sockets of type `dpdkvhostuser` are made.
        var directory = "/var/run/openvswitch"
        var supportsIOMMU = false
        var supportsPostcopy = false
    }

    static func decode(
        _ options: inout OptionReader, name: String, type: String, _ defaults: Defaults, remarks: inout [Remark]
    ) -> InterfaceDecoder.Outcome {
        var settings = VhostSettings(socket: nil)
        if type == "dpdkvhostuser" {
            guard !name.isEmpty, !name.contains("/"), !name.contains("\\") else {
                return .fault(
                    "could not open network device \(name) (Invalid argument): \"\(name)\" is not a valid name for a "
                        + "vhost-user port. A valid name must not include '/' or '\\'")
            }
            settings.socket = VhostSocket.Configuration(path: "\(defaults.directory)/\(name)", isClient: false)
            remarks.append(
                Remark(
                    .warning,
                    "dpdkvhostuser ports are considered deprecated;  please migrate to dpdkvhostuserclient ports.",
                    module: .netdevDPDK))
        } else if let path = options.text("vhost-server-path"), !path.isEmpty {
            guard !path.utf8.contains(0) else { return .fault("\(name): options:vhost-server-path is no path") }
            settings.socket = VhostSocket.Configuration(path: path, isClient: true)
            settings.socket?.supportsIOMMU = defaults.supportsIOMMU
            settings.socket?.supportsPostcopy = defaults.supportsPostcopy
            settings.transmitRetries = retries(&options)
        }
        if let path = settings.socket?.path, path.utf8.count > VhostSocket.longestPath {
            return .fault(
                "could not open network device \(name) (File name too long): the path of a socket has at most "
                    + "\(VhostSocket.longestPath) bytes, \(path) has \(path.utf8.count)")
        }
        return .kind(.datapath(PortConfiguration(name: name, kind: .vhost(settings), typeName: type)))
    }

    /// `tx-retries-max`; what makes no sense is the default, as in OVS.
    private static func retries(_ options: inout OptionReader) -> Int {
        let range = VhostSettings.transmitRetriesRange
        return options.value("tx-retries-max", expected: "a number from \(range.lowerBound) to \(range.upperBound)") {
            Int($0).flatMap { range.contains($0) ? $0 : nil }
        } ?? VhostSettings.defaultTransmitRetries
    }

    /// The directory for sockets: `vhost-sock-dir` below the run directory, which has to be there.
    static func directory(_ setting: String?, run: String) -> (path: String, complaint: String?) {
        guard let setting, !setting.isEmpty else { return (run, nil) }
        guard !setting.contains("..") else {
            return (
                run,
                "vhost-user sock directory request '\(run)/\(setting)' has invalid characters '..' - using \(run) "
                    + "instead."
            )
        }
        return ("\(run)/\(setting)", nil)
    }
}
