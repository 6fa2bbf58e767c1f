/// A change of a group (OFPT_GROUP_MOD; version 1.5's and NTR's extensions included).
public struct GroupMod: Sendable, Equatable {
    public enum Command: UInt16, Sendable {
        case add = 0, modify = 1, delete = 2
        case insertBucket = 3, removeBucket = 5
        /// OVS's extension for 1.3 and 1.4 (`--may-create`).
        case addOrModify = 0x8000
    }

    public var command: Command
    public var group: Group.Contents
    /// OFPG_ALL (0xfffffffc) with `delete`: every group.
    public var id: UInt32
    /// For bucket commands: a bucket's ID or OFPG_BUCKET_FIRST, _LAST, _ALL (0xfffffffd…0xffffffff).
    public var commandBucket: UInt32

    public init(command: Command, id: UInt32, group: Group.Contents, commandBucket: UInt32 = 0xffff_ffff) {
        self.command = command
        self.id = id
        self.group = group
        self.commandBucket = commandBucket
    }

    public static let allGroups: UInt32 = 0xffff_fffc
    public static let firstBucket: UInt32 = 0xffff_fffd
    public static let lastBucket: UInt32 = 0xffff_fffe
    public static let allBuckets: UInt32 = 0xffff_ffff
}

/// Names for what a group is.
public enum Group {
    public enum Kind: UInt8, Sendable {
        case all = 0, select = 1, indirect = 2, fastFailover = 3
    }

    /// What a group-mod says and a description tells.
    public struct Contents: Sendable, Equatable {
        public var kind: Kind
        public var buckets: [Bucket]
        public var selection = Selection()

        public init(kind: Kind, buckets: [Bucket]) {
            self.kind = kind
            self.buckets = buckets
        }
    }

    /// How a select group chooses (NTRT_SELECTION_METHOD).
    public struct Selection: Sendable, Equatable {
        /// "hash", "dp_hash", or empty: the switch chooses (dp_hash).
        public var method = ""
        public var parameter: UInt64 = 0
        /// "hash": what is hashed, and which bits of it.
        public var fields: [FieldMask] = []

        public init() {}
    }

    public struct FieldMask: Sendable, Equatable {
        public let field: MatchField
        public let mask: FieldValue

        public init(field: MatchField, mask: FieldValue) {
            self.field = field
            self.mask = mask
        }
    }

    public struct Bucket: Sendable, Equatable {
        /// Version 1.5's; other versions number buckets from 0.
        public var id: UInt32
        public var weight: UInt16 = 1
        public var watchPort: OpenFlowPort?
        public var watchGroup: UInt32?
        /// Carried out as an action set.
        public var actions: [Action]

        public init(id: UInt32, actions: [Action]) {
            self.id = id
            self.actions = actions
        }
    }
}
