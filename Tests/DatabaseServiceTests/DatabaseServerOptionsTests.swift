import Testing

@testable import DatabaseService
@testable import Program
@testable import Service

@Suite struct DatabaseServerOptionsTests {
    private func parse(_ words: String...) throws -> DatabaseServerOptions.Request {
        try DatabaseServerOptions.parse(["ovsdb-server"] + words, environment: [:], workingDirectory: "/srv/start")
    }

    private func options(_ request: DatabaseServerOptions.Request) throws -> DatabaseServerOptions {
        guard case .run(let options) = request else { throw ManagementError(.invalid, "no run: \(request)") }
        return options
    }

    @Test("What ovs-ctl passes")
    func scripts() throws {
        let started = try options(
            try parse(
                "/etc/openvswitch/conf.db", "-vconsole:emer", "-vsyslog:err", "-vfile:info",
                "--remote=punix:/var/run/openvswitch/db.sock", "--private-key=db:Open_vSwitch,SSL,private_key",
                "--certificate=db:Open_vSwitch,SSL,certificate", "--bootstrap-ca-cert=db:Open_vSwitch,SSL,ca_cert",
                "--no-chdir", "--log-file=/l/ovsdb-server.log", "--pidfile=/r/ovsdb-server.pid", "--detach"))
        #expect(started.files == ["/etc/openvswitch/conf.db"])
        #expect(started.remotes == ["punix:/var/run/openvswitch/db.sock"])
        #expect(started.credentials.privateKey == "db:Open_vSwitch,SSL,private_key")
        #expect(started.credentials.bootstraps == true)
        #expect(started.service.isDetached && started.service.logFile == "/l/ovsdb-server.log")
    }

    @Test func whatTheDatabaseTellsOfTLS() throws {
        let told = try options(
            try parse(
                "--ssl-protocols=db:mydb,SSL,ssl_protocols", "--ssl-ciphers=db:mydb,SSL,ssl_ciphers",
                "--peer-ca-cert=ca.pem"))
        #expect(told.credentials.protocols == "db:mydb,SSL,ssl_protocols")
        #expect(told.credentials.ciphers == "db:mydb,SSL,ssl_ciphers")
        #expect(told.credentials.presented == "/srv/start/ca.pem")
    }

    @Test func databases() throws {
        #expect(try options(try parse()).files == ["/etc/openvswitch/conf.db"])
        #expect(try options(try parse("--no-dbs")).files.isEmpty)
        #expect(try options(try parse("a.db", "b.db")).files == ["a.db", "b.db"])
        // Names mean the directory that a daemon leaves.
        #expect(try options(try parse("a.db", "--detach")).files == ["/srv/start/a.db"])
        #expect(try options(try parse("a.db", "--detach", "--no-chdir")).files == ["a.db"])
    }

    @Test func forms() throws {
        let plain = try options(try parse("--run", "exit 3", "--lazy", "--disable-file-column-diff", "-vovsdb_file:dbg"))
        #expect(plain.command == "exit 3" && plain.durability == .onRequest && !plain.writesDifferences)
        #expect(plain.service.logSpecifications == [.levels(module: "ovsdb_file", destination: nil, level: .debug)])
        #expect(try options(try parse("-p", "key.pem")).credentials.privateKey == "/srv/start/key.pem")
        #expect(plain.credentials.isEmpty)
        #expect(try parse("-V") == .print("ovsdb-server (Open vSwitch) 3.1.0\nvSwift\n"))
    }

    @Test(arguments: [
        (["relay:x:tcp:1.2.3.4"], "ovsdb-server: relay:x:tcp:1.2.3.4: relays are not supported by vSwift"),
        (["--sync-from=tcp:1.2.3.4"], "ovsdb-server: --sync-from: not supported by vSwift"),
        (["--active"], "ovsdb-server: --active: not supported by vSwift"),
        (["--ssl-protocols=,"], "ovsdb-server: --ssl-protocols: SSL protocol settings invalid"),
        (["--zz"], "ovsdb-server: unrecognized option '--zz'"),
    ])
    func refusals(words: [String], text: String) {
        let error = #expect(throws: ManagementError.self) {
            try DatabaseServerOptions.parse(["ovsdb-server"] + words, environment: [:], workingDirectory: "/")
        }
        #expect(error?.description == text)
    }
}
