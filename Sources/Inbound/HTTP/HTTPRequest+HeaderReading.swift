extension HTTPRequest: HeaderReading {}

extension StaticString {
    /// A header field's name, ended by a NUL byte as every literal is.
    var cString: UnsafePointer<CChar> {
        precondition(hasPointerRepresentation, "a header name of one character needs a pointer representation")
        return UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
