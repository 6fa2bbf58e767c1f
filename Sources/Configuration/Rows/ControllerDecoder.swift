import OVSDB
import OpenFlow

/// Reads Controller rows.
struct ControllerDecoder {
    let bridge: String
    let runDirectory: String?
    private(set) var remarks: [Remark] = []

    /// - Parameter runDirectory: outside of which no Unix socket may be named; nil: anywhere.
    init(bridge: String, runDirectory: String?) {
        self.bridge = bridge
        self.runDirectory = runDirectory
    }

    /// The controller of a row; nil when it may not be served, which a remark tells.
    ///
    /// - Parameters:
    ///   - queueSize: the bridge's default.
    ///   - mayBeInBand: the bridge's `disable-in-band` is not set.
    mutating func decode(_ row: ControllerRow, queueSize: Int, mayBeInBand: Bool) -> ControllerConfiguration? {
        let target = row.target
        if let fault = confinement(target) {
            remarks.append(Remark(.error, fault))
            return nil
        }
        let kind: ControllerConfiguration.Kind? = row.type.map { $0 == "primary" ? .primary : .service }
        var result = ControllerConfiguration(target: target, kind: kind)
        if let milliseconds = row.maxBackoff {
            result.maximumBackoffSeconds = Int(clamping: max(milliseconds / 1000, 1))
        }
        if let milliseconds = row.inactivityProbe {
            result.probeIntervalSeconds = milliseconds <= 0 ? 0 : Int(clamping: max(milliseconds / 1000, 1))
        }
        result.enablesAsync = row.enableAsyncMessages ?? true
        result.queueSize = row.controllerQueueSize.map { Int(clamping: $0) } ?? queueSize
        result.rateLimit = row.controllerRateLimit.map { Int(clamping: $0) } ?? 0
        result.burstLimit = row.controllerBurstLimit.map { Int(clamping: $0) } ?? 0
        if let dscp = row.otherConfig["dscp"].flatMap({ UInt8($0) }), dscp < 64 { result.dscp = dscp }
        result.isInBand = mayBeInBand && row.connectionMode != "out-of-band"
        if row.localIP != nil {
            remarks.append(
                Remark(
                    .warning,
                    "bridge \(bridge): controller \(target): local_ip is not supported yet and has no effect"))
        }
        return result
    }

    /// Why a Unix socket outside the run directory is refused, in OVS's words: who may write the database could make
    /// the daemon overwrite files or talk to other programs.
    private func confinement(_ target: String) -> String? {
        guard let runDirectory else { return nil }
        if target.hasPrefix("unix:") {
            let path = target.dropFirst(5)
            let isInside = !path.contains("/") || path.hasPrefix(runDirectory + "/")
            guard !isInside || path.contains("..") else { return nil }
            return """
                bridge \(bridge): Not connecting to socket controller "\(target)" due to possibility for remote \
                exploit.  Instead, specify socket in permitted directory "unix:\(runDirectory)/" or connect to \
                "unix:\(runDirectory)/\(bridge).mgmt" (which is always available without special configuration).
                """
        }
        guard target.hasPrefix("punix:") else { return nil }
        let allowed = "punix:\(runDirectory)/\(bridge)."
        guard !target.hasPrefix(allowed) || target.dropFirst(allowed.count).contains("/") else { return nil }
        return """
            bridge \(bridge): Not adding Unix domain socket controller "\(target)" due to possibility of overwriting \
            local files. Instead, specify path in permitted format "\(allowed)*" or connect to \
            "unix:\(runDirectory)/\(bridge).mgmt" (which is always available without special configuration).
            """
    }
}
