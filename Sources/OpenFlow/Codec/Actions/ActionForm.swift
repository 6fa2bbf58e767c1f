/// Which action a header on the wire stands for, and how long that action is.
struct ActionForm: Sendable, Equatable {
    /// An action as one version or vendor writes it (OVS: `enum ofp_raw_action_type`).
    enum Kind: Sendable {
        case output10, output11, enqueue, group
        case setVLANID10, setVLANID11, setVLANPriority10, setVLANPriority11, pushVLAN, popVLAN
        case setEthernetSource, setEthernetDestination
        case setIPv4Source, setIPv4Destination, setTOS, setECN, setTTL, decrementTTL, copyTTLOut, copyTTLIn
        case setTransportSource, setTransportDestination
        case setMPLSLabel, setMPLSTrafficClass, setMPLSTTL, decrementMPLSTTL, pushMPLS, popMPLS, pushPBB, popPBB
        case setQueue, setField12, setField15, copyField15, meter
        // The Open Networking Foundation's.
        case copyField13
        // Nicira's.
        case resubmit, resubmitTable, resubmitTableCT, setTunnel, setTunnel64, popQueue, regMove, regLoad, regLoad2
        case note, multipath, bundle, bundleLoad, outputReg, outputReg2, outputTrunc, learn, learn2, exit
        case decrementTTLFor, finTimeout, controller, controller2, writeMetadata, stackPush, stackPop
        case sample, sample2, sample3, conjunction, clone, checkPacketLarger, deleteField, connectionTracking
        case debugRecirculate, debugSlowPath
    }

    let kind: Kind
    /// Whether only who runs tests may ask for it.
    var isForTests: Bool { kind == .debugRecirculate || kind == .debugSlowPath }
    /// Bytes with the header.
    let length: Int
    /// Whether it may be longer.
    var isExtensible = false

    private init(_ kind: Kind, _ length: Int, isExtensible: Bool = false) {
        self.kind = kind
        self.length = length
        self.isExtensible = isExtensible
    }

    /// A standard action; nil: the version has none with this number.
    init?(standard type: UInt16, version: OpenFlowVersion) {
        guard let form = version == .v10 ? Self.version10(type) : Self.version11(type, version) else { return nil }
        self = form
    }

    private static func version10(_ type: UInt16) -> ActionForm? {
        switch type {
        case 0: ActionForm(.output10, 8)
        case 1: ActionForm(.setVLANID10, 8)
        case 2: ActionForm(.setVLANPriority10, 8)
        case 3: ActionForm(.popVLAN, 8)
        case 4: ActionForm(.setEthernetSource, 16)
        case 5: ActionForm(.setEthernetDestination, 16)
        case 6: ActionForm(.setIPv4Source, 8)
        case 7: ActionForm(.setIPv4Destination, 8)
        case 8: ActionForm(.setTOS, 8)
        case 9: ActionForm(.setTransportSource, 8)
        case 10: ActionForm(.setTransportDestination, 8)
        case 11: ActionForm(.enqueue, 16)
        default: nil
        }
    }

    private static func version11(_ type: UInt16, _ version: OpenFlowVersion) -> ActionForm? {
        switch type {
        case 0: ActionForm(.output11, 16)
        case 1: ActionForm(.setVLANID11, 8)
        case 2: ActionForm(.setVLANPriority11, 8)
        case 3: ActionForm(.setEthernetSource, 16)
        case 4: ActionForm(.setEthernetDestination, 16)
        case 5: ActionForm(.setIPv4Source, 8)
        case 6: ActionForm(.setIPv4Destination, 8)
        case 7: ActionForm(.setTOS, 8)
        case 8: ActionForm(.setECN, 8)
        case 9: ActionForm(.setTransportSource, 8)
        case 10: ActionForm(.setTransportDestination, 8)
        case 11: ActionForm(.copyTTLOut, 8)
        case 12: ActionForm(.copyTTLIn, 8)
        case 13: ActionForm(.setMPLSLabel, 8)
        case 14: ActionForm(.setMPLSTrafficClass, 8)
        case 15: ActionForm(.setMPLSTTL, 8)
        case 16: ActionForm(.decrementMPLSTTL, 8)
        case 17: ActionForm(.pushVLAN, 8)
        case 18: ActionForm(.popVLAN, 8)
        case 19: ActionForm(.pushMPLS, 8)
        case 20: ActionForm(.popMPLS, 8)
        case 21: ActionForm(.setQueue, 8)
        case 22: ActionForm(.group, 8)
        case 23: ActionForm(.setTTL, 8)
        case 24: ActionForm(.decrementTTL, 8)
        case 25 where version >= .v15: ActionForm(.setField15, 8, isExtensible: true)
        case 25 where version >= .v12: ActionForm(.setField12, 8, isExtensible: true)
        case 26 where version >= .v13: ActionForm(.pushPBB, 8)
        case 27 where version >= .v13: ActionForm(.popPBB, 8)
        case 28 where version >= .v15: ActionForm(.copyField15, 16, isExtensible: true)
        case 29 where version >= .v15: ActionForm(.meter, 8)
        default: nil
        }
    }

