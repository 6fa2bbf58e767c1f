/// A doubly linked list through the slots of a ``MACTable``, the least recently used entry first.
///
/// Every entry is in two of them: the order of all and the order of its port's entries.
struct MACTableList {
    static let none: Int32 = -1

    /// Which of an entry's two pairs of links a list uses.
    enum Membership: Int {
        case all = 0
        case port = 1
    }

    struct Link {
        var previous = none
        var next = none
    }

    let membership: Membership
    private(set) var first = none
    private(set) var last = none
    private(set) var count = 0

    init(_ membership: Membership) { self.membership = membership }

    mutating func append(_ slot: Int32, in slots: inout [MACTable.Slot]) {
        let way = membership.rawValue
        slots[Int(slot)].links[way] = Link(previous: last, next: MACTableList.none)
        if last == MACTableList.none { first = slot } else { slots[Int(last)].links[way].next = slot }
        last = slot
        count += 1
    }

    mutating func remove(_ slot: Int32, in slots: inout [MACTable.Slot]) {
        let way = membership.rawValue
        let link = slots[Int(slot)].links[way]
        if link.previous == MACTableList.none {
            first = link.next
        } else {
            slots[Int(link.previous)].links[way].next = link.next
        }
        if link.next == MACTableList.none {
            last = link.previous
        } else {
            slots[Int(link.next)].links[way].previous = link.previous
        }
        count -= 1
    }
}
