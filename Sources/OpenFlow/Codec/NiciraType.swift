/// The Nicira extensions (NX_VENDOR_ID) that are spoken, and their subtypes.
enum NiciraType {
    static let identifier: UInt32 = 0x0000_2320
    static let roleRequest: UInt32 = 10
    static let roleReply: UInt32 = 11
    static let setFlowFormat: UInt32 = 12
    static let flowMod: UInt32 = 13
    static let flowRemoved: UInt32 = 14
    static let flowModTableID: UInt32 = 15
    static let setPacketInFormat: UInt32 = 16
    static let packetIn: UInt32 = 17
    static let flowAge: UInt32 = 18
    static let setAsyncConfig: UInt32 = 19
    static let setControllerID: UInt32 = 20
    static let flowMonitorCancel: UInt32 = 21
    static let flowMonitorPaused: UInt32 = 22
    static let flowMonitorResumed: UInt32 = 23
    static let tlvTableMod: UInt32 = 24
    static let tlvTableRequest: UInt32 = 25
    static let tlvTableReply: UInt32 = 26
    static let setAsyncConfig2: UInt32 = 27
    static let resume: UInt32 = 28
    static let flushZone: UInt32 = 29
    static let packetIn2: UInt32 = 30
    static let groupMod: UInt32 = 31
    static let flush: UInt32 = 32
    static let requestForward: UInt32 = 132

    /// Inside a multipart message (NXST_*).
    enum Multipart {
        static let flow: UInt32 = 0
        static let aggregate: UInt32 = 1
        static let flowMonitor: UInt32 = 2
        static let bridgeIPFIX: UInt32 = 3
        static let flowIPFIX: UInt32 = 4
        static let group: UInt32 = 7
        static let groupDescription: UInt32 = 8
        static let groupFeatures: UInt32 = 9
    }
}
