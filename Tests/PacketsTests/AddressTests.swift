import Packets
import Testing

@Suite struct AddressTests {
    @Test(arguments: ["0.0.0.0", "10.0.0.1", "255.255.255.255"])
    func ipv4RoundTrip(_ text: String) {
        #expect(IPv4Address(text)?.description == text)
    }

    @Test(arguments: ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1..2.3", "a.b.c.d", "+1.2.3.4", "1.2.3.4 "])
    func ipv4Refused(_ text: String) { #expect(IPv4Address(text) == nil) }

    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("fe80::1", "fe80::1"), ("FD00:0:0:1:0:0:0:2", "fd00:0:0:1::2"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("0:0:1:0:0:1:0:0", "::1:0:0:1:0:0"),
    ])
    func ipv6Forms(_ text: String, _ canonical: String) {
        #expect(IPv6Address(text)?.description == canonical)
    }

    @Test(arguments: [
        "", ":", ":::", "1", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", ":1::",
        "1:2:3:4:5:6:7:8::", "::1:", "::1.2.3",
        "::1:2:3:4:5:6:7:8",
    ])
    func ipv6Refused(_ text: String) { #expect(IPv6Address(text) == nil) }

    @Test func prefixes() {
        #expect(IPv4Address(number: 0xffff_ff00).prefixLength == 24)
        #expect(IPv4Address(number: 0).prefixLength == 0)
        #expect(IPv4Address(number: .max).prefixLength == 32)
        #expect(IPv4Address(number: 0xff00_ff00).prefixLength == nil)
        #expect(IPv6Address(high: .max, low: 0).prefixLength == 64)
        #expect(IPv6Address(high: .max, low: .max).prefixLength == 128)
        #expect(IPv6Address(high: 0, low: 1).prefixLength == nil)
        #expect(IPv6Address(high: .max, low: 1 << 63).prefixLength == 65)
    }
}
