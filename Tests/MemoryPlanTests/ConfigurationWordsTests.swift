import Testing

@testable import MemoryPlan

@Suite struct ConfigurationWordsTests {
    @Test(
        arguments: [
            ("", []),
            ("  \t ", []),
            ("-m 512  --no-huge", ["-m", "512", "--no-huge"]),
            (#"--vdev "net_pcap0,rx_pcap=a b" x"#, ["--vdev", "net_pcap0,rx_pcap=a b", "x"]),
            (#"'a \ b' "c\"d" e\ f"#, [#"a \ b"#, #"c"d"#, "e f"]),
            (#"a"b"c ''"#, ["abc", ""]),
            (#"open "quote here"#, ["open", "quote here"]),
        ] as [(String, [String])])
    func splits(_ text: String, _ words: [String]) {
        #expect(ConfigurationWords.split(text) == words)
    }
}