    /// An extension of the Open Networking Foundation; nil: not one of ours, or not in this version.
    init?(onf subtype: UInt16, version: OpenFlowVersion) {
        guard subtype == 3200, version == .v13 || version == .v14 else { return nil }
        self.init(.copyField13, 24, isExtensible: true)
    }

    /// An extension of Nicira; nil: not one of ours (`ct`, `nat`, `encap` …), or not in this version.
    init?(nicira subtype: UInt16, version: OpenFlowVersion) {
        let old = version == .v10 ? Self.standardLater(subtype) : nil
        guard let form = old ?? Self.fields(subtype, version) ?? Self.niciras(subtype) else { return nil }
        self = form
    }

    /// What version 1.0 borrows from later ones.
    private static func standardLater(_ subtype: UInt16) -> ActionForm? {
        switch subtype {
        case 4: ActionForm(.setQueue, 16)
        case 18: ActionForm(.decrementTTL, 16)
        case 23: ActionForm(.pushMPLS, 16)
        case 24: ActionForm(.popMPLS, 16)
        case 25: ActionForm(.setMPLSTTL, 16)
        case 26: ActionForm(.decrementMPLSTTL, 16)
        case 30: ActionForm(.setMPLSLabel, 16)
        case 31: ActionForm(.setMPLSTrafficClass, 16)
        case 40: ActionForm(.group, 16)
        default: nil
        }
    }

    /// Those that version 1.5 has standard actions for, and those that name fields.
    private static func fields(_ subtype: UInt16, _ version: OpenFlowVersion) -> ActionForm? {
        switch subtype {
        case 6 where version < .v15: ActionForm(.regMove, 16, isExtensible: true)
        case 7 where version < .v15: ActionForm(.regLoad, 24)
        case 33 where version < .v15: ActionForm(.regLoad2, 16, isExtensible: true)
        case 10: ActionForm(.multipath, 32)
        case 12: ActionForm(.bundle, 32, isExtensible: true)
        case 13: ActionForm(.bundleLoad, 32, isExtensible: true)
        case 15: ActionForm(.outputReg, 24)
        case 32: ActionForm(.outputReg2, 24)
        case 16: ActionForm(.learn, 32, isExtensible: true)
        case 45: ActionForm(.learn2, 40, isExtensible: true)
        case 27: ActionForm(.stackPush, 24)
        case 28: ActionForm(.stackPop, 24)
        case 49: ActionForm(.checkPacketLarger, 24, isExtensible: true)
        case 50: ActionForm(.deleteField, 24)
        default: nil
        }
    }

    private static func niciras(_ subtype: UInt16) -> ActionForm? {
        switch subtype {
        case 1: ActionForm(.resubmit, 16)
        case 2: ActionForm(.setTunnel, 16)
        case 5: ActionForm(.popQueue, 16)
        case 8: ActionForm(.note, 16, isExtensible: true)
        case 9: ActionForm(.setTunnel64, 24)
        case 14: ActionForm(.resubmitTable, 16)
        case 17: ActionForm(.exit, 16)
        case 19: ActionForm(.finTimeout, 16)
        case 20: ActionForm(.controller, 16)
        case 21: ActionForm(.decrementTTLFor, 16, isExtensible: true)
        case 22: ActionForm(.writeMetadata, 32)
        case 29: ActionForm(.sample, 24)
        case 34: ActionForm(.conjunction, 16)
        case 35: ActionForm(.connectionTracking, 24, isExtensible: true)
        case 37: ActionForm(.controller2, 16, isExtensible: true)
        case 38: ActionForm(.sample2, 32)
        case 39: ActionForm(.outputTrunc, 16)
        case 41: ActionForm(.sample3, 32)
        case 42: ActionForm(.clone, 16, isExtensible: true)
        case 44: ActionForm(.resubmitTableCT, 16)
        case 254: ActionForm(.debugSlowPath, 16)
        case 255: ActionForm(.debugRecirculate, 16)
        default: nil
        }
    }
}
