import EventModel
import Foundation
import Testing

@Suite struct NoteTests {
    /// `docs/notes.md`, as it must be.
    private var page: String {
        var text = """
            # Notes

            A note says something about an event that was taken all the same. Notes stand in the answer's item, in the stored event and in `tracklayer explain`.

            | note | what it means |
            |---|---|

            """
        for note in Note.allCases { text += "| `\(note.rawValue)` | \(note.explanation) |\n" }
        return text
    }

    @Test func thePageOfNotesListsEveryNote() throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/notes.md")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(page.utf8).write(to: url)
        }
        let written = try String(contentsOf: url, encoding: .utf8)
        #expect(written == page, "docs/notes.md is out of date; run UPDATE_GOLDEN=1 make test")
    }
}
