/// The one table from our errors to the numbers of each version (OpenFlow 1.3.5 section 7.4.4; OVS: ofp-errors.h).
enum ErrorCodec {
    /// How an error is written: a standard type and code, or a vendor's.
    enum Wire: Sendable, Equatable {
        case standard(UInt16, UInt16)
        /// Nicira's, in versions 1.0 and 1.1: a type and a code behind NXET_VENDOR.
        case nicira(UInt16, UInt16)
        /// An experimenter's of version 1.2 and later: one code.
        case experimenter(UInt32, UInt16)
    }

    /// A row: OVS's name, the form in version 1.0, the form in 1.3.
    struct Entry: Sendable {
        let name: String
        let v10: Wire?
        let v13: Wire?

        init(_ name: String, _ v10: Wire?, _ v13: Wire?) {
            self.name = name
            self.v10 = v10
            self.v13 = v13
        }

        /// The same in all versions.
        init(_ name: String, _ type: UInt16, _ code: UInt16) {
            self.init(name, .standard(type, code), .standard(type, code))
        }
    }

    private static let nicira = NiciraType.identifier
    private static let onf: UInt32 = 0x4f4e_4600
    /// What stands for an error that the version has no number for.
    static let unencodable = Entry(
        "NXBRC_UNENCODABLE_ERROR", .nicira(1, 521), .experimenter(NiciraType.identifier, 10))

    static func entry(_ code: OpenFlowError.Code) -> Entry {
        requestEntry(code) ?? actionEntry(code) ?? matchEntry(code) ?? flowModEntry(code) ?? groupModEntry(code)
            ?? meterModEntry(code) ?? otherEntry(code) ?? unencodable
    }

    private static func requestEntry(_ code: OpenFlowError.Code) -> Entry? {
        switch code {
        case .badVersion: Entry("OFPBRC_BAD_VERSION", 1, 0)
        case .badType: Entry("OFPBRC_BAD_TYPE", 1, 1)
        case .badMultipart: Entry("OFPBRC_BAD_STAT", 1, 2)
        case .badExperimenter: Entry("OFPBRC_BAD_VENDOR", 1, 3)
        case .badSubtype, .badExperimenterType: Entry("OFPBRC_BAD_SUBTYPE", 1, 4)
        case .permissions: Entry("OFPBRC_EPERM", 1, 5)
        case .badLength: Entry("OFPBRC_BAD_LEN", 1, 6)
        case .bufferEmpty: Entry("OFPBRC_BUFFER_EMPTY", 1, 7)
        case .bufferUnknown: Entry("OFPBRC_BUFFER_UNKNOWN", 1, 8)
        case .badTable: Entry("OFPBRC_BAD_TABLE_ID", .nicira(1, 512), .standard(1, 9))
        case .isSecondary: Entry("OFPBRC_IS_SECONDARY", .standard(1, 5), .standard(1, 10))
        case .badPacketPort: Entry("OFPBRC_BAD_PORT", .nicira(1, 514), .standard(1, 11))
        case .multipartOverflow: Entry("OFPBRC_MULTIPART_BUFFER_OVERFLOW", nil, .standard(1, 13))
        case .pipelineFieldsOnly: Entry("OFPBRC_PIPELINE_FIELDS_ONLY", nil, .standard(1, 17))
        case .mustBeZeroRequest: Entry("NXBRC_MUST_BE_ZERO", .nicira(1, 515), .experimenter(nicira, 4))
        case .invalidNXM: Entry("NXBRC_NXM_INVALID", .nicira(1, 256), .experimenter(nicira, 2))
        default: nil
        }
    }

