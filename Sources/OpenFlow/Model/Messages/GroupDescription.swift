/// OFPMP_GROUP_DESC.
public struct GroupDescription: Sendable, Equatable {
    public var group: UInt32
    public var contents: Group.Contents

    public init(group: UInt32, contents: Group.Contents) {
        self.group = group
        self.contents = contents
    }
}
