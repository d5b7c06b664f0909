import Canonicalizer
import EventModel
import Foundation
import Testing

@testable import Gateway

/// What `tracklayer taxonomy` prints, and the page that is made of it.
@Suite struct TaxonomyTests {
    private struct Row: Decodable {
        var eventName: String
        var trackstackName: String?
        var stage: String
        var `class`: String
        var businessIds: [String]
        var requiresBusinessId: Bool
        var eventIdFrom: String
        var call: [String]
        var sourceNames: [String]
        var ambiguousNames: [String]
    }

    private func rows(_ taxonomy: Taxonomy) throws -> [Row] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode([Row].self, from: Data(taxonomy.json.utf8))
    }

    /// Run with `UPDATE_GOLDEN=1` to write the page anew.
    @Test func thePageOfEventsIsTheRegistry() throws {
        let page = TaxonomyPage().text
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            let url = ConfigurationLoaderTests.repository.appendingPathComponent("docs/events.md")
            try page.write(to: url, atomically: true, encoding: .utf8)
        }
        let written = try ConfigurationLoaderTests.repositoryFile("docs/events.md")
        #expect(written == page, "docs/events.md is out of date; run UPDATE_GOLDEN=1 make test")
    }

    @Test func theJSONHasEveryRow() throws {
        let rows = try rows(Taxonomy())
        #expect(rows.map(\.eventName) == EventRegistry.definitions.map(\.name.text))
        #expect(rows.count { $0.trackstackName != nil } == 66)
        let purchase = try #require(rows.first { $0.eventName == "purchase" })
        #expect(purchase.trackstackName == "Purchase")
        #expect(purchase.stage == "revenue" && purchase.class == "ordinary")
        #expect(purchase.businessIds == ["order_id"] && purchase.requiresBusinessId)
        #expect(purchase.eventIdFrom == "order_id, message_id")
        #expect(purchase.sourceNames.contains("Order Completed"))
        #expect(purchase.ambiguousNames.contains("Order Placed"))
        #expect(rows.flatMap(\.call).sorted() == ["alias", "delete", "group", "identify", "merge", "page", "screen"])
    }

    @Test("a stage has only its rows", arguments: FunnelStage.allCases)
    func stages(_ stage: FunnelStage) throws {
        let rows = try rows(Taxonomy(stage: stage))
        #expect(!rows.isEmpty && rows.allSatisfy { $0.stage == stage.rawValue })
    }

    @Test func theTableHasALineForEachRowAndStraightColumns() throws {
        let lines = Taxonomy(stage: .revenue).table.split(separator: "\n")
        #expect(lines.count == 13)
        let column = try #require(lines[0].range(of: "STAGE")).lowerBound
        let offset = lines[0].distance(from: lines[0].startIndex, to: column)
        #expect(lines.dropFirst().allSatisfy { $0.dropFirst(offset).hasPrefix("revenue") })
    }
}
