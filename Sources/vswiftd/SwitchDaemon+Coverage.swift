import Control
import Datapath
import Service
import Switch

extension SwitchDaemon {
    /// Adds what bridges and packets count to `coverage/show`, under OVS's names where it has one.
    func register(in coverage: Coverage) {
        coverage.add { [target, datapath] in
            var totals: [(name: String, total: UInt64)] = []
            for (reason, count) in datapath.dropTotals { totals.append((reason.coverageName, count)) }
            for bridge in target.bridges.values {
                let figures = bridge.macTable.statistics
                totals.append(("mac_learning_learned", figures.learned))
                totals.append(("mac_learning_expired", figures.expired))
                totals.append(("mac_learning_evicted", figures.evicted))
                totals.append(("mac_learning_moved", figures.moved))
                totals.append(("mac_learning_static_none_move", figures.staticUnmoved))
            }
            totals.append(("upcall_translated", datapath.upcallCount))
            totals.append(("xlate_sample_ignored", target.sampleCount))
            return totals
        }
    }
}

extension DropReason {
    /// The event's name in `coverage/show`.
    fileprivate var coverageName: String {
        switch self {
        case .malformed: "datapath_drop_rx_invalid_packet"
        case .upcallFailed, .upcallLost: "datapath_drop_upcall_error"
        case .noPort: "datapath_drop_invalid_port"
        case .flow: "drop_action_of_pipeline"
        case .tooDeep: "drop_action_recursion_too_deep"
        case .tooManyResubmits: "drop_action_too_many_resubmit"
        case .stackTooDeep: "drop_action_stack_too_deep"
        case .tooManyLabels: "drop_action_too_many_mpls_labels"
        default: "datapath_drop_" + name.replacing("-", with: "_")
        }
    }
}
