import Testing

@testable import Identity

@Suite struct PlaceTableTests {
    /// Few tags, so that keys collide, or many.
    @Test(arguments: [1, 3, 50, 100_000] as [UInt64])
    func findsWhatADictionaryFinds(tagCount: UInt64) {
        var random = SplitMix64(seed: tagCount)
        var table = PlaceTable()
        var expected: [Int: UInt64] = [:]
        var missing = 0
        for place in 0..<1000 {
            let tag = UInt64.random(in: 0..<tagCount, using: &random)
            table.insert(place, under: tag)
            expected[place] = tag
            let candidate = Int.random(in: 0...place, using: &random)
            if place % 3 == 0, let tag = expected.removeValue(forKey: candidate) {
                table.remove(candidate, under: tag)
                #expect(table.place(of: tag) { $0 == candidate } == nil)
            }
            guard place % 100 == 0 else { continue }
            missing += expected.count { place, tag in table.place(of: tag) { $0 == place } != place }
        }
        #expect(missing == 0)
        #expect(table.count == expected.count)
        for (place, tag) in expected { table.remove(place, under: tag) }
        #expect(table.count == 0)
        for tag in 0..<min(tagCount, 100) { #expect(table.place(of: tag) { _ in true } == nil) }
    }

    @Test func forgetsEverything() {
        var table = PlaceTable(expecting: 100)
        for place in 0..<1000 { table.insert(place, under: UInt64(place)) }
        table.removeAll()
        #expect(table.count == 0)
        #expect(table.place(of: 7) { _ in true } == nil)
    }
}
