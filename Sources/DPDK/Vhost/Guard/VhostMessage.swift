import CDPDK
import Glibc

/// A message of a frontend's, where the library has put it; only for the time of the call.
struct VhostMessage {
    private let raw: UnsafeMutablePointer<cdpdk_vhost_message>

    init(_ raw: UnsafeMutablePointer<cdpdk_vhost_message>) { self.raw = raw }

    var number: UInt32 { raw.pointee.request }
    var version: UInt32 { raw.pointee.flags & 3 }
    /// Bytes of payload that have come.
    var size: Int { Int(raw.pointee.size) }

    /// Part of the payload in the machine's byte order; 0 beyond the library's room for it.
    func read<Word: FixedWidthInteger & BitwiseCopyable>(_ type: Word.Type = Word.self, at offset: Int) -> Word {
        guard offset >= 0, offset <= CDPDK_VHOST_PAYLOAD - MemoryLayout<Word>.size else { return 0 }
        return UnsafeRawPointer(raw).loadUnaligned(fromByteOffset: Self.payload + offset, as: type)
    }

    /// Descriptors that came with it, or nil when the library's layout is another one than we know.
    var descriptors: [Int32]? {
        let count = Int(raw.pointee.descriptor_count)
        guard (0...Self.room).contains(count), (count..<Self.room).allSatisfy({ descriptor($0) == -1 }) else {
            return nil
        }
        return (0..<count).map(descriptor)
    }

    /// Closes what came with it: nobody else does with a message that is not passed on.
    func closeDescriptors() {
        guard let descriptors else { return }
        for descriptor in descriptors where descriptor >= 0 { close(descriptor) }
        withUnsafeMutableBytes(of: &raw.pointee.descriptors) { bytes in
            for index in bytes.indices { bytes[index] = 0xff }
        }
        raw.pointee.descriptor_count = 0
    }

    private func descriptor(_ index: Int) -> Int32 {
        withUnsafeBytes(of: raw.pointee.descriptors) { $0.load(fromByteOffset: index * 4, as: Int32.self) }
    }

    private static let payload = 12
    private static let room = CDPDK_VHOST_DESCRIPTORS
}
