/// The Open Networking Foundation's extensions to 1.3, which later versions have as messages of their own.
enum ONFType {
    static let identifier: UInt32 = 0x4f4e_4600
    static let flowMonitorCancel: UInt32 = 1870
    static let flowMonitorPaused: UInt32 = 1871
    static let flowMonitorResumed: UInt32 = 1872
    static let roleStatus: UInt32 = 1911
    static let bundleControl: UInt32 = 2300
    static let bundleAdd: UInt32 = 2301
    static let requestForward: UInt32 = 2350
    /// Inside a multipart message.
    static let flowMonitor: UInt32 = 1870
}
