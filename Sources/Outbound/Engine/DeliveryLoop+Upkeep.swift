import EventModel
import Platform

/// What the engine has to do beside delivering, in small steps.
struct DeliveryUpkeep {
    /// Names of destinations that are gone, whose deliveries have yet to be dropped.
    fileprivate var removed: Set<String>
    /// How many were dropped so far.
    fileprivate var removedCounts: [String: Int] = [:]
    /// Lanes whose state an earlier process may have left.
    fileprivate var unreadLanes: Set<Int>
    /// Lanes that keep no order and may have one left from an earlier configuration.
    fileprivate var unorderedLanes: Set<Int>
    /// Lanes whose order is being looked through, and how far that is.
    fileprivate var repairs: [Int: ProfileID?]
    fileprivate var repairedAt: MonotonicTime?
    /// What operators want, to be done once it is known what an earlier process left.
    var commands: [(destination: String, command: DeliveryCommand)] = []
    /// Lanes whose state has changed and is not stored yet.
    var unsavedLanes: Set<Int> = []
    fileprivate var publishedAt: MonotonicTime?

    init(removed: [String], lanes: [DestinationLane]) {
        self.removed = Set(removed)
        unreadLanes = Set(lanes.indices)
        unorderedLanes = Set(lanes.indices.filter { !lanes[$0].isOrdered })
        repairs = [:]
    }

    /// Whether another step can be made at once.
    var hasMore: Bool { !removed.isEmpty || !unorderedLanes.isEmpty || !repairs.isEmpty || !unsavedLanes.isEmpty }

    /// Has the order of a lane looked through.
    mutating func repairOrder(of lane: Int) { repairs[lane] = .some(nil) }

    /// Notes that deliveries to a name that is no destination were committed.
    mutating func noteRemoved(_ name: String) { removed.insert(name) }
}

extension DeliveryLoop {
    /// Deliveries looked at in one step.
    private static let stepLimit = 256

    /// Makes one step of each piece of upkeep; a failure of the store leaves the rest for later.
    func maintain() {
        do throws(StoreError) {
            for lane in upkeep.unreadLanes { try restoreState(lane) }
            performCommands()
            for lane in upkeep.unsavedLanes { try saveState(lane) }
            for name in upkeep.removed { try dropDeliveries(ofRemoved: name) }
            for lane in upkeep.unorderedLanes { try dissolveOrder(lane) }
            try repairOrder()
        } catch {
            pauseStore(error, "upkeep of deliveries failed")
        }
    }

    // MARK: - Commands

    private func performCommands() {
        for (name, command) in upkeep.commands {
            if let lane = laneIndexes[name] { perform(command, lane: lane) }
        }
        upkeep.commands = []
    }

    /// Does what operators wanted while the engine was about to end, so that the next engine finds it in the store.
    ///
    /// From here on the mailbox takes no more commands, and whoever has one is told so.
    func performLastCommands() {
        upkeep.commands += mailbox.close().commands
        guard !upkeep.commands.isEmpty else { return }
        do throws(StoreError) {
            for lane in upkeep.unreadLanes { try restoreState(lane) }
        } catch {
            // The states are stored all the same: what was asked for last counts more than what was there before.
            logger.error("the state of a destination could not be read", ["error": error.message])
        }
        performCommands()
    }

    // MARK: - States

    private func restoreState(_ lane: Int) throws(StoreError) {
        let name = lanes[lane].destination.name
        let state: DestinationState
        do throws(StoreError) {
            state = try store.state(ofDestination: name)
        } catch {
            guard error.code == .corrupt else { throw error }
            logger.error("the state of a destination cannot be read and is forgotten", ["destination": name])
            state = DestinationState()
        }
        upkeep.unreadLanes.remove(lane)
        guard !state.isEmpty else { return }
        // Whoever disables a destination and enables it again has dealt with it.
        guard lanes[lane].destination.policy.isEnabled else {
            return try store.setState(DestinationState(), ofDestination: name)
        }
        lanes[lane].gate.restore(state, now: time.due)
        // The refusal that an earlier process met is not one of this process.
        if state.stop == .refused { upkeep.unsavedLanes.insert(lane) }
        if lanes[lane].gate.stop == .gone {
            logger.error(
                "destination had answered 410 and is disabled; nothing is sent until an operator enables it",
                ["destination": name])
        }
    }

