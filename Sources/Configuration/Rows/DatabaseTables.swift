import OVSDB

/// The tables and columns that are followed. Status columns, which we write, raise no change when they come back.
enum DatabaseTables {
    static var monitored: [MonitoredTable] {
        [
            MonitoredTable(
                OpenVSwitchSchema.Root.self,
                columns: [\.bridges, \.otherConfig, \.nextCfg, \.ssl, \.managerOptions],
                silent: [
                    \.curCfg, \.ovsVersion, \.systemType, \.systemVersion, \.datapathTypes, \.ifaceTypes,
                    \.dpdkInitialized, \.dpdkVersion, \.statistics,
                ]),
            MonitoredTable(
                OpenVSwitchSchema.Bridge.self,
                columns: [
                    \.name, \.datapathType, \.ports, \.failMode, \.controller, \.floodVLANs, \.otherConfig, \.mirrors,
                    \.netflow, \.sflow, \.ipfix, \.stpEnable, \.rstpEnable, \.mcastSnoopingEnable, \.flowTables,
                    \.autoAttach, \.protocols,
                ], silent: [\.datapathID, \.datapathVersion, \.status]),
            MonitoredTable(
                OpenVSwitchSchema.FlowTable.self,
                columns: [\.name, \.flowLimit, \.overflowPolicy, \.groups, \.prefixes], isRequired: false),
            MonitoredTable(
                OpenVSwitchSchema.Controller.self,
                columns: [
                    \.target, \.type, \.connectionMode, \.maxBackoff, \.inactivityProbe, \.enableAsyncMessages,
                    \.controllerQueueSize, \.controllerRateLimit, \.controllerBurstLimit, \.localIP, \.localNetmask,
                    \.localGateway, \.otherConfig,
                ], silent: [\.isConnected, \.role, \.status]),
            MonitoredTable(
                OpenVSwitchSchema.Manager.self, columns: [\.target, \.connectionMode], isRequired: false),
            MonitoredTable(
                OpenVSwitchSchema.SSL.self, columns: [\.privateKey, \.certificate, \.caCert, \.bootstrapCACert]),
            MonitoredTable(OpenVSwitchSchema.QoS.self, columns: [\.type, \.queues], isRequired: false),
            MonitoredTable(OpenVSwitchSchema.Queue.self, columns: [\.dscp], isRequired: false),
            MonitoredTable(
                OpenVSwitchSchema.Port.self,
                columns: [
                    \.name, \.interfaces, \.tag, \.trunks, \.vlanMode, \.otherConfig, \.qos, \.lacp, \.protected,
                    \.cvlans, \.mac, \.fakeBridge,
                ]),
            MonitoredTable(
                OpenVSwitchSchema.Interface.self,
                columns: [
                    \.name, \.type, \.options, \.otherConfig, \.mac, \.mtuRequest, \.ofportRequest, \.bfd, \.lldp,
                    \.cfmMPID, \.ingressPolicingRate, \.ingressPolicingKpktsRate,
                ],
                silent: [
                    \.ofport, \.error, \.adminState, \.linkState, \.linkSpeed, \.linkResets, \.duplex, \.macInUse,
                    \.mtu, \.ifindex, \.statistics, \.status,
                ]),
        ]
    }
}
