import CDPDK

/// What control asks of the thread.
extension ThreadCore {
    /// Carries out what control has asked, some at a time, as long as there is room to say so.
    mutating func obey() {
        var budget = 256
        while budget > 0, !isStopping, cdpdk_ring_dequeue_burst(commands, item, 1) == 1 {
            budget -= 1
            carryOut(item.pointee.unsafelyUnwrapped.assumingMemoryBound(to: ThreadCommand.self))
            // Control keeps no more commands under way than the ring of completions holds.
            _ = cdpdk_ring_enqueue_burst(completions, item, 1)
        }
        processor.flush()
    }

    private mutating func carryOut(_ command: UnsafeMutablePointer<ThreadCommand>) {
        switch command.pointee.kind {
        case .table:
            processor.apply(command.pointee.block.unsafelyUnwrapped.assumingMemoryBound(to: TableCommand.self))
        case .attach:
            ports[Int(command.pointee.port)] = command.pointee.attachment
        case .addQueue:
            guard queueCount < Self.queueLimit else { return }
            queues[queueCount] = command.pointee.queue
            index(queueCount, at: Int32(queueCount))
            queueCount += 1
        case .removeQueue:
            remove(command.pointee.queue)
        case .execute:
            let program = command.pointee.second.unsafelyUnwrapped.assumingMemoryBound(to: ActionProgramHeader.self)
            mbufs[0] = command.pointee.packet
            processor.execute(program, mbufs, 1, inPort: command.pointee.port, now: Self.time(of: command))
            processor.flush()
        case .reprocess:
            // It was counted when it came, as received and as missed; only its flow counts it now.
            let counted = processor.statistics
            processor.reprocess(
                command.pointee.packet, inPort: command.pointee.port, now: Self.time(of: command))
            processor.flush()
            processor.statistics = counted
        case .receive:
            mbufs[0] = command.pointee.packet
            processor.process(mbufs, 1, inPort: command.pointee.port, now: Self.time(of: command))
            processor.flush()
            statistics.pointee.bursts &+= 1
        case .meter:
            processor.setMeter(
                command.pointee.number, command.pointee.block?.assumingMemoryBound(to: MeterBlock.self))
        case .tags:
            processor.limitTags(to: command.pointee.number == 1 ? .one : .two)
        case .stop:
            isStopping = true
        case .watch, .unwatch:
            guard let ring = command.pointee.block else { return }
            watches.add(ring, isAdded: command.pointee.kind == .watch)
        case .sleep:
            maximumSleep = command.pointee.number
        case .fence:
            break
        }
    }

    /// When a command's packet came: now, unless a test has stopped the clock.
    private static func time(of command: UnsafeMutablePointer<ThreadCommand>) -> UInt64 {
        command.pointee.stamp == 0 ? cdpdk_tsc() : command.pointee.stamp
    }

    /// Notes where a kernel port's queue stands.
    private func index(_ slot: Int, at position: Int32) {
        guard queues[slot].kind == .tap || queues[slot].kind == .packetSocket else { return }
        kernelQueues[Int(queues[slot].port)] = position
    }

    /// Forgets a queue; the last one takes its place.
    private mutating func remove(_ queue: ReceiveQueue) {
        for index in 0..<queueCount
        where queues[index].port == queue.port && queues[index].kind == queue.kind
            && queues[index].deviceQueue == queue.deviceQueue
        {
            self.index(index, at: -1)
            queueCount -= 1
            queues[index] = queues[queueCount]
            if index < queueCount { self.index(index, at: Int32(index)) }
            return
        }
    }
}
