/// The instructions that the daemon and DPDK were compiled for.
struct ProcessorCheck: Check {
    let subject = "processor"

    /// What Debian's DPDK is built for (x86-64-v2), by the kernel's names.
    private static let neededByDPDK = ["cx16", "lahf_lm", "popcnt", "pni", "ssse3", "sse4_1", "sse4_2"]
    #if NEEDS_AVX2
        /// What this build of the daemon has besides (x86-64-v3).
        private static let needed =
            neededByDPDK + ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"]
    #else
        private static let needed = neededByDPDK
    #endif

    func examine(_ host: Host) -> [Finding] {
        let lines = host.tree.lines("/proc/cpuinfo")
        let model = value("model name", lines) ?? value("CPU part", lines).map { "part \($0)" } ?? "of unknown model"
        guard let text = value("flags", lines) else {
            guard let features = value("Features", lines) else {
                return [Finding(.warning, "/proc/cpuinfo says nothing of this processor", evidence: "no line of flags")]
            }
            return [Finding(.fine, "an ARM processor, \(model)", evidence: features)]
        }
        let flags = Set(text.split(separator: " ").map(String.init))
        let lacking = Self.needed.filter { !flags.contains($0) }
        guard lacking.isEmpty else { return [complaint(lacking, flags, model)] }
        var findings = [Finding(.fine, model, evidence: "has all that the daemon and DPDK are built for")]
        if !flags.contains("pdpe1gb") {
            findings.append(
                Finding(.note, "hugepages of 1 GiB cannot be had", evidence: "flag pdpe1gb is absent"))
        }
        if !flags.contains("constant_tsc") && !flags.contains("nonstop_tsc") && !flags.contains("hypervisor") {
            findings.append(
                Finding(
                    .warning, "the time stamp counter does not run evenly",
                    evidence: "no flag constant_tsc, nonstop_tsc",
                    cure: "rates and times of packet threads will be off: use another machine"))
        }
        return findings
    }

    private func complaint(_ lacking: [String], _ flags: Set<String>, _ model: String) -> Finding {
        let isForDPDK = !flags.isSuperset(of: Self.neededByDPDK)
        let cure =
            flags.contains("hypervisor")
            ? "give this guest the host's processor: '-cpu host' for QEMU, <cpu mode='host-passthrough'/> for libvirt"
            : "run on a processor of 2013 (Haswell) or later"
        return Finding(
            .error,
            "unsupported cpu type, the daemon will not start: this processor lacks \(lacking.joined(separator: ", ")), "
                + "which \(isForDPDK ? "DPDK and this build of vSwift are" : "this build of vSwift is") for",
            evidence: "\(model): flags in /proc/cpuinfo",
            cure: cure + (isForDPDK ? "" : "; or build for this one: make build VSWIFT_PROCESSOR=x86-64-v2"))
    }

    private func value(_ key: String, _ lines: [Substring]) -> String? {
        lines.first { $0.hasPrefix(key) }?.split(separator: ":", maxSplits: 1).dropFirst().first
            .map { String($0.drop(while: \.isWhitespace)) }
    }
}
