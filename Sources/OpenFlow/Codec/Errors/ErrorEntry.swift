/// A row of the table of errors: OVS's name, and how each version writes it (OVS: ofp-errors.h).
struct ErrorEntry: Sendable {
    /// Who numbers errors besides the standard.
    enum Vendor: UInt32, Sendable {
        case nicira = 0x0000_2320
        case onf = 0x4f4e_4600
    }

    /// How an error is written: a standard type and code, or a vendor's.
    enum Wire: Sendable, Equatable {
        case standard(UInt16, UInt16)
        /// Nicira's, in versions 1.0 and 1.1: a type and a code behind NXET_VENDOR.
        case nicira(UInt16, UInt16)
        /// An experimenter's of version 1.2 and later: one code.
        case experimenter(Vendor, UInt16)
    }

    /// A way of writing and the first version that has it; it holds until another form begins.
    struct Form: Sendable {
        let first: OpenFlowVersion
        let wire: Wire?

        static func standard(from first: OpenFlowVersion, _ type: UInt16, _ code: UInt16) -> Form {
            Form(first: first, wire: .standard(type, code))
        }

        static func nicira(from first: OpenFlowVersion, _ type: UInt16, _ code: UInt16) -> Form {
            Form(first: first, wire: .nicira(type, code))
        }

        static func experimenter(from first: OpenFlowVersion, _ vendor: Vendor, _ code: UInt16) -> Form {
            Form(first: first, wire: .experimenter(vendor, code))
        }

        static func none(from first: OpenFlowVersion) -> Form { Form(first: first, wire: nil) }
    }

    let name: String
    /// Versions ascending.
    let forms: [Form]

    init(_ name: String, _ forms: Form...) {
        self.name = name
        self.forms = forms
    }

    /// nil: the version has no number for it.
    func wire(_ version: OpenFlowVersion) -> Wire? { forms.last { $0.first <= version }?.wire }

    /// What stands for an error that a version has no number for.
    static let unencodable = ErrorEntry(
        "NXBRC_UNENCODABLE_ERROR", .nicira(from: .v10, 1, 521), .experimenter(from: .v12, .nicira, 10))
}
