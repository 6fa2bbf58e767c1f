/// OFPT_BUNDLE_CONTROL: begins, ends, carries out or forgets a bundle of changes.
public struct BundleControl: Sendable, Equatable {
    /// OFPBCT_*_REQUEST; the reply's number is one more.
    public enum Kind: UInt16, Sendable {
        case open = 0, close = 2, commit = 4, discard = 6
    }

    public var bundle: UInt32
    public var kind: Kind
    /// OFPBF_*: bit 0 atomic, bit 1 ordered.
    public var flags: UInt16

    public static let atomic: UInt16 = 1
    public static let ordered: UInt16 = 2

    public init(bundle: UInt32, kind: Kind, flags: UInt16) {
        self.bundle = bundle
        self.kind = kind
        self.flags = flags
    }
}
