import Crypto

/// Bytes of a database's file as its ``CommitJournal`` has them, with what tells where they belong.
///
/// Numbers are little-endian: magic 8 bytes, round 8, base 8, offset 8, length 8, origin 20, checksum 20, then the bytes.
struct JournalChunk: Equatable {
    /// The chunks of one round follow each other; those behind them are of an earlier one.
    let round: UInt64
    /// Where the first chunk of the round belongs in the file; what is before was on disk when the round began.
    let base: Int
    /// Where this one belongs.
    let offset: Int
    /// What stands before `base`, as ``origin(of:)`` tells it.
    let origin: [UInt8]
    let bytes: [UInt8]

    static let headerSize = 80
    /// So much before `base` tells one file from another.
    static let originLength = 256
    private static let magic = Array("vSwiftJ1".utf8)
    private static let digestSize = 20
    private static let sumOffset = headerSize - digestSize

    /// What a chunk keeps of the last bytes before its round's base.
    static func origin(of bytes: some Sequence<UInt8>) -> [UInt8] { Array(Insecure.SHA1.hash(data: Array(bytes))) }

    /// The chunk as it stands in the journal.
    static func encode(
        round: UInt64, base: Int, offset: Int, origin: [UInt8], _ bytes: UnsafeRawBufferPointer
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(headerSize + bytes.count)
        text += magic
        for number in [round, UInt64(base), UInt64(offset), UInt64(bytes.count)] {
            withUnsafeBytes(of: number.littleEndian) { text += $0 }
        }
        text += origin
        text += checksum(text, bytes)
        text += bytes
        return text
    }

    private static func checksum(_ header: some Sequence<UInt8>, _ bytes: UnsafeRawBufferPointer) -> Insecure.SHA1Digest {
        var hash = Insecure.SHA1()
        hash.update(data: Array(header))
        hash.update(bufferPointer: bytes)
        return hash.finalize()
    }

    /// The chunk that begins at the beginning of `journal`; nil when none does, or when it is not whole.
    init?(_ journal: UnsafeRawBufferPointer) {
        guard journal.count >= Self.headerSize, journal.starts(with: Self.magic) else { return nil }
        func number(_ place: Int) -> UInt64 {
            UInt64(littleEndian: journal.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        }
        guard let base = Int(exactly: number(16)), let offset = Int(exactly: number(24)),
            let length = Int(exactly: number(32)), length <= journal.count - Self.headerSize, base <= offset
        else { return nil }
        let bytes = UnsafeRawBufferPointer(rebasing: journal[Self.headerSize..<Self.headerSize + length])
        guard Self.checksum(journal[..<Self.sumOffset], bytes).elementsEqual(journal[Self.sumOffset..<Self.headerSize])
        else { return nil }
        round = number(8)
        (self.base, self.offset) = (base, offset)
        origin = Array(journal[40..<Self.sumOffset])
        self.bytes = Array(bytes)
    }
}
