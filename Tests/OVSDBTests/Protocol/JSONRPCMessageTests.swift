import Testing

@testable import OVSDB

@Suite struct JSONRPCMessageTests {
    @Test(arguments: [
        JSONRPCMessage.request(method: "m", parameters: [1], id: 7), .notification(method: "n", parameters: []),
        .reply(result: [:], id: "x"), .error("unknown method", id: 3),
    ])
    func roundTrips(_ message: JSONRPCMessage) throws {
        #expect(try JSONRPCMessage(json: JSON(parsing: message.json.text)) == message)
    }

    @Test(arguments: [
        "[]", "1", "{}", #"{"method":1,"params":[],"id":1}"#, #"{"method":"m","id":1}"#,
        #"{"method":"m","params":{},"id":1}"#, #"{"id":1}"#, #"{"result":1}"#,
        #"{"method":null,"params":[],"id":1}"#, #"{"method":"m","params":[],"id":1,"result":1}"#,
        #"{"result":1,"error":1,"id":1}"#, #"{"result":null,"error":null,"id":1}"#,
        #"{"method":"m","params":[],"id":1,"extra":null}"#,
    ])
    func refuses(_ text: String) throws {
        let json = try JSON(parsing: text)
        #expect(throws: OVSDBError.self) { try JSONRPCMessage(json: json) }
    }
}
