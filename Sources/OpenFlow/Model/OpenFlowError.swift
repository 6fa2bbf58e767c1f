/// An error as OpenFlow knows it: what went wrong, from which each version's codec takes its type and code.
public struct OpenFlowError: Error, Sendable, Equatable {
    /// Version-neutral names after OpenFlow 1.3's OFPET_*/OFPxx_*; one table in the codec maps them to numbers.
    public enum Code: Sendable, Equatable, CaseIterable {
        // OFPET_HELLO_FAILED, OFPET_BAD_REQUEST and what Nicira adds to the latter.
        case helloIncompatible, badVersion, badType, badMultipart, badExperimenter, badSubtype, badExperimenterType
        case permissions, badLength, bufferEmpty, bufferUnknown, badTable, isSecondary, badPacketPort, badPacket
        case multipartOverflow, multipartTimeout, pipelineFieldsOnly, invalidNXM, badNXMType, mustBeZeroRequest
        case staleContinuation, resumeUnsupported, notConfigured
        // OFPET_BAD_ACTION, OFPET_BAD_INSTRUCTION.
        case badActionType, badActionLength, badActionExperimenter, badActionExperimenterType, badOutPort
        case badActionArgument, actionPermissions, tooManyActions, badActionQueue, badOutGroup, matchInconsistent
        case unsupportedOrder, badTag, badSetType, badSetLength, badSetArgument, badSetMask, badActionMeter
        case mustBeZeroAction, badConjunction, badHeaderType, conntrackUnsupported, unknownInstruction
        case unsupportedInstruction, badInstructionTable, unsupportedMetadata, unsupportedMetadataMask
        case badInstructionExperimenter, badInstructionExperimenterType, badInstructionLength
        case instructionPermissions, duplicateInstruction
        // OFPET_BAD_MATCH, OFPET_FLOW_MOD_FAILED.
        case badMatchType, badMatchLength, badMatchTag, badMatchLinkMask, badMatchNetworkMask, badMatchWildcards
        case badMatchField, badMatchValue, badMatchMask, badMatchPrerequisite, duplicateField
        case conntrackMatchUnsupported, flowModUnknown, tableFull, badFlowModTable, overlap, flowModPermissions
        case badTimeout, badEmergencyTimeout, badFlowModCommand, badFlags, flowModUnsupported, unknownFlowModTable
        case invalidTLVField
        // OFPET_GROUP_MOD_FAILED, OFPET_METER_MOD_FAILED.
        case groupExists, invalidGroup, weightUnsupported, outOfGroups, outOfBuckets, chainingUnsupported
        case watchUnsupported, groupLoop, unknownGroup, chainedGroup, badGroupType, badGroupCommand, badBucket
        case badWatch, groupPermissions, unknownBucket, bucketExists, meterModUnknown, meterExists, invalidMeter
        case unknownMeter, badMeterCommand, badMeterFlags, badMeterRate, badMeterBurst, badBand, badBandValue
        case outOfMeters, outOfBands
        // Errors about ports, tables, queues, the switch as a whole and roles.
        case badPort, badHardwareAddress, badPortConfiguration, badPortAdvertisement, portPermissions
        case badTableModTable, badTableModConfiguration, tableModPermissions, badQueuePort, badQueue
        case queuePermissions, badConfigurationFlags, badConfigurationLength, staleRole, roleUnsupported
        case roleRequestBad, badTableFeaturesTable, badTableFeaturesMetadata, tableFeaturesPermissions
        case badTableFeaturesCapabilities, badTableFeaturesMaximum, badTableFeatures, badTableFeaturesCommand
        case tooManyTables, duplicateTable
        // Errors about properties and asynchronous messages, bundles, flow monitors, TLV tables.
        case badPropertyType, badPropertyLength, badPropertyValue, tooManyProperties, duplicateProperty
        case badPropertyExperimenter, badPropertyExperimenterType, badPropertyExperimenterValue, propertyPermissions
        case asyncInvalid, asyncUnsupported, asyncPermissions, bundleUnknown, bundlePermissions, badBundle
        case bundleExists, bundleClosed, outOfBundles, badBundleType, badBundleFlags, bundleMessageLength
        case bundleMessageTransaction, bundleMessageUnsupported, bundleMessageConflict, bundleTooManyMessages
        case bundleMessageFailed, bundleTimeout, bundleInProgress, bundleMessageVersion, monitorUnknown
        case monitorExists, invalidMonitor, unknownMonitor, badMonitorCommand, badMonitorFlags, badMonitorTable
        case badMonitorOut, badTLVCommand, badTLVLength, badTLVIndex, tlvTableFull, tlvAlreadyMapped, duplicateTLV
        case tlvInUse
        /// The service could not be set up; never sent.
        case socket
    }

    public let code: Code
    /// For our log.
    public let context: String

    public init(_ code: Code, _ context: String = "") {
        self.code = code
        self.context = context
    }
}
