import Control
import Packets
import Service

/// What flows of this datapath can do (`dpif/show-dp-features`, `dpif/set-dp-features`).
///
/// OVS probes a datapath that may be the kernel's; ours is part of the program, so the list is fixed. It has to change
/// with ``DatapathAction`` and with the fields that the extractor reads.
struct DatapathFeature: Sendable {
    enum Value: Sendable, Equatable {
        case flag(Bool)
        case number(Int)
    }

    /// As `dpif/set-dp-features` and the rows' capabilities name it, and as `dpif/show-dp-features` does.
    let key: String
    let title: String
    let value: Value

    static let all: [DatapathFeature] = [
        .init(key: "masked_set_action", title: "Masked set action", value: .flag(true)),
        .init(key: "tnl_push_pop", title: "Tunnel push pop", value: .flag(false)),
        .init(key: "ufid", title: "Ufid", value: .flag(true)),
        .init(key: "trunc", title: "Truncate action", value: .flag(true)),
        .init(key: "clone", title: "Clone action", value: .flag(true)),
        .init(key: "sample_nesting", title: "Sample nesting", value: .number(10)),
        .init(key: "ct_eventmask", title: "Conntrack eventmask", value: .flag(false)),
        .init(key: "ct_clear", title: "Conntrack clear", value: .flag(false)),
        .init(key: "max_hash_alg", title: "Max dp_hash algorithm", value: .number(1)),
        .init(key: "check_pkt_len", title: "Check pkt length action", value: .flag(true)),
        .init(key: "ct_timeout", title: "Conntrack timeout policy", value: .flag(false)),
        .init(key: "explicit_drop_action", title: "Explicit Drop action", value: .flag(true)),
        .init(key: "lb_output_action", title: "Optimized Balance TCP mode", value: .flag(false)),
        .init(key: "ct_zero_snat", title: "Conntrack all-zero IP SNAT", value: .flag(false)),
        .init(key: "add_mpls", title: "MPLS Label add", value: .flag(false)),
        .init(key: "max_vlan_headers", title: "Max VLAN headers", value: .number(FlowField.vlanHeaders)),
        .init(key: "max_mpls_depth", title: "Max MPLS depth", value: .number(3)),
        .init(key: "recirc", title: "Recirc", value: .flag(true)),
        .init(key: "ct_state", title: "CT state", value: .flag(false)),
        .init(key: "ct_zone", title: "CT zone", value: .flag(false)),
        .init(key: "ct_mark", title: "CT mark", value: .flag(false)),
        .init(key: "ct_label", title: "CT label", value: .flag(false)),
        .init(key: "ct_state_nat", title: "CT state NAT", value: .flag(false)),
        .init(key: "ct_orig_tuple", title: "CT orig tuple", value: .flag(false)),
        .init(key: "ct_orig_tuple6", title: "CT orig tuple for IPv6", value: .flag(false)),
        .init(key: "nd_ext", title: "IPv6 ND Extension", value: .flag(true)),
    ]

    /// `Recirc: Yes`.
    var line: String {
        switch value {
        case .flag(let isOn): "\(title): \(isOn ? "Yes" : "No")\n"
        case .number(let number): "\(title): \(number)\n"
        }
    }

    /// What it is now and what it was at the start, which is the same.
    var details: String {
        let text =
            switch value {
            case .flag(let isOn): "\(isOn)"
            case .number(let number): "\(number)"
            }
        return "\(key) (\(title)) : [run time]:\(text), [boot time]:\(text)\n"
    }

    /// Puts the feature to a value: the one that it has. What is not there cannot be turned on, and what is there is
    /// used.
    func set(_ text: String) throws(UnixctlError) {
        switch value {
        case .flag(let isOn):
            guard let wanted = Bool(text.lowercased()) else { throw UnixctlError("Boolean value expected") }
            if wanted == isOn { return }
            throw UnixctlError(
                wanted
                    ? "Can not enable features not supported by the datapth"
                    : "\(key): the datapath always has it, so translation does not do without it")
        case .number(let number):
            guard let wanted = Int(text) else { throw UnixctlError("Integer number expected") }
            if wanted == number { return }
            throw UnixctlError(
                wanted < 0
                    ? "Negative number not expected"
                    : wanted > number
                        ? "Can not set value beyond the datapath capability"
                        : "\(key): the datapath always has \(number), so translation does not do with fewer")
        }
    }
}
