/// OFPT_SET_ASYNC, NXT_SET_ASYNC_CONFIG(2): new masks for all or for some kinds of messages.
public struct AsyncChange: Sendable, Equatable {
    public struct Mask: Sendable, Equatable {
        public var kind: AsyncConfiguration.Kind
        /// Whether it is the one for secondary connections.
        public var isSecondary: Bool
        public var bits: UInt32
    }

    /// Whether what is not said is off (the forms before version 1.4), or stays as it is.
    public var replacesAll: Bool
    public var masks: [Mask]

    /// What `configuration` becomes.
    public func applied(to configuration: AsyncConfiguration) -> AsyncConfiguration {
        var result = replacesAll ? AsyncConfiguration() : configuration
        for mask in masks {
            if mask.isSecondary {
                result[mask.kind].secondary = mask.bits
            } else {
                result[mask.kind].primary = mask.bits
            }
        }
        return result
    }
}
