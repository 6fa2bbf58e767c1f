/// The kinds of changes that a monitor tells (RFC 7047 section 4.1.5, `<monitor-select>`).
struct MonitorSelection: OptionSet, Hashable {
    let rawValue: UInt8
    /// The rows that there are when the monitor begins.
    static let initial = MonitorSelection(rawValue: 1)
    static let insert = MonitorSelection(rawValue: 2)
    static let delete = MonitorSelection(rawValue: 4)
    static let modify = MonitorSelection(rawValue: 8)
    static let all: MonitorSelection = [.initial, .insert, .delete, .modify]
}
