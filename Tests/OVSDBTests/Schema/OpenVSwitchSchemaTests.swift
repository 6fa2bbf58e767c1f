import Foundation
import OVSDB
import Testing

@Suite struct OpenVSwitchSchemaTests {
    @Test func isWhatDebianInstalls() throws {
        let file = try Data(contentsOf: URL(fileURLWithPath: "/usr/share/openvswitch/vswitch.ovsschema"))
        let installed = try DatabaseSchema(json: try JSON(parsing: file))
        let ours = OpenVSwitchSchema.schema
        #expect(Set(ours.tables.keys) == Set(installed.tables.keys))
        for (name, table) in installed.tables { #expect(ours.tables[name] == table, "table \(name)") }
        #expect(ours == installed)
    }

    @Test func survivesTheWayOverTheWire() throws {
        let schema = OpenVSwitchSchema.schema
        #expect(try DatabaseSchema(json: try JSON(parsing: schema.json.text)) == schema)
    }
}