    private static func actionEntry(_ code: OpenFlowError.Code) -> Entry? {
        switch code {
        case .badActionType: Entry("OFPBAC_BAD_TYPE", 2, 0)
        case .badActionLength: Entry("OFPBAC_BAD_LEN", 2, 1)
        case .badActionExperimenter: Entry("OFPBAC_BAD_VENDOR", 2, 2)
        case .badActionExperimenterType: Entry("OFPBAC_BAD_VENDOR_TYPE", 2, 3)
        case .badOutPort: Entry("OFPBAC_BAD_OUT_PORT", 2, 4)
        case .badActionArgument: Entry("OFPBAC_BAD_ARGUMENT", 2, 5)
        case .tooManyActions: Entry("OFPBAC_TOO_MANY", 2, 7)
        case .badActionQueue: Entry("OFPBAC_BAD_QUEUE", 2, 8)
        case .badOutGroup: Entry("OFPBAC_BAD_OUT_GROUP", .nicira(2, 9), .standard(2, 9))
        case .matchInconsistent: Entry("OFPBAC_MATCH_INCONSISTENT", .nicira(1, 522), .standard(2, 10))
        case .unsupportedOrder: Entry("OFPBAC_UNSUPPORTED_ORDER", nil, .standard(2, 11))
        case .badTag: Entry("OFPBAC_BAD_TAG", nil, .standard(2, 12))
        case .badSetType: Entry("OFPBAC_BAD_SET_TYPE", .nicira(1, 523), .standard(2, 13))
        case .badSetLength: Entry("OFPBAC_BAD_SET_LEN", .nicira(1, 524), .standard(2, 14))
        case .badSetArgument: Entry("OFPBAC_BAD_SET_ARGUMENT", .nicira(1, 525), .standard(2, 15))
        // Version 1.5 has a standard number, (2, 16).
        case .badSetMask: Entry("OFPBAC_BAD_SET_MASK", nil, .experimenter(onf, 4250))
        // Version 1.5 alone has it.
        case .badActionMeter: Entry("OFPBAC_BAD_METER", nil, nil)
        case .mustBeZeroAction: Entry("NXBAC_MUST_BE_ZERO", .nicira(2, 256), .experimenter(nicira, 11))
        case .badConjunction: Entry("NXBAC_BAD_CONJUNCTION", .nicira(2, 526), .experimenter(nicira, 15))
        case .unknownInstruction: Entry("OFPBIC_UNKNOWN_INST", nil, .standard(3, 0))
        case .unsupportedInstruction: Entry("OFPBIC_UNSUP_INST", .nicira(2, 257), .standard(3, 1))
        case .badInstructionTable: Entry("OFPBIC_BAD_TABLE_ID", nil, .standard(3, 2))
        case .badInstructionExperimenter: Entry("OFPBIC_BAD_EXPERIMENTER", nil, .standard(3, 5))
        case .badInstructionLength: Entry("OFPBIC_BAD_LEN", nil, .standard(3, 7))
        case .duplicateInstruction: Entry("OFPBIC_DUP_INST", nil, .experimenter(onf, 2600))
        default: nil
        }
    }

    private static func matchEntry(_ code: OpenFlowError.Code) -> Entry? {
        switch code {
        case .badMatchType: Entry("OFPBMC_BAD_TYPE", nil, .standard(4, 0))
        case .badMatchLength: Entry("OFPBMC_BAD_LEN", nil, .standard(4, 1))
        case .badMatchWildcards: Entry("OFPBMC_BAD_WILDCARDS", .nicira(1, 262), .standard(4, 5))
        case .badMatchField: Entry("OFPBMC_BAD_FIELD", .nicira(0, 263), .standard(4, 6))
        case .badMatchValue: Entry("OFPBMC_BAD_VALUE", .nicira(1, 258), .standard(4, 7))
        case .badMatchMask: Entry("OFPBMC_BAD_MASK", .nicira(1, 259), .standard(4, 8))
        case .badMatchPrerequisite: Entry("OFPBMC_BAD_PREREQ", .nicira(1, 260), .standard(4, 9))
        case .duplicateField: Entry("OFPBMC_DUP_FIELD", .nicira(1, 261), .standard(4, 10))
        default: nil
        }
    }

