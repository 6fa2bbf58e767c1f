import OpenFlow

/// The ports of a ``MACTable`` by how many addresses each has learned, the one with the most first: a binary heap (OVS:
/// `ports_by_usage`). Which of equals comes first depends on their history alone.
struct PortRanking {
    private var places: [OpenFlowPort: Int] = [:]
    /// The parent of place n is at (n - 1) / 2, and has as many.
    private var heap: [(port: OpenFlowPort, count: Int)] = []

    /// The port with the most; nil where there is none.
    var first: OpenFlowPort? { heap.first?.port }

    /// Notes how many a port has now; none: it is not ranked.
    mutating func set(_ port: OpenFlowPort, _ count: Int) {
        guard let place = places[port] else {
            guard count > 0 else { return }
            heap.append((port, count))
            places[port] = heap.count - 1
            rise(from: heap.count - 1)
            return
        }
        if count > 0 {
            heap[place].count = count
        } else {
            swap(place, heap.count - 1)
            heap.removeLast()
            places[port] = nil
            guard place < heap.count else { return }
        }
        if !rise(from: place) { sink(from: place) }
    }

    @discardableResult
    private mutating func rise(from start: Int) -> Bool {
        var place = start
        while place > 0 {
            let parent = (place - 1) / 2
            guard heap[parent].count < heap[place].count else { break }
            swap(parent, place)
            place = parent
        }
        return place != start
    }

    private mutating func sink(from start: Int) {
        var place = start
        while true {
            var most = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child].count > heap[most].count
            {
                most = child
            }
            guard most != place else { return }
            swap(most, place)
            place = most
        }
    }

    private mutating func swap(_ one: Int, _ other: Int) {
        heap.swapAt(one, other)
        places[heap[one].port] = one
        places[heap[other].port] = other
    }
}
