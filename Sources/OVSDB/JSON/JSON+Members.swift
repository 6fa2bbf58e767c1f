extension JSON {
    /// The members of an object, in the order of their names.
    ///
    /// The objects of requests have a handful of members: to compare their names costs less than to hash them.
    public struct Members: Sendable {
        private var entries: [Member]

        /// A tuple in its place would be destroyed by the runtime's general code, which is slow.
        private struct Member: Hashable {
            var key: String
            var value: JSON
        }

        /// No members.
        public init() {
            entries = []
        }

        /// These members, in any order; of two with one name the later counts.
        public init(_ members: some Sequence<(key: String, value: JSON)>) {
            entries = members.map { Member(key: $0.key, value: $0.value) }
            arrange()
        }

        /// Takes names and values at the ends of two arrays, as many of each, away from there; nothing is retained.
        init(names: inout [String], from firstName: Int, values: inout [JSON], from firstValue: Int) {
            let count = Swift.min(names.count - firstName, values.count - firstValue)
            entries = []
            entries.reserveCapacity(count)
            for index in 0..<count {
                var member = Member(key: "", value: .null)
                swap(&member.key, &names[firstName + index])
                swap(&member.value, &values[firstValue + index])
                entries.append(member)
            }
            names.removeLast(count)
            values.removeLast(count)
            arrange()
        }

        private mutating func arrange() {
            if !entries.indices.dropFirst().contains(where: { entries[$0 - 1].key >= entries[$0].key }) { return }
            // The sort is stable: of equal names the later stays behind the earlier one.
            entries.sort { $0.key < $1.key }
            var kept = 0
            for index in entries.indices.dropFirst() {
                if entries[kept].key != entries[index].key { kept += 1 }
                if kept != index { entries[kept] = entries[index] }
            }
            entries.removeSubrange((kept + 1)...)
        }

        /// The first place whose name is not less than `name`.
        private func place(of name: String) -> Int {
            var (low, high) = (0, entries.count)
            while low < high {
                let middle = (low + high) / 2
                if entries[middle].key < name { low = middle + 1 } else { high = middle }
            }
            return low
        }

        /// The member of that name.
        public subscript(_ name: String) -> JSON? {
            get {
                guard entries.count > 8 else { return entries.first { $0.key == name }?.value }
                let place = place(of: name)
                return place < entries.count && entries[place].key == name ? entries[place].value : nil
            }
            set {
                let place = place(of: name)
                let isThere = place < entries.count && entries[place].key == name
                switch (newValue, isThere) {
                case (let value?, true): entries[place].value = value
                case (let value?, false): entries.insert(Member(key: name, value: value), at: place)
                case (nil, true): entries.remove(at: place)
                case (nil, false): break
                }
            }
        }
    }
}

extension JSON.Members: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { entries.count }
    public subscript(_ index: Int) -> (key: String, value: JSON) { (entries[index].key, entries[index].value) }
}

extension JSON.Members: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(elements.lazy.map { (key: $0, value: $1) })
    }
}

extension JSON.Members: Hashable {}
