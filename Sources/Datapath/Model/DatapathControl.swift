import Control
import Glibc
import Packets

/// The datapath as its user, the Switch, sees it; ``Datapath`` is the real one, tests have another.
@ControlActor
public protocol DatapathControl: AnyObject, Sendable {
    /// Who translates misses. Held weakly.
    var upcallHandler: (any UpcallHandler)? { get set }

    /// Opens the device; packets can be sent to it. Other ports are not disturbed. Fails with the cause and its cure,
    /// for the Interface row's `error`; then nothing is left behind.
    func addPort(_ configuration: PortConfiguration) async throws(DatapathError) -> PortID
    /// Starts to receive from a port that has been added, once its user knows what to do with its packets.
    func beginReceiving(_ port: PortID) async
    /// Applies changed settings to a port that exists, as far as they changed; on failure the old ones stay in force.
    func reconfigurePort(_ port: PortID, _ configuration: PortConfiguration) async throws(DatapathError)
    /// Stops, closes and forgets a port; returns when no thread uses it. `destroy`: a TAP's kernel device goes too.
    func removePort(_ port: PortID, destroy: Bool) async
    func status(of port: PortID) -> PortStatus?
    func statistics(of port: PortID) -> PortStatistics?
    /// Sets the kernel device administratively up or down (a bridge's LOCAL port and the like leave it to the user).
    func setPortUp(_ port: PortID, _ isUp: Bool)

    /// Every flow of every thread.
    var flows: [DatapathFlow] { get }
    func statistics(of flow: DatapathFlow) -> DatapathFlowStatistics
    /// The thread executes `actions` from soon on, without a gap. The mask stays.
    func replace(_ flow: DatapathFlow, actions: [DatapathAction], context: AnyObject?)
    /// Takes the flow out; `flowRemoved` follows with its final counters.
    func remove(_ flow: DatapathFlow)
    /// Returns when everything asked before is in force in every thread (what a barrier waits for).
    func synchronize() async
    /// Whether it is already.
    var isSettled: Bool { get }
    /// From now on flows tell of so many tags of a frame. When that is new, every flow is taken out.
    func limitTags(to limit: TagLimit)
    /// Makes, changes (counters stay) or, with nil, forgets a meter. Numbers are below ``meterLimit``.
    func setMeter(_ id: UInt32, _ meter: DatapathMeter?) throws(DatapathError)
    /// nil where there is no such meter.
    func statistics(ofMeter id: UInt32) -> DatapathMeterStatistics?
    /// How the kernel would send to an address, as its routes and neighbours are now.
    func nextHop(to address: IPv4Address) -> NextHop
    /// Sends a frame made by control through `actions`.
    func execute(_ frame: [UInt8], actions: [DatapathAction])
}

extension DatapathControl {
    /// How many meters there can be.
    public static var meterLimit: UInt32 { MeterBlock.tableSize }

    /// For a datapath without a kernel.
    public func nextHop(to address: IPv4Address) -> NextHop { .unreachable(errno: EOPNOTSUPP) }

    /// For a datapath whose ports receive from the start.
    public func beginReceiving(_ port: PortID) async {}
}
