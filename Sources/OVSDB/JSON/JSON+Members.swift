extension JSON {
    /// The members of an object, in the order of their names.
    ///
    /// The objects of requests have a handful of members: to compare their names costs less than to hash them.
    public struct Members: Sendable {
        private var entries: [(key: String, value: JSON)]

        /// No members.
        public init() {
            entries = []
        }

        /// These members, in any order; of two with one name the later counts.
        public init(_ members: some Sequence<(key: String, value: JSON)>) {
            entries = Array(members)
            arrange()
        }

        /// The members whose names and values stand at the same places of two arrays.
        init(names: ArraySlice<String>, values: ArraySlice<JSON>) {
            entries = []
            entries.reserveCapacity(names.count)
            for (name, value) in zip(names, values) { entries.append((name, value)) }
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
                case (let value?, false): entries.insert((name, value), at: place)
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
    public subscript(_ index: Int) -> (key: String, value: JSON) { entries[index] }
}

extension JSON.Members: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(elements.lazy.map { (key: $0, value: $1) })
    }
}

extension JSON.Members: Hashable {
    public static func == (a: Self, b: Self) -> Bool { a.entries.elementsEqual(b.entries) { $0 == $1 } }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(entries.count)
        for (name, value) in entries {
            hasher.combine(name)
            hasher.combine(value)
        }
    }
}
