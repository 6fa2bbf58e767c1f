import Testing

@testable import TLS

@Suite struct CertificateNamesTests {
    @Test(arguments: [[], [0x30], [0x30, 0x84, 1, 1, 1, 1], [0x30, 0x80, 0x30], [0x30, 2, 0x30, 9]] as [[UInt8]])
    func brokenCertificatesAreNotSelfIssued(der: [UInt8]) { #expect(!CertificateNames.isSelfIssued(der)) }
}
