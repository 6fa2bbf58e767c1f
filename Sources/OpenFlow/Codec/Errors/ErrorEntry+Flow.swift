extension ErrorEntry {
    /// OFPET_BAD_MATCH, OFPET_FLOW_MOD_FAILED.
    static func flowEntry(_ code: OpenFlowError.Code) -> ErrorEntry? {
        switch code {
        case .badMatchType: ErrorEntry("OFPBMC_BAD_TYPE", .standard(from: .v11, 4, 0))
        case .badMatchLength: ErrorEntry("OFPBMC_BAD_LEN", .standard(from: .v11, 4, 1))
        case .badMatchTag: ErrorEntry("OFPBMC_BAD_TAG", .standard(from: .v11, 4, 2))
        case .badMatchLinkMask: ErrorEntry("OFPBMC_BAD_DL_ADDR_MASK", .standard(from: .v11, 4, 3))
        case .badMatchNetworkMask: ErrorEntry("OFPBMC_BAD_NW_ADDR_MASK", .standard(from: .v11, 4, 4))
        case .badMatchWildcards:
            ErrorEntry(
                "OFPBMC_BAD_WILDCARDS", .nicira(from: .v10, 1, 262), .standard(from: .v11, 4, 5))
        case .badMatchField: ErrorEntry("OFPBMC_BAD_FIELD", .nicira(from: .v10, 0, 263), .standard(from: .v11, 4, 6))
        case .badMatchValue: ErrorEntry("OFPBMC_BAD_VALUE", .nicira(from: .v10, 1, 258), .standard(from: .v11, 4, 7))
        case .badMatchMask: ErrorEntry("OFPBMC_BAD_MASK", .nicira(from: .v10, 1, 259), .standard(from: .v12, 4, 8))
        case .badMatchPrerequisite:
            ErrorEntry(
                "OFPBMC_BAD_PREREQ", .nicira(from: .v10, 1, 260), .standard(from: .v12, 4, 9))
        case .duplicateField: ErrorEntry("OFPBMC_DUP_FIELD", .nicira(from: .v10, 1, 261), .standard(from: .v12, 4, 10))
        case .conntrackMatchUnsupported:
            ErrorEntry(
                "NXBMC_CT_DATAPATH_SUPPORT", .nicira(from: .v10, 1, 264), .experimenter(from: .v12, .nicira, 43))
        case .flowModUnknown: ErrorEntry("OFPFMFC_UNKNOWN", .standard(from: .v11, 5, 0))
        case .tableFull: ErrorEntry("OFPFMFC_TABLE_FULL", .standard(from: .v10, 3, 0), .standard(from: .v11, 5, 1))
        case .badFlowModTable: ErrorEntry("OFPFMFC_BAD_TABLE_ID", .standard(from: .v11, 5, 2))
        case .overlap: ErrorEntry("OFPFMFC_OVERLAP", .standard(from: .v10, 3, 1), .standard(from: .v11, 5, 3))
        case .flowModPermissions: ErrorEntry("OFPFMFC_EPERM", .standard(from: .v10, 3, 2), .standard(from: .v11, 5, 4))
        case .badTimeout: ErrorEntry("OFPFMFC_BAD_TIMEOUT", .standard(from: .v11, 5, 5))
        case .badEmergencyTimeout:
            ErrorEntry(
                "OFPFMFC_BAD_EMERG_TIMEOUT", .standard(from: .v10, 3, 3), .none(from: .v11))
        case .badFlowModCommand:
            ErrorEntry(
                "OFPFMFC_BAD_COMMAND", .standard(from: .v10, 3, 4), .standard(from: .v11, 5, 6))
        case .badFlags:
            ErrorEntry(
                "OFPFMFC_BAD_FLAGS", .nicira(from: .v10, 3, 258), .nicira(from: .v11, 5, 258),
                .standard(from: .v12, 5, 7))
        case .flowModUnsupported: ErrorEntry("OFPFMFC_UNSUPPORTED", .standard(from: .v10, 3, 5), .none(from: .v11))
        case .unknownFlowModTable:
            ErrorEntry(
                "NXFMFC_BAD_TABLE_ID", .nicira(from: .v10, 5, 257), .experimenter(from: .v12, .nicira, 13))
        case .invalidTLVField:
            ErrorEntry(
                "NXFMFC_INVALID_TLV_FIELD", .nicira(from: .v10, 1, 536), .experimenter(from: .v12, .nicira, 37))
        default: nil
        }
    }
}
