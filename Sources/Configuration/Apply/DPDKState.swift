/// How DPDK stands, after it was asked for or not.
public enum DPDKState: Sendable, Equatable {
    /// Not asked for (`dpdk-init` is false): kernel ports alone can be had.
    case disabled
    /// Up: `dpdk_initialized`.
    case ready
    /// Asked for, and refused with the text; kernel ports go on.
    case failed(String)
    /// Asked for after the process had started without it: only a new process can have it.
    case needsRestart
}
