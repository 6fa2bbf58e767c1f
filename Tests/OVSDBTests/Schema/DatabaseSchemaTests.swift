import Foundation
import Testing

@testable import OVSDB

@Suite struct DatabaseSchemaTests {
    @Test func readsDebiansSchema() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: DatabaseServer.vswitchSchema))
        let schema = try DatabaseSchema(json: JSON(parsing: data))
        #expect(schema.name == "Open_vSwitch" && schema.version == "8.3.1")
        let root = try #require(schema.tables["Open_vSwitch"])
        #expect(root.isRoot && root.maximumRows == 1)
        let bridge = try #require(schema.tables["Bridge"])
        #expect(bridge.indexes == [["name"]])
        #expect(bridge.columns["name"]?.isMutable == false)
        #expect(bridge.type(of: "ports")?.key.referencedTable == "Port")
        #expect(bridge.type(of: "ports")?.maximum == .max)
        #expect(bridge.type(of: "fail_mode")?.key.enumeration == [.string("secure"), .string("standalone")])
        #expect(bridge.type(of: "fail_mode")?.isOptional == true)
        #expect(bridge.type(of: "flood_vlans")?.maximum == 4096)
        #expect(bridge.type(of: "other_config")?.defaultDatum.values == [])
        #expect(bridge.type(of: "_uuid")?.isScalar == true && bridge.type(of: "nothing") == nil)
        #expect(schema.tables["Interface"]?.columns["statistics"]?.isEphemeral == true)
    }

    @Test(arguments: [
        "null", "[]", "{}", #"{"name":"x"}"#, #"{"name":"x","tables":{"T":{}}}"#, #"{"name":"x","tables":{"T":7}}"#,
        #"{"name":"x","tables":{"T":{"columns":{"c":{}}}}}"#,
        #"{"name":"x","tables":{"T":{"columns":{"c":{"type":"colour"}}}}}"#,
        #"{"name":"x","tables":{"T":{"columns":{"c":{"type":{"min":0}}}}}}"#,
        #"{"name":"x","tables":{"T":{"columns":{"c":{"type":{"key":"string","max":0}}}}}}"#,
        #"{"name":"x","tables":{"T":{"columns":{"c":{"type":{"key":"string","min":7}}}}}}"#,
        #"{"name":"x","tables":{"T":{"columns":{"c":{"type":{"key":{"type":"integer","enum":["set",["a"]]}}}}}}}"#,
    ])
    func refuses(_ text: String) throws {
        let json = try JSON(parsing: text)
        #expect(throws: OVSDBError.self) { try DatabaseSchema(json: json) }
    }
}
