/// What a frontend may ask over the control socket: vhost-user's requests by their numbers.
enum VhostRequest: UInt32, Sendable {
    case getFeatures = 1
    case setFeatures = 2
    case setOwner = 3
    case resetOwner = 4
    case setMemoryTable = 5
    case setLogBase = 6
    case setLogDescriptor = 7
    case setRingSize = 8
    case setRingAddresses = 9
    case setRingBase = 10
    case getRingBase = 11
    case setRingKick = 12
    case setRingCall = 13
    case setRingError = 14
    case getProtocolFeatures = 15
    case setProtocolFeatures = 16
    case getQueueCount = 17
    case enableRing = 18
    case sendRARP = 19
    case setMTU = 20
    case setBackChannel = 21
    case iotlb = 22
    case getConfiguration = 24
    case setConfiguration = 25
    case postcopyAdvise = 28
    case postcopyListen = 29
    case postcopyEnd = 30
    case getInFlight = 31
    case setInFlight = 32
    case setStatus = 39
    case getStatus = 40

    /// How many bytes the library reads of such a message's payload, however few have come.
    var leastPayload: Int {
        switch self {
        case .getFeatures, .setOwner, .resetOwner, .getProtocolFeatures, .getQueueCount, .postcopyAdvise,
            .postcopyListen, .postcopyEnd, .getStatus, .setLogDescriptor, .setBackChannel, .getConfiguration,
            .getInFlight:
            0
        case .setFeatures, .setRingSize, .setRingBase, .getRingBase, .setRingKick, .setRingCall, .setRingError,
            .setProtocolFeatures, .enableRing, .sendRARP, .setMTU, .setStatus, .setMemoryTable:
            8
        case .setConfiguration: 12
        case .setLogBase: 16
        case .setInFlight: 20
        case .iotlb: 26
        case .setRingAddresses: 40
        }
    }

    /// Whether one that has failed leaves behind what must not be used.
    var leavesRuins: Bool {
        switch self {
        case .setFeatures, .setMemoryTable, .setRingSize, .setRingAddresses, .setRingKick, .setLogBase: true
        default: false
        }
    }

    /// The ring that a message stops, which the library answers before it tells of it.
    static func ringStopped(by message: VhostMessage) -> Int? {
        guard message.number == enableRing.rawValue, message.read(UInt32.self, at: 4) == 0 else { return nil }
        return Int(message.read(UInt32.self, at: 0))
    }

    /// Whether the library changes rings, the memory that they are in, or who is told of them.
    var changesRings: Bool {
        switch self {
        case .setFeatures, .setMemoryTable, .setLogBase, .setRingSize, .setRingAddresses, .setRingBase, .getRingBase,
            .setRingKick, .setRingCall, .resetOwner:
            true
        default: false
        }
    }
}
