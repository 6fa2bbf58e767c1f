extension MatchField {
    /// A header without its has-mask bit and length: class, field, and the experimenter of class 0xffff.
    public struct Header: Sendable, Hashable {
        public let classNumber: UInt16
        public let field: UInt8
        public var experimenter: UInt32 = 0

        public var isExperimenter: Bool { classNumber == 0xffff }
    }

    /// A header and from which version on it is used; nil: an extension that needs none.
    struct VersionedHeader: Sendable {
        let header: Header
        let since: OpenFlowVersion?

        init(_ header: Header, since: OpenFlowVersion? = nil) {
            self.header = header
            self.since = since
        }

        static func nxm(_ field: UInt8) -> Self { Self(Header(classNumber: 0x0000, field: field)) }

        static func nicira(_ field: UInt8) -> Self { Self(Header(classNumber: 0x0001, field: field)) }

        static func oxm(_ field: UInt8, since: OpenFlowVersion = .v12) -> Self {
            Self(Header(classNumber: 0x8000, field: field), since: since)
        }

        /// The extended registers of version 1.5.
        static func register(_ field: UInt8, since: OpenFlowVersion) -> Self {
            Self(Header(classNumber: 0x8001, field: field), since: since)
        }

        static func ericsson(_ field: UInt8) -> Self { Self(Header(classNumber: 0x1000, field: field)) }

        /// An extension of the Open Networking Foundation to 1.3.
        static func onf(_ field: UInt8, since: OpenFlowVersion) -> Self {
            Self(Header(classNumber: 0xffff, field: field, experimenter: 0x4f4e_4600), since: since)
        }

        /// Nicira's experimenter class.
        static func experiment(_ field: UInt8) -> Self {
            Self(Header(classNumber: 0xffff, field: field, experimenter: 0x0000_2320))
        }
    }

    /// The header to name the field by: the newest that `version` knows, or the oldest there is; nil for `version`
    /// stands for NXM (OVS: mf_oxm_header). A field without one has no name on the wire.
    public func header(_ version: OpenFlowVersion?) -> Header? {
        var best = headers.first
        guard let version else { return best?.header }
        for candidate in headers.dropFirst() {
            if let since = candidate.since, since <= version { best = candidate }
        }
        return best?.header
    }

    /// Whether a match that is a list of fields names this field; nil for `version` stands for NXM.
    func isListed(_ version: OpenFlowVersion?) -> Bool {
        switch listing {
        case .both: true
        case .nxm: version == nil
        case .oxm: version != nil
        case .oxm15: (version ?? .v10) >= .v15
        case .exceptOXM15: (version ?? .v10) < .v15
        case .never: false
        }
    }

    /// The header under which NXM writes it; nil: NXM writes other fields for the same bits.
    public var nxm: Header? { isListed(nil) ? header(nil) : nil }
    /// The header under which version 1.3 writes it; nil: it writes other fields for the same bits.
    public var oxm: Header? { isListed(.v13) ? header(.v13) : nil }

    /// The field that a header names; a value's length tells apart two that share one (NXM_NX_COOKIE, which is no
    /// field, and NXM_NX_MPLS_TTL), so compare ``size``.
    public static func named(by header: Header) -> MatchField? { byHeader[header] }

    /// The field of this name, or alias.
    public static func named(_ name: some StringProtocol) -> MatchField? { byName[String(name)] }
}
