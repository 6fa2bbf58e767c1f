/// A record that changes nothing, and keeps the place behind the last one until others need it.
///
/// What is written over a file's last block costs the disk less than what makes the file longer: the size is part of the
/// inode, which would have to get to the disk as well. So a file that is waited for is longer than what it has to tell.
/// Its readers, ovsdb-tool and ovsdb-server among them, take every byte for part of a record; therefore the rest is one.
enum FillerRecord {
    /// So long may it be, with its header: its text's length has four digits.
    static let sizes = 1057...10056
    private static let headerSize = 57
    private static let text: StaticString = "{\"_comment\":\"room for the next transactions\""
    private static let space = UInt8(ascii: " ")
    private static let tail: StaticString = "}\n"
    private static let block = 4096

    /// So many bytes at its beginning differ from those that a longer one with the same end has in their place.
    static let headSize = headerSize + text.utf8CodeUnitCount

    /// Where one should end that begins at `place`: with a block of the disk, and with room for more than a few records.
    static func end(behind place: Int) -> Int { (place + sizes.lowerBound + 2 * block - 1) / block * block }

    /// The whole record of `size` bytes.
    ///
    /// - Precondition: `size` is one of ``sizes``.
    static func encode(size: Int) -> [UInt8] {
        let (text, tail) = (bytes(of: text), bytes(of: tail))
        var body: [UInt8] = []
        let count = size - headerSize
        body.reserveCapacity(count)
        body += text
        body += repeatElement(space, count: count - text.count - tail.count)
        body += tail
        return LogRecord.encode(body)
    }

    /// Whether this is the text of one, with whatever else `bytes` hold.
    static func isText(_ bytes: UnsafeRawBufferPointer.SubSequence) -> Bool {
        let text = Self.bytes(of: text)
        guard bytes.starts(with: text) else { return false }
        return bytes.dropFirst(text.count).allSatisfy { $0 == space || Self.bytes(of: tail).contains($0) }
    }

    private static func bytes(of text: StaticString) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }
}
