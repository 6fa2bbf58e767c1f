@testable import OpenFlow

extension TunnelOptions {
    /// Options of class 0xffff, mapped to fields from tun_metadata0 on, of these lengths.
    static func make(_ lengths: UInt8...) throws(OpenFlowError) -> TunnelOptions? {
        let mappings = lengths.enumerated().map {
            TLVTable.Mapping(
                optionClass: 0xffff, optionType: UInt8($0.offset), length: $0.element, index: UInt16($0.offset))
        }
        return try changed(nil, by: TLVTableMod(command: .add, mappings: mappings))
    }

    static func mapping(_ type: UInt8, _ length: UInt8, _ index: UInt16) -> TLVTable.Mapping {
        TLVTable.Mapping(optionClass: 0xffff, optionType: type, length: length, index: index)
    }
}
