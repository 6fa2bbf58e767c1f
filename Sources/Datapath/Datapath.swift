import CDPDK
import Control
import DPDK
import Logging
import Machine
import Packets

/// What happens to packets: ports, the threads that move packets between them, and the flows that say how.
///
/// Everything public is control's (its one thread); packet threads are told by commands and answer over rings, so that
/// no port is stopped while another is added, changed or removed.
@ControlActor
public final class Datapath: DatapathControl {
    public weak var upcallHandler: (any UpcallHandler)?
    let log = Logger(label: "dpif_netdev")
    let deviceLog = Logger(label: "netdev_dpdk")
    /// DPDK's environment layer and what is made from it.
    public let eal: EAL
    let devices: EthernetDevices
    public let mempools: MempoolRegistry
    let deviceQueue: DPDKQueue
    let topology: NUMATopology
    let links = KernelLinks()

    var ports: [PortID: DatapathPort] = [:]
    /// The names of `ports`.
    var names: Set<String> = []
    /// Names being opened right now, so that two requests do not race for one device.
    var opening: Set<String> = []
    var nextPort: UInt32 = 1
    /// The thread that serves kernel ports; made with the first port.
    var kernelThread: PacketThread?
    var pmdThreads: [Int: PacketThread] = [:]
    /// Threads that are no longer in use but still answer, until they have ended.
    var endingThreads: [PacketThread] = []
    var pmdConfiguration = PMDConfiguration()
    /// What polling has cost of late, and the timer that measures it.
    var pollingMonitor = PollingMonitor()
    var pollingTimer: ControlTimer?
    /// Measuring intervals since loads were last compared.
    var intervalsSinceBalance = 0
    /// Cores that poll only what is pinned to them.
    var isolatedCores: Set<Int> = []
    /// What was said of the last plan.
    var saidRemarks: Set<String> = []
    var threadSerial = 0
    var kernelPool: Mempool?
    /// What was said of ports that found no buffers, and the timer that looks for them.
    var poolWatch = PoolWatch()
    var poolTimer: ControlTimer?
    /// What ports that are gone had counted.
    var departed = PortCounters()
    /// What threads that are gone had dropped for want of a port.
    var departedWithoutPort: UInt64 = 0
    var meters: [UInt32: Meter] = [:]
    /// How many tags of a frame flows tell of.
    var tagLimit = TagLimit.two
    /// TAPs left open by the process image before this one, by name.
    var adoptable: [String: Int32] = [:]
    /// How many dummy ports there have been, and whether there are any.
    var madeDummies = 0
    var hasDummies = false
    /// One change of the set of threads at a time.
    let threadChanges = ControlMutex()
    lazy var doorbell = Doorbell { [weak self] in self?.answer() }
    /// How often control will still look for itself whether PMD threads have answered.
    var glances = 0
    var glanceTimer: ControlTimer?
    /// Misses that control could not translate, and those that met a flow just installed.
    public internal(set) var upcallCount: UInt64 = 0
    public internal(set) var upcallFailures: UInt64 = 0

    /// Nothing is opened or started before the first port.
    public init(eal: EAL, queue: DPDKQueue, mempools: MempoolRegistry, topology: NUMATopology) {
        self.eal = eal
        self.topology = topology
        self.mempools = mempools
        deviceQueue = queue
        devices = EthernetDevices(pools: mempools)
    }

    /// The open TAPs by name, for the process image that comes after this one.
    public var taps: [String: Int32] {
        var result: [String: Int32] = [:]
        for port in ports.values {
            if case .kernel(let device) = port.backend, device.isTAP { result[device.name] = device.descriptor }
        }
        return result
    }

    /// Takes over open TAPs of these names when ports of the names are added, instead of opening them: they may have
    /// moved to another network namespace, where no name reaches them.
    public func adopt(_ taps: [String: Int32]) { adoptable = taps }

    public func nextHop(to address: IPv4Address) -> NextHop { links.nextHop(to: address) }

    /// Every thread that is in use, the kernel ports' first.
    var threads: [PacketThread] {
        (kernelThread.map { [$0] } ?? []) + pmdThreads.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Those and the ones that are being ended: until they have, packets go through them too.
    var allThreads: [PacketThread] { threads + endingThreads }

    func thread(_ id: ThreadID) -> PacketThread? { id.isPMD ? pmdThreads[id.core] : kernelThread }
}
