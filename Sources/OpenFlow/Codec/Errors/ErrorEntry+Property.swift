extension ErrorEntry {
    /// Errors about properties and asynchronous messages, bundles, flow monitors, TLV tables.
    static func propertyEntry(_ code: OpenFlowError.Code) -> ErrorEntry? {
        switch code {
        case .badPropertyType:
            ErrorEntry(
                "OFPBPC_BAD_TYPE", .nicira(from: .v10, 13, 2), .experimenter(from: .v12, .nicira, 25),
                .standard(from: .v13, 13, 2), .standard(from: .v14, 14, 0))
        case .badPropertyLength:
            ErrorEntry(
                "OFPBPC_BAD_LEN", .nicira(from: .v10, 13, 3), .experimenter(from: .v12, .nicira, 26),
                .standard(from: .v13, 13, 3), .standard(from: .v14, 14, 1))
        case .badPropertyValue:
            ErrorEntry(
                "OFPBPC_BAD_VALUE", .nicira(from: .v10, 13, 4), .experimenter(from: .v12, .nicira, 27),
                .standard(from: .v13, 13, 4), .standard(from: .v14, 14, 2))
        case .tooManyProperties:
            ErrorEntry(
                "OFPBPC_TOO_MANY", .nicira(from: .v10, 14, 3), .experimenter(from: .v12, .nicira, 28),
                .experimenter(from: .v13, .onf, 4443), .standard(from: .v14, 14, 3))
        case .duplicateProperty:
            ErrorEntry(
                "OFPBPC_DUP_TYPE", .nicira(from: .v10, 14, 4), .experimenter(from: .v12, .nicira, 29),
                .experimenter(from: .v13, .onf, 4444), .standard(from: .v14, 14, 4))
        case .badPropertyExperimenter:
            ErrorEntry(
                "OFPBPC_BAD_EXPERIMENTER", .nicira(from: .v10, 14, 5), .experimenter(from: .v12, .nicira, 30),
                .experimenter(from: .v13, .onf, 4445), .standard(from: .v14, 14, 5))
        case .badPropertyExperimenterType:
            ErrorEntry(
                "OFPBPC_BAD_EXP_TYPE", .nicira(from: .v10, 14, 6), .experimenter(from: .v12, .nicira, 31),
                .experimenter(from: .v13, .onf, 4446), .standard(from: .v14, 14, 6))
        case .badPropertyExperimenterValue:
            ErrorEntry(
                "OFPBPC_BAD_EXP_VALUE", .nicira(from: .v10, 14, 7), .experimenter(from: .v12, .nicira, 32),
                .experimenter(from: .v13, .onf, 4447), .standard(from: .v14, 14, 7))
        case .propertyPermissions:
            ErrorEntry(
                "OFPBPC_EPERM", .nicira(from: .v10, 14, 8), .experimenter(from: .v12, .nicira, 33),
                .experimenter(from: .v13, .onf, 4448), .standard(from: .v14, 14, 8))
        case .asyncInvalid:
            ErrorEntry(
                "OFPACFC_INVALID", .experimenter(from: .v13, .onf, 2370), .standard(from: .v14, 15, 0))
        case .asyncUnsupported:
            ErrorEntry(
                "OFPACFC_UNSUPPORTED", .experimenter(from: .v13, .onf, 2371), .standard(from: .v14, 15, 1))
        case .asyncPermissions:
            ErrorEntry(
                "OFPACFC_EPERM", .experimenter(from: .v13, .onf, 2372), .standard(from: .v14, 15, 2))
        case .bundleUnknown:
            ErrorEntry(
                "OFPBFC_UNKNOWN", .experimenter(from: .v13, .onf, 2300), .standard(from: .v14, 17, 0))
        case .bundlePermissions:
            ErrorEntry(
                "OFPBFC_EPERM", .experimenter(from: .v13, .onf, 2301), .standard(from: .v14, 17, 1))
        case .badBundle:
            ErrorEntry(
                "OFPBFC_BAD_ID", .experimenter(from: .v13, .onf, 2302), .standard(from: .v14, 17, 2))
        case .bundleExists:
            ErrorEntry(
                "OFPBFC_BUNDLE_EXIST", .experimenter(from: .v13, .onf, 2303), .standard(from: .v14, 17, 3))
        case .bundleClosed:
            ErrorEntry(
                "OFPBFC_BUNDLE_CLOSED", .experimenter(from: .v13, .onf, 2304), .standard(from: .v14, 17, 4))
        case .outOfBundles:
            ErrorEntry(
                "OFPBFC_OUT_OF_BUNDLES", .experimenter(from: .v13, .onf, 2305), .standard(from: .v14, 17, 5))
        case .badBundleType:
            ErrorEntry(
                "OFPBFC_BAD_TYPE", .experimenter(from: .v13, .onf, 2306), .standard(from: .v14, 17, 6))
        case .badBundleFlags:
            ErrorEntry(
                "OFPBFC_BAD_FLAGS", .experimenter(from: .v13, .onf, 2307), .standard(from: .v14, 17, 7))
        case .bundleMessageLength:
            ErrorEntry(
                "OFPBFC_MSG_BAD_LEN", .experimenter(from: .v13, .onf, 2308), .standard(from: .v14, 17, 8))
        case .bundleMessageTransaction:
            ErrorEntry(
                "OFPBFC_MSG_BAD_XID", .experimenter(from: .v13, .onf, 2309), .standard(from: .v14, 17, 9))
        case .bundleMessageUnsupported:
            ErrorEntry(
                "OFPBFC_MSG_UNSUP", .experimenter(from: .v13, .onf, 2310), .standard(from: .v14, 17, 10))
        case .bundleMessageConflict:
            ErrorEntry(
                "OFPBFC_MSG_CONFLICT", .experimenter(from: .v13, .onf, 2311), .standard(from: .v14, 17, 11))
        case .bundleTooManyMessages:
            ErrorEntry(
                "OFPBFC_MSG_TOO_MANY", .experimenter(from: .v13, .onf, 2312), .standard(from: .v14, 17, 12))
        case .bundleMessageFailed:
            ErrorEntry(
                "OFPBFC_MSG_FAILED", .experimenter(from: .v13, .onf, 2313), .standard(from: .v14, 17, 13))
        case .bundleTimeout:
            ErrorEntry(
                "OFPBFC_TIMEOUT", .experimenter(from: .v13, .onf, 2314), .standard(from: .v14, 17, 14))
        case .bundleInProgress:
            ErrorEntry(
                "OFPBFC_BUNDLE_IN_PROGRESS", .experimenter(from: .v13, .onf, 2315), .standard(from: .v14, 17, 15))
        case .bundleMessageVersion: ErrorEntry("OFPBFC_BAD_VERSION", .experimenter(from: .v14, .nicira, 22))
        case .monitorUnknown: ErrorEntry("OFPMOFC_UNKNOWN", .standard(from: .v14, 16, 0))
        case .monitorExists:
            ErrorEntry(
                "OFPMOFC_MONITOR_EXISTS", .nicira(from: .v10, 1, 517), .experimenter(from: .v12, .nicira, 6),
                .standard(from: .v14, 16, 1))
        case .invalidMonitor: ErrorEntry("OFPMOFC_INVALID_MONITOR", .standard(from: .v14, 16, 2))
        case .unknownMonitor:
            ErrorEntry(
                "OFPMOFC_UNKNOWN_MONITOR", .nicira(from: .v10, 1, 519), .experimenter(from: .v12, .nicira, 8),
                .standard(from: .v14, 16, 3))
        case .badMonitorCommand: ErrorEntry("OFPMOFC_BAD_COMMAND", .standard(from: .v14, 16, 4))
        case .badMonitorFlags:
            ErrorEntry(
                "OFPMOFC_BAD_FLAGS", .nicira(from: .v10, 1, 518), .experimenter(from: .v12, .nicira, 7),
                .standard(from: .v14, 16, 5))
        case .badMonitorTable: ErrorEntry("OFPMOFC_BAD_TABLE_ID", .standard(from: .v14, 16, 6))
        case .badMonitorOut: ErrorEntry("OFPMOFC_BAD_OUT", .standard(from: .v14, 16, 7))
        case .badTLVCommand:
            ErrorEntry(
                "NXTTMFC_BAD_COMMAND", .nicira(from: .v10, 1, 527), .experimenter(from: .v12, .nicira, 16))
        case .badTLVLength:
            ErrorEntry(
                "NXTTMFC_BAD_OPT_LEN", .nicira(from: .v10, 1, 528), .experimenter(from: .v12, .nicira, 17))
        case .badTLVIndex:
            ErrorEntry(
                "NXTTMFC_BAD_FIELD_IDX", .nicira(from: .v10, 1, 529), .experimenter(from: .v12, .nicira, 18))
        case .tlvTableFull:
            ErrorEntry(
                "NXTTMFC_TABLE_FULL", .nicira(from: .v10, 1, 530), .experimenter(from: .v12, .nicira, 19))
        case .tlvAlreadyMapped:
            ErrorEntry(
                "NXTTMFC_ALREADY_MAPPED", .nicira(from: .v10, 1, 531), .experimenter(from: .v12, .nicira, 20))
        case .duplicateTLV:
            ErrorEntry(
                "NXTTMFC_DUP_ENTRY", .nicira(from: .v10, 1, 532), .experimenter(from: .v12, .nicira, 21))
        case .tlvInUse:
            ErrorEntry(
                "NXTTMFC_INVALID_TLV_DEL", .nicira(from: .v10, 1, 537), .experimenter(from: .v12, .nicira, 38))
        default: nil
        }
    }
}