    private static func flowModEntry(_ code: OpenFlowError.Code) -> Entry? {
        switch code {
        case .flowModUnknown: Entry("OFPFMFC_UNKNOWN", nil, .standard(5, 0))
        case .tableFull: Entry("OFPFMFC_TABLE_FULL", .standard(3, 0), .standard(5, 1))
        case .badFlowModTable: Entry("OFPFMFC_BAD_TABLE_ID", nil, .standard(5, 2))
        case .overlap: Entry("OFPFMFC_OVERLAP", .standard(3, 1), .standard(5, 3))
        case .flowModPermissions: Entry("OFPFMFC_EPERM", .standard(3, 2), .standard(5, 4))
        case .badTimeout: Entry("OFPFMFC_BAD_TIMEOUT", nil, .standard(5, 5))
        case .badEmergencyTimeout: Entry("OFPFMFC_BAD_EMERG_TIMEOUT", .standard(3, 3), nil)
        case .badFlowModCommand: Entry("OFPFMFC_BAD_COMMAND", .standard(3, 4), .standard(5, 6))
        case .badFlags: Entry("OFPFMFC_BAD_FLAGS", .nicira(3, 258), .standard(5, 7))
        default: nil
        }
    }

    private static func groupModEntry(_ code: OpenFlowError.Code) -> Entry? {
        switch code {
        case .groupExists: Entry("OFPGMFC_GROUP_EXISTS", .nicira(6, 0), .standard(6, 0))
        case .invalidGroup: Entry("OFPGMFC_INVALID_GROUP", .nicira(6, 1), .standard(6, 1))
        case .weightUnsupported: Entry("OFPGMFC_WEIGHT_UNSUPPORTED", .nicira(6, 2), .standard(6, 2))
        case .outOfGroups: Entry("OFPGMFC_OUT_OF_GROUPS", .nicira(6, 3), .standard(6, 3))
        case .outOfBuckets: Entry("OFPGMFC_OUT_OF_BUCKETS", .nicira(6, 4), .standard(6, 4))
        case .chainingUnsupported: Entry("OFPGMFC_CHAINING_UNSUPPORTED", .nicira(6, 5), .standard(6, 5))
        case .watchUnsupported: Entry("OFPGMFC_WATCH_UNSUPPORTED", .nicira(6, 6), .standard(6, 6))
        case .groupLoop: Entry("OFPGMFC_LOOP", .nicira(6, 7), .standard(6, 7))
        case .unknownGroup: Entry("OFPGMFC_UNKNOWN_GROUP", .nicira(6, 8), .standard(6, 8))
        case .chainedGroup: Entry("OFPGMFC_CHAINED_GROUP", .nicira(6, 9), .standard(6, 9))
        case .badGroupType: Entry("OFPGMFC_BAD_TYPE", .nicira(6, 10), .standard(6, 10))
        case .badGroupCommand: Entry("OFPGMFC_BAD_COMMAND", .nicira(6, 11), .standard(6, 11))
        case .badBucket: Entry("OFPGMFC_BAD_BUCKET", .nicira(6, 12), .standard(6, 12))
        case .badWatch: Entry("OFPGMFC_BAD_WATCH", .nicira(6, 13), .standard(6, 13))
        case .groupPermissions: Entry("OFPGMFC_EPERM", .nicira(6, 14), .standard(6, 14))
        case .unknownBucket: Entry("OFPGMFC_UNKNOWN_BUCKET", .nicira(6, 15), .standard(6, 15))
        case .bucketExists: Entry("OFPGMFC_BUCKET_EXISTS", .nicira(6, 16), .standard(6, 16))
        default: nil
        }
    }

