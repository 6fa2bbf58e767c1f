import Datapath

/// What ends a translation so that the packet goes nowhere, whatever has been done before (OVS: `enum xlate_error`).
enum TranslationFailure: Equatable {
    case tooDeep, tooManyLookups, stackTooDeep, tooManyLabels, noRecirculation

    /// Those that keep a translation from running too long end all of it; the others only a group's bucket.
    var isLimit: Bool { self != .tooManyLabels }

    /// In OVS's words.
    var text: String {
        switch self {
        case .tooDeep: "Recursion too deep"
        case .tooManyLookups: "Too many resubmits"
        case .stackTooDeep: "Stack too deep"
        case .tooManyLabels: "Too many MPLS labels"
        case .noRecirculation: "No recirculation context"
        }
    }

    var dropReason: DropReason {
        switch self {
        case .tooDeep: .tooDeep
        case .tooManyLookups: .tooManyResubmits
        case .stackTooDeep: .stackTooDeep
        case .tooManyLabels: .tooManyLabels
        case .noRecirculation: .flow
        }
    }
}