    private func saveState(_ lane: Int) throws(StoreError) {
        try store.setState(
            lanes[lane].gate.state(at: time.due), ofDestination: lanes[lane].destination.name)
        upkeep.unsavedLanes.remove(lane)
    }

    // MARK: - Removed destinations

    /// Drops a page of what waits for a destination that is gone.
    private func dropDeliveries(ofRemoved name: String) throws(StoreError) {
        // Parked deliveries come back to the queue first.
        guard try store.dissolveOrder(destination: name, limit: Self.stepLimit) == 0 else { return }
        let page = try store.due(destination: name, at: Self.horizon, after: nil, limit: Self.stepLimit)
        try store.record(
            page.map { due in
                var delivery = due.delivery
                delivery.status = .dropped
                delivery.dropReason = .destinationRemoved
                delivery.nextAttemptAt = nil
                return DeliveryOutcome(due: due, delivery: delivery, attempt: nil)
            })
        statistics.countRemoved(page.count, of: name)
        upkeep.removedCounts[name, default: 0] += page.count
        guard page.count < Self.stepLimit else { return }
        upkeep.removed.remove(name)
        let count = upkeep.removedCounts.removeValue(forKey: name) ?? 0
        guard count > 0 else { return }
        try store.setState(DestinationState(), ofDestination: name)
        logger.warning(
            "deliveries to a destination that was removed are dropped",
            ["destination": name, "reason": DropReason.destinationRemoved.rawValue, "count": String(count)])
    }

    // MARK: - Order

    private func dissolveOrder(_ lane: Int) throws(StoreError) {
        let count = try store.dissolveOrder(destination: lanes[lane].destination.name, limit: Self.stepLimit)
        if count < Self.stepLimit { upkeep.unorderedLanes.remove(lane) }
        if count > 0 { lanes[lane].noteCommit() }
    }

    /// Looks for parked deliveries whose predecessor was removed by somebody else.
    private func repairOrder() throws(StoreError) {
        if upkeep.repairedAt.map({ time.monotonic - $0 >= configuration.orderRepairInterval }) ?? true {
            upkeep.repairedAt = time.monotonic
            for lane in lanes.indices where lanes[lane].isOrdered {
                upkeep.repairOrder(of: lane)
            }
        }
        for (lane, previous) in upkeep.repairs {
            let name = lanes[lane].destination.name
            let last = try store.repairOrder(destination: name, after: previous, limit: Self.stepLimit)
            lanes[lane].noteCommit()
            if let last { upkeep.repairs[lane] = last } else { upkeep.repairs[lane] = nil }
        }
    }

    // MARK: - Statistics

    /// Tells how the destinations fare, now and then.
    func publish(isLast: Bool = false) {
        if !isLast, let publishedAt = upkeep.publishedAt,
            time.monotonic - publishedAt < configuration.statisticsInterval
        {
            return
        }
        upkeep.publishedAt = time.monotonic
        statistics.publish(lanes.indices.map { lanes[$0].takeStatus(at: time.due) })
        for lane in lanes {
            guard let count = lane.failureLines.takeRest(at: isLast ? .distantFuture : time.monotonic) else { continue }
            logger.warning(
                "more delivery attempts failed", ["destination": lane.destination.name, "left_out": String(count)])
        }
        if isLast {
            do throws(StoreError) {
                for lane in upkeep.unsavedLanes { try saveState(lane) }
            } catch {
                logger.error("the state of a destination could not be stored", ["error": error.message])
            }
        }
    }
}
