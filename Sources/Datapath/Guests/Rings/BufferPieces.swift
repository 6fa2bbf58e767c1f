import CDPDK

/// Follows a buffer through its chain and its indirect table to the pieces that it is made of.
enum BufferPieces {
    /// What a buffer is made of.
    struct Sum {
        /// Pieces there are now, with those before.
        var pieces: Int
        /// Bytes in the buffer.
        var length: UInt64 = 0
        /// Descriptors looked at.
        var steps = 0
        /// Whether it is no buffer: a loop, addresses that are not the guest's, more than a frame may take.
        var isBroken = false
    }

    /// Adds a buffer's pieces to the first `count` in `scratch`.
    @inline(__always)
    static func gather<Layout: RingLayout>(
        _ layout: Layout.Type, _ ring: GuestRing, _ slot: RingSlot, _ scratch: RingScratch, after count: Int
    ) -> Sum {
        var sum = Sum(pieces: count)
        guard slot.descriptors > 0 else {
            sum.isBroken = true
            return sum
        }
        var current = slot
        while true {
            sum.steps &+= 1
            if current.flags & RingFlags.indirect != 0 {
                // A table ends its chain (virtio 1.2, 2.7.5.3 and 2.8.7).
                addTable(layout, ring, current, scratch, &sum)
                return sum
            }
            add(ring, current, scratch, &sum)
            guard !sum.isBroken else { return sum }
            guard let next = Layout.following(ring, current) else {
                // A chain that says it goes on, and cannot.
                if slot.descriptors == 1, current.flags & RingFlags.next != 0 { sum.isBroken = true }
                return sum
            }
            guard sum.steps < RingScratch.most else {
                sum.isBroken = true
                return sum
            }
            current = next
        }
    }

    private static func addTable<Layout: RingLayout>(
        _ layout: Layout.Type, _ ring: GuestRing, _ table: RingSlot, _ scratch: RingScratch, _ sum: inout Sum
    ) {
        let count = table.length / UInt32(RingFlags.descriptorSize)
        guard count > 0, UInt64(count) &* UInt64(RingFlags.descriptorSize) == UInt64(table.length) else {
            sum.isBroken = true
            return
        }
        var index: UInt16? = 0
        while let place = index {
            let (address, overflow) = table.address.addingReportingOverflow(UInt64(place) &* 16)
            guard !overflow, sum.steps < RingScratch.most,
                let descriptor = GuestMemory.find(ring, address, UInt32(RingFlags.descriptorSize))
            else {
                sum.isBroken = true
                return
            }
            sum.steps &+= 1
            let slot = Layout.listed(descriptor, place)
            if slot.flags & RingFlags.indirect != 0 { sum.isBroken = true }
            add(ring, slot, scratch, &sum)
            guard !sum.isBroken else { return }
            index = Layout.followingListed(slot, count)
        }
    }

    /// Adds what one descriptor describes, which may lie in several regions.
    private static func add(_ ring: GuestRing, _ slot: RingSlot, _ scratch: RingScratch, _ sum: inout Sum) {
        var (address, left) = (slot.address, UInt64(slot.length))
        sum.length &+= left
        while left > 0 {
            guard sum.pieces < RingScratch.most, let (host, count) = GuestMemory.piece(ring, address, left) else {
                sum.isBroken = true
                return
            }
            (scratch.pieces + sum.pieces).initialize(
                to: RingPiece(host: host, address: address, length: Int(truncatingIfNeeded: count)))
            sum.pieces &+= 1
            // Regions end below 2^64.
            address &+= count
            left &-= count
        }
    }
}
