import Testing

@testable import Configuration

@Suite struct GlobalSettingsDecoderTests {
    @Test func nothingGivesDefaultsAndSilence() {
        let (settings, remarks) = GlobalSettingsDecoder.decode([:])
        #expect(settings == GlobalSettings())
        #expect(remarks.isEmpty)
    }

    @Test func everythingIsRead() {
        let (settings, remarks) = GlobalSettingsDecoder.decode([
            "stats-update-interval": "7000", "enable-statistics": "true", "pmd-cpu-mask": "0x12", "max-idle": "600",
            "flow-limit": "10", "pmd-rxq-assign": "roundrobin", "dpdk-init": "true", "dpdk-extra": "--no-pci",
        ])
        #expect(remarks.isEmpty)
        #expect(settings.statisticsIntervalMilliseconds == 7000)
        #expect(settings.reportsSystemStatistics)
        #expect(settings.datapath.pmd.cores == [1, 4])
        #expect(settings.datapath.maxIdleMilliseconds == 600)
        #expect(settings.datapath.flowLimit == 10)
        #expect(settings.datapath.pmd.assignment == .roundrobin)
        #expect(settings.dpdk == ["dpdk-init": "true", "dpdk-extra": "--no-pci"])
    }

    @Test(arguments: [("0", 2), ("1", 1), ("2", 2), ("7", 2)])
    func tagsAreTwoAtMost(text: String, count: Int) {
        let (settings, remarks) = GlobalSettingsDecoder.decode(["vlan-limit": text])
        #expect(remarks.isEmpty)
        #expect(settings.datapath.tagLimit == (count == 1 ? .one : .two))
        #expect(GlobalSettings().datapath.tagLimit == .one)
    }

    @Test(arguments: [
        ("stats-update-interval", "7"), ("stats-update-interval", "soon"), ("pmd-cpu-mask", "zz"),
        ("pmd-cpu-mask", "0"),
        ("pmd-cpu-mask", ""), ("max-idle", "-1"), ("flow-limit", "many"), ("pmd-rxq-assign", "foo"),
        ("pmd-rxq-isolate", "false"), ("enable-statistics", "maybe"),
        ("pmd-cpu-mask", String(repeating: "f", count: 100_000)),
    ])
    func absurdValuesFallBackAndAreSaid(key: String, value: String) {
        let (settings, remarks) = GlobalSettingsDecoder.decode([key: value])
        #expect(remarks.count == 1)
        #expect(remarks.first?.level == .warning)
        var expected = GlobalSettings()
        if key == "max-idle" { expected.datapath.maxIdleMilliseconds = 500 }
        #expect(settings == expected)
    }

    @Test(arguments: [
        ("hw-offload", "true", 1), ("hw-offload", "false", 0), ("n-handler-threads", "4", 1), ("smc-enable", "true", 1),
        ("emc-insert-inv-prob", "1", 1), ("tx-flush-interval", "0", 0), ("flow-restore-wait", "true", 1),
    ])
    func whatHasNoEffectIsSaidOnceAndHarmlessly(key: String, value: String, count: Int) {
        let (_, remarks) = GlobalSettingsDecoder.decode([key: value])
        #expect(remarks.count == count)
        #expect(remarks.allSatisfy { $0.level == .info && $0.text.contains("\(key)=\(value)") })
    }

    @Test func unknownKeysAreSaid() {
        for (key, value) in [("hostname", "x"), ("no-such-key", "true")] {
            let (_, remarks) = GlobalSettingsDecoder.decode([key: value])
            #expect(remarks.count == 1)
            #expect(remarks.allSatisfy { $0.level == .info && $0.text.contains("other_config:\(key)") })
        }
    }

    @Test func threadsAreToldHowToShareTheWork() {
        let (settings, remarks) = GlobalSettingsDecoder.decode([
            "pmd-rxq-assign": "group", "pmd-rxq-isolate": "false", "pmd-auto-lb": "true",
            "pmd-auto-lb-rebal-interval": "0",
            "pmd-auto-lb-load-threshold": "70", "pmd-auto-lb-improvement-threshold": "101", "pmd-maxsleep": "20000",
        ])
        let pmd = settings.datapath.pmd
        #expect(pmd.assignment == .group && !pmd.isolatesPinnedCores)
        #expect(pmd.autoBalance.isEnabled && pmd.autoBalance.intervalMinutes == 1)
        #expect(pmd.autoBalance.loadThreshold == 70 && pmd.autoBalance.improvementThreshold == 25)
        #expect(pmd.maximumSleep == 10_000)
        // The improvement beyond 100 and the sleep beyond 10 ms.
        #expect(remarks.count == 2)
    }
}
