/// A piece of a guest's memory, as SET_MEM_TABLE says it: where the guest, and where its frontend, see it.
struct VhostMemoryRegion: Sendable, Equatable {
    var guest: UInt64
    var size: UInt64
    var user: UInt64
    /// Where it begins in its file.
    var offset: UInt64

    /// The same without regard to the file.
    var placed: VhostMemoryRegion { VhostMemoryRegion(guest: guest, size: size, user: user, offset: 0) }

    /// Bytes that the file must have; nil when there is no such number, or the region is empty.
    var fileSize: UInt64? {
        let (end, overflow) = offset.addingReportingOverflow(size)
        guard size > 0, !overflow, !guest.addingReportingOverflow(size).overflow,
            !user.addingReportingOverflow(size).overflow, end <= UInt64(Int64.max)
        else { return nil }
        return end
    }

    /// Whether `count` bytes from `address`, as the frontend sees it, lie within.
    func holds(_ address: UInt64, _ count: UInt64) -> Bool {
        address >= user && address &- user <= size && count <= size &- (address &- user)
    }

    func overlaps(_ other: VhostMemoryRegion) -> Bool {
        Self.meet(guest, size, other.guest, other.size) || Self.meet(user, size, other.user, other.size)
    }

    private static func meet(_ a: UInt64, _ lengthOfA: UInt64, _ b: UInt64, _ lengthOfB: UInt64) -> Bool {
        a < b ? b &- a < lengthOfA : a &- b < lengthOfB
    }
}
