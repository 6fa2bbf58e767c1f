import NIOSSL
import Testing

@testable import TLS

/// `--ssl-ciphers`.
@Suite struct TLSCipherListTests {
    private func list(_ text: String) throws -> [NIOTLSCipher] { try TLSCipherList(text).ciphers }

    @Test func singleOnes() throws {
        #expect(
            try list("ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA")
                == [.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, .TLS_RSA_WITH_AES_128_CBC_SHA])
        // Those that nobody here has ask for nothing.
        #expect(try list("DES-CBC3-SHA,AES128-SHA") == [.TLS_RSA_WITH_AES_128_CBC_SHA])
    }

    @Test func classes() throws {
        #expect(try list("HIGH:!aNULL:!MD5").count == 14)
        #expect(try list("ECDHE+AESGCM").count == 4)
        #expect(
            try list("ECDHE+AESGCM:!ECDSA")
                == [.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384])
        #expect(try list("ALL:!kRSA:!CHACHA20:!AESGCM:!aECDSA:-AES128") == [.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA])
        #expect(try list("DEFAULT:!TLSv1.2:!ECDHE").count == 2)
    }

    @Test func order() throws {
        let names = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384"
        #expect(try list(names + ":@STRENGTH").first == .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384)
        #expect(try list(names + ":+AES128").first == .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384)
        // What is taken away can come back, unless it was for good.
        #expect(try list(names + ":-AES128:AES128+ECDHE+AESGCM+aRSA").last == .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)
        #expect(try list(names + ":!AES128:AES128") == [.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384])
    }

    @Test(arguments: ["", "NOTHING", "ALL:!ALL", "!HIGH", "+", "-", ":::", "RC4:MD5"])
    func nothingLeft(text: String) {
        #expect(
            #expect(throws: TLSError.self) { try TLSCipherList(text) }?.description
                == "\(text): no cipher that vSwift has")
    }

    @Test func commands() {
        #expect(
            #expect(throws: TLSError.self) { try TLSCipherList("HIGH:@SECLEVEL=0") }?.description
                == "@SECLEVEL=0: not supported by vSwift")
    }

    /// NIOSSL would trap if one of them were unknown to it.
    @Test func nioTakesThem() throws {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates([])
        configuration.cipherSuiteValues = try list("ALL")
        _ = try NIOSSLContext(configuration: configuration)
        #expect(configuration.cipherSuiteValues.count == 14)
    }
}
