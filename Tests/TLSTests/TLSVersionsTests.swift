import Testing

@testable import TLS

/// `--ssl-protocols`.
@Suite struct TLSVersionsTests {
    @Test func lists() throws {
        #expect(try TLSVersions("TLSv1.2").minimum == .tlsv12 && TLSVersions("TLSv1.2").maximum == .tlsv12)
        let all = try TLSVersions("TLSv1.2, tlsv1 TLSv1.1")
        #expect(all.minimum == .tlsv1 && all.maximum == .tlsv12)
        #expect(try TLSVersions("TLSv1.3,TLSv1.2").maximum == .tlsv13)
        #expect(TLSVersions.standard.minimum == .tlsv12 && TLSVersions.standard.maximum == nil)
    }

    @Test(arguments: [
        ("", "SSL protocol settings invalid"), (", ", "SSL protocol settings invalid"),
        ("TLSv1.2,SSLv3", "SSLv3: SSL protocol not recognized"),
        ("TLSv1,TLSv1.2", "TLSv1,TLSv1.2: a version between two others cannot be left out"),
    ])
    func refusals(text: String, why: String) {
        #expect(#expect(throws: TLSError.self) { try TLSVersions(text) }?.description == why)
    }
}
