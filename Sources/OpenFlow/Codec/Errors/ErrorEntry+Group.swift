extension ErrorEntry {
    /// OFPET_GROUP_MOD_FAILED, OFPET_METER_MOD_FAILED.
    static func groupEntry(_ code: OpenFlowError.Code) -> ErrorEntry? {
        switch code {
        case .groupExists: ErrorEntry("OFPGMFC_GROUP_EXISTS", .nicira(from: .v10, 6, 0), .standard(from: .v11, 6, 0))
        case .invalidGroup: ErrorEntry("OFPGMFC_INVALID_GROUP", .nicira(from: .v10, 6, 1), .standard(from: .v11, 6, 1))
        case .weightUnsupported:
            ErrorEntry(
                "OFPGMFC_WEIGHT_UNSUPPORTED", .nicira(from: .v10, 6, 2), .standard(from: .v11, 6, 2))
        case .outOfGroups: ErrorEntry("OFPGMFC_OUT_OF_GROUPS", .nicira(from: .v10, 6, 3), .standard(from: .v11, 6, 3))
        case .outOfBuckets: ErrorEntry("OFPGMFC_OUT_OF_BUCKETS", .nicira(from: .v10, 6, 4), .standard(from: .v11, 6, 4))
        case .chainingUnsupported:
            ErrorEntry(
                "OFPGMFC_CHAINING_UNSUPPORTED", .nicira(from: .v10, 6, 5), .standard(from: .v11, 6, 5))
        case .watchUnsupported:
            ErrorEntry(
                "OFPGMFC_WATCH_UNSUPPORTED", .nicira(from: .v10, 6, 6), .standard(from: .v11, 6, 6))
        case .groupLoop: ErrorEntry("OFPGMFC_LOOP", .nicira(from: .v10, 6, 7), .standard(from: .v11, 6, 7))
        case .unknownGroup: ErrorEntry("OFPGMFC_UNKNOWN_GROUP", .nicira(from: .v10, 6, 8), .standard(from: .v11, 6, 8))
        case .chainedGroup:
            ErrorEntry(
                "OFPGMFC_CHAINED_GROUP", .nicira(from: .v10, 6, 9), .none(from: .v11), .standard(from: .v12, 6, 9))
        case .badGroupType:
            ErrorEntry(
                "OFPGMFC_BAD_TYPE", .nicira(from: .v10, 6, 10), .none(from: .v11), .standard(from: .v12, 6, 10))
        case .badGroupCommand:
            ErrorEntry(
                "OFPGMFC_BAD_COMMAND", .nicira(from: .v10, 6, 11), .none(from: .v11), .standard(from: .v12, 6, 11))
        case .badBucket:
            ErrorEntry(
                "OFPGMFC_BAD_BUCKET", .nicira(from: .v10, 6, 12), .none(from: .v11), .standard(from: .v12, 6, 12))
        case .badWatch:
            ErrorEntry(
                "OFPGMFC_BAD_WATCH", .nicira(from: .v10, 6, 13), .none(from: .v11), .standard(from: .v12, 6, 13))
        case .groupPermissions:
            ErrorEntry(
                "OFPGMFC_EPERM", .nicira(from: .v10, 6, 14), .none(from: .v11), .standard(from: .v12, 6, 14))
        case .unknownBucket:
            ErrorEntry(
                "OFPGMFC_UNKNOWN_BUCKET", .nicira(from: .v10, 6, 15), .none(from: .v11), .standard(from: .v15, 6, 15))
        case .bucketExists:
            ErrorEntry(
                "OFPGMFC_BUCKET_EXISTS", .nicira(from: .v10, 6, 16), .none(from: .v11), .standard(from: .v15, 6, 16))
        case .meterModUnknown: ErrorEntry("OFPMMFC_UNKNOWN", .standard(from: .v13, 12, 0))
        case .meterExists: ErrorEntry("OFPMMFC_METER_EXISTS", .standard(from: .v13, 12, 1))
        case .invalidMeter: ErrorEntry("OFPMMFC_INVALID_METER", .standard(from: .v13, 12, 2))
        case .unknownMeter: ErrorEntry("OFPMMFC_UNKNOWN_METER", .standard(from: .v13, 12, 3))
        case .badMeterCommand: ErrorEntry("OFPMMFC_BAD_COMMAND", .standard(from: .v13, 12, 4))
        case .badMeterFlags: ErrorEntry("OFPMMFC_BAD_FLAGS", .standard(from: .v13, 12, 5))
        case .badMeterRate: ErrorEntry("OFPMMFC_BAD_RATE", .standard(from: .v13, 12, 6))
        case .badMeterBurst: ErrorEntry("OFPMMFC_BAD_BURST", .standard(from: .v13, 12, 7))
        case .badBand: ErrorEntry("OFPMMFC_BAD_BAND", .standard(from: .v13, 12, 8))
        case .badBandValue: ErrorEntry("OFPMMFC_BAD_BAND_VALUE", .standard(from: .v13, 12, 9))
        case .outOfMeters: ErrorEntry("OFPMMFC_OUT_OF_METERS", .standard(from: .v13, 12, 10))
        case .outOfBands: ErrorEntry("OFPMMFC_OUT_OF_BANDS", .standard(from: .v13, 12, 11))
        default: nil
        }
    }
}
