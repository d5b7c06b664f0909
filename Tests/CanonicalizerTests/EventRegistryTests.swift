import EventModel
import Testing

@testable import Canonicalizer

@Suite struct EventRegistryTests {
    @Test("the registry has TrackStack's 66 events, 6 + 8 + 7 + 11 + 12 + 22 by stage")
    func stages() {
        let twins = EventRegistry.definitions.filter { $0.trackStackName != nil }
        #expect(twins.count == 66)
        let counts = FunnelStage.allCases.map { stage in twins.count { $0.stage == stage } }
        #expect(counts == [6, 8, 7, 11, 12, 22, 0])
        #expect(EventRegistry.definitions.filter { $0.stage == .ext }.allSatisfy { $0.trackStackName == nil })
    }

    @Test("canonical and TrackStack names are unique")
    func uniqueNames() {
        let names = EventRegistry.definitions.map(\.name.text)
        #expect(Set(names).count == names.count)
        let twins = EventRegistry.definitions.compactMap(\.trackStackName)
        #expect(Set(twins).count == twins.count)
    }

    @Test("canonical names are snake case")
    func snakeCase() {
        for definition in EventRegistry.definitions {
            let isSnake = definition.name.text.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
            }
            #expect(isSnake, "\(definition.name)")
        }
    }

    @Test("no name means two events")
    func noNameMeansTwoEvents() {
        var owners: [[UInt8]: String] = [:]
        var normalizer = NameNormalizer()
        for definition in EventRegistry.definitions {
            var names = definition.sourceNames + definition.ambiguousNames + [definition.name.text]
            if let name = definition.trackStackName { names.append(name) }
            for name in names {
                normalizer.normalize(name)
                let owner = owners[normalizer.bytes]
                #expect(owner == nil || owner == definition.name.text, "\(name)")
                owners[normalizer.bytes] = definition.name.text
            }
        }
    }

    @Test("only refund, chargeback and churned are warehouse-only")
    func warehouseOnly() {
        let names = EventRegistry.definitions.filter { $0.routing == .warehouseOnly }.map(\.name.text)
        #expect(names == ["refund", "chargeback", "churned"])
    }

    @Test("the 22 product events, and no others, are warehouse-first")
    func warehouseFirst() {
        let first = EventRegistry.definitions.filter { $0.routing == .warehouseFirst }
        #expect(first.count == 22)
        #expect(first.allSatisfy { $0.stage == .product })
    }

    @Test("beyond the 66, these events need not be named to reach a platform")
    func ordinaryExtensions() {
        let ordinary = EventRegistry.definitions.filter { $0.stage == .ext && $0.routing == .ordinary }
        #expect(
            ordinary.map(\.name.text) == [
                "add_to_cart", "search", "view_item_list", "add_to_wishlist", "app_installed",
            ])
        let identity = EventRegistry.definitions.filter { $0.routing == .identityOnly }
        #expect(
            Set(identity.map(\.name.text)) == [
                "profile_update", "group_update", "identity_link", "consent_update", "privacy_delete",
            ])
    }

    @Test("these events require a business id")
    func requiredIDs() {
        let required = EventRegistry.definitions.filter(\.requiresBusinessID).map(\.name.text)
        #expect(
            Set(required) == [
                "lead", "sign_up", "start_trial", "sales_qualified_lead", "opportunity_created", "begin_checkout",
                "purchase", "subscription_started", "top_up_purchased",
            ])
        for definition in EventRegistry.definitions where definition.requiresBusinessID {
            #expect(definition.businessIDs.contains { $0.isEventID }, "\(definition.name)")
        }
    }

    @Test(
        "business ids follow the reference's table",
        arguments: [
            ("purchase", ["order_id"]), ("begin_checkout", ["checkout_id", "order_id", "cart_id"]),
            ("refund", ["refund_id", "order_id"]), ("chargeback", ["dispute_id", "order_id"]),
            ("plan_upgrade", ["subscription_id+plan_id"]),
            ("subscription_renew", ["invoice_id", "subscription_id+period"]),
            ("reactivated", ["subscription_id+start_date"]), ("order_updated", ["order_id+message_id"]),
            ("company_identified", ["group_id+anonymous_id", "company_id+anonymous_id"]),
            ("checkout_step_viewed", ["checkout_id+step"]), ("account_user_added", ["group_id+user_id"]),
            ("live_chat_message_sent", ["properties.message_id"]), ("app_installed", ["device_id"]), ("page_view", []),
        ])
    func businessIDs(_ name: String, _ choices: [String]) throws {
        let definition = try #require(EventRegistry.definition(named: name))
        #expect(definition.businessIDs.map(\.name) == choices)
    }

    @Test("a refund's order id, a renewal's subscription id and the like are no event ids")
    func sharedIDsAreNoEventIDs() throws {
        for name in ["refund", "chargeback", "refund_requested", "subscription_renew"] {
            let definition = try #require(EventRegistry.definition(named: name))
            #expect(definition.businessIDs.map(\.isEventID) == [true, false], "\(name)")
        }
    }
}
