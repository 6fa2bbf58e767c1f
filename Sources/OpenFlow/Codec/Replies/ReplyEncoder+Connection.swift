extension ReplyEncoder {
    func role(_ request: RoleRequest, role: ControllerRole, generation: UInt64?, _ transaction: UInt32)
        -> OpenFlowMessage
    {
        if request.isNicira {
            return experimenter(NiciraType.identifier, NiciraType.roleReply, transaction) { writer in
                writer.u32(role.rawValue &- 1)
            }
        }
        return message(.roleReply, transaction) { writer in
            writer.u32(role.rawValue)
            writer.zeros(4)
            writer.u64(generation ?? .max)
        }
    }

    /// OFPT_ROLE_STATUS; nil: the version has none.
    func roleStatus(_ status: RoleStatus) -> OpenFlowMessage? {
        extended(.roleStatus, ONFType.roleStatus) { writer in
            writer.u32(status.role.rawValue)
            writer.u8(status.reason.rawValue)
            writer.zeros(3)
            writer.u64(status.generation ?? .max)
        }
    }

    func async(_ configuration: AsyncConfiguration, _ transaction: UInt32) -> OpenFlowMessage {
        message(.getAsyncReply, transaction) { writer in
            guard version >= .v14 else {
                for kind in [AsyncConfiguration.Kind.packetIn, .portStatus, .flowRemoved] {
                    writer.u32(configuration[kind].primary & kind.allowed(version))
                    writer.u32(configuration[kind].secondary & kind.allowed(version))
                }
                return
            }
            for kind in AsyncConfiguration.Kind.allCases {
                // Even numbers are for secondary connections.
                let number = UInt16(kind.rawValue * 2)
                writer.property(number, configuration[kind].secondary & kind.allowed(version))
                writer.property(number + 1, configuration[kind].primary & kind.allowed(version))
            }
        }
    }

    /// OFPT_BUNDLE_CONTROL that says that `control` was done.
    func bundleReply(_ control: BundleControl, _ transaction: UInt32) -> OpenFlowMessage {
        let body = { (writer: inout ByteWriter) in
            writer.u32(control.bundle)
            writer.u16(control.kind.rawValue + 1)
            writer.u16(control.flags)
        }
        return version == .v13
            ? experimenter(ONFType.identifier, ONFType.bundleControl, transaction, body)
            : message(.bundleControl, transaction, body)
    }

    /// OFPT_REQUESTFORWARD: tells of another's group-mod or meter-mod.
    ///
    /// - Parameters:
    ///   - request: what was asked for; a change of buckets that the version cannot tell goes as `modify`.
    ///   - group: the group as it is now.
    /// - Returns: nil: the version cannot tell it.
    func requestForward(_ request: Request, group: Group.Contents? = nil, _ transaction: UInt32) -> OpenFlowMessage? {
        let inner: OpenFlowMessage
        switch request {
        case .groupMod(let change):
            inner = groupMod(change, group: group, transaction)
        case .meterMod(let change) where version >= .v13:
            inner = meterMod(change, transaction)
        default:
            return nil
        }
        if version < .v13 {
            return experimenter(NiciraType.identifier, NiciraType.requestForward, 0) { $0.append(inner.bytes) }
        }
        return extended(.requestForward, ONFType.requestForward) { $0.append(inner.bytes) }
    }

    /// NXT_TLV_TABLE_REPLY.
    func tlvTable(_ table: TLVTable, _ transaction: UInt32) -> OpenFlowMessage {
        experimenter(NiciraType.identifier, NiciraType.tlvTableReply, transaction) { writer in
            writer.u32(table.maximumSpace)
            writer.u16(table.maximumFields)
            writer.zeros(10)
            for mapping in table.mappings {
                writer.u16(mapping.optionClass)
                writer.u8(mapping.optionType)
                writer.u8(mapping.length)
                writer.u16(mapping.index)
                writer.zeros(2)
            }
        }
    }

    // MARK: Forms

    /// A message of `vendor`.
    func experimenter(
        _ vendor: UInt32, _ subtype: UInt32, _ transaction: UInt32, _ body: (inout ByteWriter) -> Void = { _ in }
    ) -> OpenFlowMessage {
        message(.experimenter, transaction) { writer in
            writer.u32(vendor)
            writer.u32(subtype)
            body(&writer)
        }
    }

    /// An unasked-for message that is standard from 1.4 on and the ONF's in 1.3; nil in versions before.
    func extended(
        _ type: MessageType, _ subtype: UInt32, _ body: (inout ByteWriter) -> Void
    ) -> OpenFlowMessage? {
        switch version {
        case .v10, .v11, .v12: nil
        case .v13: experimenter(ONFType.identifier, subtype, 0, body)
        case .v14, .v15: message(type, 0, body)
        }
    }
}
