import CDPDK
import Machine
import MemoryPlan

/// A pool that is to be made: for whom, how large, and down to which count it is still of use.
struct PoolRequest {
    let bufferClass: BufferClass
    /// The NUMA node; negative: any.
    let node: Int
    /// The port that asks first.
    let owner: String
    let mtu: Int
    /// Buffers wanted, and the fewest that will do.
    let first: Int
    var last = PoolNeeds.fewest
    /// The port's queues, for the log.
    var queues: PoolNeeds?
    /// Begins the pool's name.
    var prefix = "ovs_mp"
    /// Whether other ports get no buffers of it.
    var isOwn = false

    /// What people and rows call the pool: class, node, count.
    func name(count: Int) -> String {
        "\(prefix)_\(bufferClass.nominalMTU)_\(node < 0 ? "any" : String(node))_\(count)"
    }

    /// A name that differs between owners, in OVS 3.1's form: `ovs`, hash of the port's name, node,
    /// MTU of the class, count.
    func hashedName(count: Int) -> String {
        func digits(_ text: String, _ width: Int) -> String { text.padded(to: width, with: "0", onLeft: true) }
        // FNV-1a.
        let hash = owner.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let name =
            "ovs" + digits(String(hash, radix: 16), 8) + digits(String(node), 2)
            + digits(String(bufferClass.nominalMTU), 5) + digits(String(count), 7)
        return String(name.prefix(Int(CDPDK_POOL_NAME_BYTES) - 1))
    }
}