    private static func meterModEntry(_ code: OpenFlowError.Code) -> Entry? {
        switch code {
        case .meterModUnknown: Entry("OFPMMFC_UNKNOWN", nil, .standard(12, 0))
        case .meterExists: Entry("OFPMMFC_METER_EXISTS", nil, .standard(12, 1))
        case .invalidMeter: Entry("OFPMMFC_INVALID_METER", nil, .standard(12, 2))
        case .unknownMeter: Entry("OFPMMFC_UNKNOWN_METER", nil, .standard(12, 3))
        case .badMeterCommand: Entry("OFPMMFC_BAD_COMMAND", nil, .standard(12, 4))
        case .badMeterFlags: Entry("OFPMMFC_BAD_FLAGS", nil, .standard(12, 5))
        case .badMeterRate: Entry("OFPMMFC_BAD_RATE", nil, .standard(12, 6))
        case .badMeterBurst: Entry("OFPMMFC_BAD_BURST", nil, .standard(12, 7))
        case .badBand: Entry("OFPMMFC_BAD_BAND", nil, .standard(12, 8))
        case .badBandValue: Entry("OFPMMFC_BAD_BAND_VALUE", nil, .standard(12, 9))
        case .outOfMeters: Entry("OFPMMFC_OUT_OF_METERS", nil, .standard(12, 10))
        case .outOfBands: Entry("OFPMMFC_OUT_OF_BANDS", nil, .standard(12, 11))
        default: nil
        }
    }

    private static func otherEntry(_ code: OpenFlowError.Code) -> Entry? {
        switch code {
        case .helloIncompatible: Entry("OFPHFC_INCOMPATIBLE", 0, 0)
        case .badPort: Entry("OFPPMFC_BAD_PORT", .standard(4, 0), .standard(7, 0))
        case .badHardwareAddress: Entry("OFPPMFC_BAD_HW_ADDR", .standard(4, 1), .standard(7, 1))
        case .badPortConfiguration: Entry("OFPPMFC_BAD_CONFIG", nil, .standard(7, 2))
        case .badTableModTable: Entry("OFPTMFC_BAD_TABLE", nil, .standard(8, 0))
        case .badTableModConfiguration: Entry("OFPTMFC_BAD_CONFIG", nil, .standard(8, 1))
        case .tableModPermissions: Entry("OFPTMFC_EPERM", nil, .standard(8, 2))
        case .badQueuePort: Entry("OFPQOFC_BAD_PORT", .standard(5, 0), .standard(9, 0))
        case .badQueue: Entry("OFPQOFC_BAD_QUEUE", .standard(5, 1), .standard(9, 1))
        case .badConfigurationFlags: Entry("OFPSCFC_BAD_FLAGS", nil, .standard(10, 0))
        case .staleRole: Entry("OFPRRFC_STALE", nil, .standard(11, 0))
        case .roleRequestBad: Entry("OFPRRFC_BAD_ROLE", .nicira(1, 513), .standard(11, 2))
        case .tableFeaturesPermissions: Entry("OFPTFFC_EPERM", nil, .standard(13, 5))
        default: nil
        }
    }

    /// The error message that answers `request`: the numbers, then the request's first 64 bytes.
    static func reply(
        _ error: OpenFlowError, to request: OpenFlowMessage, version: OpenFlowVersion
    ) -> OpenFlowMessage {
        message(error.code, data: request.bytes.prefix(64), transaction: request.transaction, version: version)
    }

    /// An error message with any data.
    static func message(
        _ code: OpenFlowError.Code, data: some Sequence<UInt8>, transaction: UInt32, version: OpenFlowVersion
    ) -> OpenFlowMessage {
        let entry = entry(code)
        let known = version == .v10 ? entry.v10 : entry.v13
        var writer = ByteWriter()
        switch known ?? (version == .v10 ? unencodable.v10 : unencodable.v13) {
        case .standard(let type, let code):
            writer.u16(type)
            writer.u16(code)
        case .nicira(let type, let code):
            writer.u16(0xb0c2)
            writer.u16(0)
            writer.u32(nicira)
            writer.u16(type)
            writer.u16(code)
        case .experimenter(let vendor, let code):
            writer.u16(0xffff)
            writer.u16(code)
            writer.u32(vendor)
        case nil:
            writer.zeros(4)
        }
        writer.append(data)
        return OpenFlowMessage(
            version: version, type: MessageType.error.number(version), transaction: transaction, body: writer.bytes)
    }
}
