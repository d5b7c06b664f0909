extension String {
    /// At most so many characters from the beginning.
    func cut(to characterLimit: Int) -> String {
        // Bytes are never fewer than characters, which take long to count.
        utf8.count <= characterLimit ? self : String(prefix(characterLimit))
    }
}
