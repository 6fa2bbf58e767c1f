import Control

/// What a peer asks for, message by message.
extension OpenFlowConnection {
    /// What writes in the connection's version, and can name the bridge's fields.
    func encoder(_ version: OpenFlowVersion) -> ReplyEncoder {
        ReplyEncoder(version: version, tunnelOptions: service?.tunnelOptions)
    }

    func serve(_ message: OpenFlowMessage) {
        loggers.tell(message, "\(peerName): received")
        guard let version else { return negotiate(message) }
        // Hello, error and echo (types 0 to 3) are the same in every version and may come in any.
        guard message.version == version.rawValue || message.type <= 3 else {
            loggers.complain(
                loggers.vconn, .error,
                "\(peerName): received OpenFlow version 0x\(VersionNames.hex(message.version)) "
                    + "!= expected \(VersionNames.hex(version.rawValue))")
            // In the version of the message, if that is one.
            let theirs = OpenFlowVersion(rawValue: message.version) ?? version
            return send([ErrorCodec.reply(OpenFlowError(.badVersion), to: message, version: theirs)])
        }
        do throws(OpenFlowError) {
            guard let service, var decoder else { return }
            let options = service.tunnelOptions
            decoder.tunnelOptions = options
            let request: Request
            if assembler.isWhole(message, version: version) {
                request = try decoder.decode(message)
            } else {
                let now = ControlClock.shared.now
                guard let parts = try assembler.add(message, version: version, now: now) else { return awaitParts() }
                request = try decoder.decode(parts: parts)
            }
            if request.showsAdmission { showAdmission() }
            let encoder = ReplyEncoder(version: version, tunnelOptions: options)
            try service.serve(request, message, on: self, encoder: encoder)
        } catch {
            send(error: error, to: message)
        }
    }

    private func showAdmission() {
        admittedAt = heardAt
        if kind == .primary { service?.noteAdmission() }
    }

    /// Sees to it that a request whose next part does not come is answered with an error.
    private func awaitParts() {
        partTimer = ControlTimer(after: .milliseconds(1100)) { [weak self] in
            guard let self, let version else { return }
            for message in assembler.expire(now: ControlClock.shared.now) {
                send([ErrorCodec.reply(OpenFlowError(.multipartTimeout), to: message, version: version)])
            }
            if assembler.isWaiting { awaitParts() }
        }
    }

    private func negotiate(_ message: OpenFlowMessage) {
        guard message.type == 0 else {
            loggers.complain(
                loggers.vconn, .warning,
                "\(peerName): received message while expecting hello: type \(message.type)")
            return close(.protocolError)
        }
        let theirs = HelloCodec.versions(in: message)
        if let common = offered.filter({ theirs.contains($0.rawValue) }).max() {
            version = common
            decoder = RequestDecoder(version: common)
            // Who lets the clock be turned runs tests.
            decoder?.takesDebugActions = ControlClock.shared.isTurnable
            if settings.enablesAsync { async = .standard(common) }
            let both = "we support \(VersionNames.text(offered)), peer supports \(VersionNames.text(theirs))"
            loggers.vconn.debug(
                "\(peerName): negotiated OpenFlow version 0x\(VersionNames.hex(common.rawValue)) (\(both))")
            connectedAt = ControlClock.shared.now
            negotiationLimit = nil
            probe?.start()
            service?.negotiated(self)
            return link.negotiated(self)
        }
        let (ours, peers) = (VersionNames.text(offered), VersionNames.text(theirs))
        loggers.complain(
            loggers.vconn, .warning,
            "\(peerName): version negotiation failed (we support \(ours), peer supports \(peers))")
        let reason = "We support \(ours), you support \(peers), no common versions."
        let answer = OpenFlowVersion(rawValue: theirs.max() ?? 1) ?? offered.max() ?? .v10
        send([
            ErrorCodec.message(
                .helloIncompatible, data: reason.utf8, transaction: message.transaction, version: answer)
        ])
        outbox.isCorked = false
        close(.protocolError)
    }

    /// Serves nothing more until `operation` has ended, then sends `reply`.
    func wait(for operation: @escaping @Sendable @ControlActor () async -> Void, then reply: OpenFlowMessage) {
        isWaiting = true
        Task { @ControlActor in
            await operation()
            isWaiting = false
            send([reply])
            run()
        }
    }

    /// Serves nothing more until `slices` has given nil, and sends what it gives, no faster than the peer reads. Other
    /// work is done between two slices.
    ///
    /// - Parameter room: the bytes that `slices` keeps until then.
    func stream(room: Int, _ slices: @escaping @ControlActor () -> [OpenFlowMessage]?) {
        guard isOpen else { return }
        isWaiting = true
        self.slices = (slices, room)
        outbox.countBeside(room)
        sendSlice()
        service?.limitUnread()
    }

    func sendSlice() {
        guard isOpen, outbox.hasRoom, let slices else { return }
        guard let messages = slices.next() else {
            self.slices = nil
            outbox.countBeside(-slices.room)
            isWaiting = false
            return
        }
        send(messages)
        ControlActor.enqueue { [weak self] in self?.run() }
    }
}

extension Request {
    /// Whether a peer that sends this has made up its mind about the switch: not what all send at the beginning.
    var showsAdmission: Bool {
        switch self {
        case .hello, .error, .echoRequest, .echoReply, .features, .getConfiguration, .setConfiguration: false
        default: true
        }
    }
}
