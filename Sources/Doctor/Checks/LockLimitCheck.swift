/// `RLIMIT_MEMLOCK`: VFIO pins all of DPDK's memory, which counts against it unless one is root.
struct LockLimitCheck: Check {
    let subject = "locked memory"

    func examine(_ host: Host) -> [Finding] {
        let process = host.subjectProcess
        let whose = host.daemon.map { "process \($0)" } ?? "this shell"
        let line = host.tree.lines("/proc/\(process)/limits").first { $0.hasPrefix("Max locked memory") }
        guard let limit = line?.split(whereSeparator: \.isWhitespace).dropFirst(3).first else {
            return [Finding(.note, "the limit of locked memory is not known", evidence: "/proc/\(process)/limits")]
        }
        guard let bytes = Int(limit) else {
            return [Finding(.fine, "there is no limit", evidence: "Max locked memory of \(whose): \(limit)")]
        }
        let evidence = "Max locked memory of \(whose): \(bytes >> 10) KiB"
        guard host.processes.user(process) != 0 else {
            return [Finding(.fine, "does not count for root", evidence: evidence)]
        }
        let asked = max((host.facts?.socketMemory.values.reduce(0, +) ?? 0), 1)
        guard bytes >> 20 < asked else { return [Finding(.fine, "suffices for dpdk-socket-mem", evidence: evidence)] }
        return [
            Finding(
                .warning, "devices bound to vfio-pci cannot be used: DPDK's memory has to be pinned for them",
                evidence: evidence, cure: "LimitMEMLOCK=infinity in the service's unit, or ulimit -l unlimited")
        ]
    }
}
