import Control

/// placeholder being written
@ControlActor
public final class OpenFlowService {
    public init(switch: any OpenFlowSwitch, runDirectory: String) {}
    public var allowedVersions: Set<OpenFlowVersion> = []
    public func start() async throws(OpenFlowError) {}
    public func stop() async {}
    public func flowsRemoved(_ removed: [RemovedRule]) {}
    public func portChanged(_ port: OpenFlowPortDescription, _ reason: PortChange) {}
}
/// Why OFPT_PORT_STATUS is sent (OFPPR_*).
public enum PortChange: UInt8, Sendable { case added = 0, removed = 1, modified = 2 }
