import Machine

/// What all checks found.
public struct Examination: Sendable {
    public struct Section: Sendable {
        public let subject: String
        public let findings: [Finding]
    }

    /// In the order of ``checks``.
    public let sections: [Section]

    /// From the processor upwards.
    public static let checks: [any Check] = [
        VersionCheck(), ProcessorCheck(), HugepageCheck(), MountCheck(), LockLimitCheck(), ControlGroupCheck(),
        IOMMUCheck(), DeviceCheck(), PMDCoreCheck(), PinnedWorkCheck(), StaleMapCheck(), StaleSocketCheck(),
        DatabaseCheck(), PortCheck(),
    ]

    public init(of host: Host, checks: [any Check] = Examination.checks) {
        sections = checks.map { Section(subject: $0.subject, findings: $0.examine(host)) }
    }

    /// The worst there is.
    public var severity: Finding.Severity {
        sections.flatMap(\.findings).map(\.severity).max() ?? .fine
    }

    /// 0 when nothing is wrong, 1 for warnings, 2 for errors.
    public var exitStatus: Int32 {
        switch severity {
        case .fine, .note: 0
        case .warning: 1
        case .error: 2
        }
    }

    /// For people: a line for each finding, evidence and cure below what is wrong.
    public var text: String {
        var lines: [String] = []
        let margin = "".padded(to: Self.margin)
        for section in sections {
            for finding in section.findings {
                lines.append(finding.severity.name.padded(to: Self.margin) + section.subject + ": " + finding.cause)
                lines.append(margin + "  seen: " + finding.evidence)
                if let cure = finding.cure { lines.append(margin + "  mend: " + cure) }
            }
        }
        return lines.joined(separator: "\n") + "\n" + summary + "\n"
    }

    private var summary: String {
        let all = sections.flatMap(\.findings)
        let counts = [(Finding.Severity.error, "error"), (.warning, "warning")].compactMap { severity, name in
            let count = all.count { $0.severity == severity }
            return count > 0 ? count.counted(name) : nil
        }
        return counts.isEmpty ? "Nothing is wrong." : counts.joined(separator: ", ") + "."
    }

    /// More than any severity's name takes.
    private static let margin = 9
}
