/// A place in a frame and how many bytes follow it. Numbers come in host order.
///
/// Reads are unchecked: the caller has looked at ``count`` first.
struct HeaderCursor {
    var start: UnsafeRawPointer
    var count: Int
    /// Bytes of the frame that lie in further buffers: they count for lengths that headers tell, and are not read.
    var beyond = 0

    @inline(__always)
    func u8(_ offset: Int) -> UInt8 { start.load(fromByteOffset: offset, as: UInt8.self) }

    @inline(__always)
    func u16(_ offset: Int) -> UInt16 { start.loadUnaligned(fromByteOffset: offset, as: UInt16.self).byteSwapped }

    @inline(__always)
    func u32(_ offset: Int) -> UInt32 { start.loadUnaligned(fromByteOffset: offset, as: UInt32.self).byteSwapped }

    /// Eight bytes as they stand, for a key's word.
    @inline(__always)
    func word(_ offset: Int) -> UInt64 { start.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }

    /// Four bytes as they stand.
    @inline(__always)
    func half(_ offset: Int) -> UInt64 { UInt64(start.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }

    /// Two bytes as they stand.
    @inline(__always)
    func quarter(_ offset: Int) -> UInt64 { UInt64(start.loadUnaligned(fromByteOffset: offset, as: UInt16.self)) }

    /// Six bytes as they stand; only six are read.
    @inline(__always)
    func mac(_ offset: Int) -> UInt64 { half(offset) | quarter(offset + 4) << 32 }

    /// Moves on; `bytes` at most ``count``.
    @inline(__always)
    mutating func skip(_ bytes: Int) {
        start += bytes
        count &-= bytes
    }
}
