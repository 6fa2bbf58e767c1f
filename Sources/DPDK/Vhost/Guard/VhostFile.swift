import CLinux
import Glibc

/// What a descriptor is that a frontend has sent.
enum VhostFile {
    /// Why `size` bytes of the file cannot be mapped as memory that is shared with a guest; nil when they can.
    ///
    /// The library maps whatever it gets. Memory that a file does not have ends the process when it is touched
    /// (SIGBUS), and a file whose pages another process provides lets that process stop whoever touches them.
    static func fault(ofMemory descriptor: Int32, size: UInt64) -> String? {
        var attributes = stat()
        guard fstat(descriptor, &attributes) == 0 else { return "it is no open file" }
        guard attributes.st_mode & S_IFMT == S_IFREG else { return "it is no file of memory" }
        guard !remote.contains(cl_file_system(descriptor)) else { return "its file system is not the kernel's own" }
        guard attributes.st_size >= 0, UInt64(attributes.st_size) >= size else {
            return "its file has \(attributes.st_size) bytes, not \(size)"
        }
        guard let length = Int(exactly: size),
            let address = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor, 0),
            address != MAP_FAILED
        else { return "it cannot be mapped (\(String(cString: strerror(errno))))" }
        munmap(address, length)
        return nil
    }

    /// Whether it is an eventfd; then it never keeps waiting whoever writes to it.
    static func isEvent(_ descriptor: Int32) -> Bool {
        var target = [CChar](repeating: 0, count: 64)
        let count = readlink("/proc/self/fd/\(descriptor)", &target, target.count - 1)
        guard count > 0,
            String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) == "anon_inode:[eventfd]"
        else { return false }
        return makeNonblocking(descriptor)
    }

    static func isSocket(_ descriptor: Int32) -> Bool {
        var attributes = stat()
        return fstat(descriptor, &attributes) == 0 && attributes.st_mode & S_IFMT == S_IFSOCK
            && makeNonblocking(descriptor)
    }

    private static func makeNonblocking(_ descriptor: Int32) -> Bool {
        let flags = fcntl(descriptor, F_GETFL)
        return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0
    }

    /// FUSE, NFS, SMB, SMB2, CIFS, 9P, Ceph, AFS, Coda: linux/magic.h.
    private static let remote: Set<UInt32> = [
        0x6573_5546, 0x6969, 0x517b, 0xfe53_4d42, 0xff53_4d42, 0x0102_1997, 0x00c3_6400, 0x5346_414f, 0x7375_7245,
    ]
}
