import Testing

@testable import DatabaseService

@Suite struct ServedStateTests {
    @Test func lastsAsItWasWritten() throws {
        let state = try #require(ServedState())
        #expect(state.read() == nil)
        let many = ServedState.Contents(files: ["/a \"b\".db", "c.db"], remotes: ["punix:/s", "ptcp:1"])
        try state.write(many)
        #expect(state.read() == many)
        let few = ServedState.Contents(files: [], remotes: ["ptcp:1"])
        try state.write(few)
        #expect(state.read() == few)
    }
}
