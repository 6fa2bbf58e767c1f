/// How options of tunnels (class, type, length) are mapped to tun_metadata fields (NXT_TLV_TABLE_*).
public struct TLVTable: Sendable, Equatable {
    public struct Mapping: Sendable, Equatable {
        public var optionClass: UInt16
        public var optionType: UInt8
        /// Bytes, a multiple of 4 up to 124.
        public var length: UInt8
        /// n of tun_metadata*n*.
        public var index: UInt16

        public init(optionClass: UInt16, optionType: UInt8, length: UInt8, index: UInt16) {
            self.optionClass = optionClass
            self.optionType = optionType
            self.length = length
            self.index = index
        }
    }

    /// Bytes of all options together.
    public var maximumSpace: UInt32 = 256
    public var maximumFields: UInt16 = 64
    public var mappings: [Mapping]

    public init(mappings: [Mapping] = []) { self.mappings = mappings }
}
