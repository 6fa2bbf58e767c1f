import Dispatch
import Glibc
import OVSDB

/// Takes the records of a file apart; their checksums are looked at on other threads, a little ahead.
///
/// To parse on other threads as well was slower: what they allocate is freed by this one.
struct RecordParser: @unchecked Sendable {
    /// Where a record is.
    struct Place: Sendable {
        /// The offset of its header in the file.
        let offset: Int
        let header: Int
        let length: Int
        let sum: String
    }

    /// Records that one thread checks. Written before `done` is signalled, read afterwards.
    private final class Batch: @unchecked Sendable {
        let places: ArraySlice<Place>
        var areRight: [Bool] = []
        let done = DispatchSemaphore(value: 0)

        init(_ places: ArraySlice<Place>) { self.places = places }
    }

    /// So many bytes of text are worth a thread's while.
    private static let batchBytes = 256 << 10

    /// Mapped for as long as this lives, and never written to: any thread may read it.
    let bytes: UnsafeRawBufferPointer
    let path: String

    /// Where the records are, and why no more was found behind them; nil at the end of the file.
    func places() -> (places: [Place], end: StorageError?) {
        var places: [Place] = []
        var offset = 0
        while offset < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            guard let header = LogRecord.header(rest) else {
                let line = rest.prefix { $0 != UInt8(ascii: "\n") }.prefix(100)
                return (
                    places,
                    StorageError(
                        "syntax error: \(path): parse error at offset \(offset) in header line "
                            + "\"\(String(decoding: line, as: UTF8.self))\"")
                )
            }
            guard header.length <= rest.count - header.size else {
                return (
                    places,
                    StorageError(
                        "\(path): error reading \(header.length) bytes starting at offset \(offset + header.size)")
                )
            }
            places.append(Place(offset: offset, header: header.size, length: header.length, sum: header.sum))
            offset += header.size + header.length
        }
        return (places, nil)
    }

    /// Gives each record to `body`, in their order; ends with the first that is damaged, or for which `body` throws.
    ///
    /// - Returns: the place and fault of a damaged record.
    func parse(
        _ places: [Place], _ body: (JSON) throws(StorageError) -> Void
    ) throws(StorageError) -> (place: Place, error: StorageError)? {
        var rest = places[...]
        var ahead: [Batch] = []
        let window = max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) + 1
        // Nobody may read the file when this has returned.
        defer { for batch in ahead { batch.done.wait() } }
        while !rest.isEmpty || !ahead.isEmpty {
            while !rest.isEmpty, ahead.count < window { ahead.append(start(&rest)) }
            let batch = ahead.removeFirst()
            batch.done.wait()
            // One by one: what has just been parsed is still in the processor's cache.
            for (index, place) in batch.places.enumerated() {
                let parsed = parse(place)
                if let error = fault(of: place, batch.areRight[index], parsed) { return (place, error) }
                if case .success(let json) = parsed { try body(json) }
            }
        }
        return nil
    }

    private func start(_ rest: inout ArraySlice<Place>) -> Batch {
        var size = 0
        let places = rest.prefix { place in
            defer { size += place.length }
            return size < Self.batchBytes
        }
        rest = rest.dropFirst(places.count)
        let batch = Batch(places)
        DispatchQueue.global().async {
            batch.areRight = batch.places.map { LogRecord.checksum(text(of: $0)).elementsEqual($0.sum.utf8) }
            batch.done.signal()
        }
        return batch
    }

    private func text(of place: Place) -> UnsafeRawBufferPointer {
        let start = place.offset + place.header
        return UnsafeRawBufferPointer(rebasing: bytes[start..<start + place.length])
    }

    private func parse(_ place: Place) -> Result<JSON, OVSDBError> {
        do throws(OVSDBError) { return .success(try JSON(parsing: text(of: place))) } catch { return .failure(error) }
    }

    private func fault(of place: Place, _ isRight: Bool, _ json: Result<JSON, OVSDBError>) -> StorageError? {
        var what: String { "\(path): \(place.length) bytes starting at offset \(place.offset + place.header)" }
        guard isRight else {
            let sum = String(decoding: LogRecord.checksum(text(of: place)), as: UTF8.self)
            return StorageError("\(what) have SHA-1 hash \(sum) but should have hash \(place.sum)")
        }
        if case .failure(let error) = json { return StorageError("\(what) are not valid JSON (\(error))") }
        return nil
    }
}
