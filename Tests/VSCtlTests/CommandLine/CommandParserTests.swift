import Testing

@testable import VSCtl

@Suite struct CommandParserTests {
    private let parser = CommandParser(BridgeCommands.all + PortCommands.all + RecordCommands.all)

    @Test func chains() throws {
        let commands = try parser.parse(
            ["--", "add-br", "a", "--", "--may-exist", "add-port", "a", "p", "tag=1", "--"], options: [])
        #expect(commands.map(\.syntax.name) == ["add-br", "add-port"])
        #expect(commands.map(\.arguments) == [["a"], ["a", "p", "tag=1"]])
        #expect(commands[1].options.map(\.name) == ["--may-exist"])
        #expect(commands[1].text == "--may-exist add-port a p tag=1")
    }

    @Test func optionsBeforeTheFirstCommandAreItsOwn() throws {
        let commands = try parser.parse(["list", "Bridge", "--", "list-br"], options: [("--columns", "name")])
        #expect(commands[0].options.first?.value == "name")
        #expect(commands[1].options.isEmpty)
    }

    @Test(arguments: [
        ([], "missing command name (use --help for help)"),
        (["--", "--if-exists"], "missing command name (use --help for help)"),
        (["fly"], "unknown command 'fly'; use --help for help"),
        (["add-br"], "'add-br' command requires at least 1 arguments"),
        (["list-br", "x"], "'list-br' command takes at most 0 arguments"),
        (["list-br", "--real"],
         "'list-br' command takes at most 0 arguments "
            + "(note that options must precede command names and follow a \"--\" argument)"),
        (["--x", "list-br"], "'list-br' command has no '--x' option"),
        (["--real=1", "list-br"], "'--real' option on 'list-br' does not accept an argument"),
        (["--columns", "list", "Bridge"], "missing argument to '--columns' option on 'list' command"),
        (["--real", "--real", "list-br"], "'--real' option specified multiple times"),
    ] as [([String], String)])
    func refusals(_ words: [String], _ message: String) {
        let error = #expect(throws: CommandError.self) { try parser.parse(words, options: []) }
        #expect(error?.message == message)
    }
}
