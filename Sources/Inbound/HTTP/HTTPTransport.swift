import COpenSSL
import Glibc

/// The bytes of one connection, plain or through TLS: reads and writes what can be read and written at once.
///
/// Owns the socket and the session; ``close()`` ends both and is called exactly once.
struct HTTPTransport {
    /// What came of a read or a write.
    enum Progress: Equatable {
        case bytes(Int)
        /// Nothing now: try again when the socket can be read.
        case needsReadable
        /// Nothing now: try again when the socket can be written.
        case needsWritable
        /// The client has gone, or what it sends is no TLS.
        case ended
    }

    let descriptor: Int32
    /// The TLS session, if the connection has one.
    private let session: OpaquePointer?

    /// Takes over an accepted socket, and the session that is to speak on it.
    init(descriptor: Int32, session: OpaquePointer?) {
        self.descriptor = descriptor
        self.session = session
        if let session {
            SSL_set_fd(session, descriptor)
            SSL_set_accept_state(session)
        }
    }

    var isTLS: Bool { session != nil }

    /// Reads into `buffer`; over TLS at most one record, so that more may wait in the session.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Progress {
        guard let session else {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .bytes(count) }
            return count < 0 && (errno == EAGAIN || errno == EINTR) ? .needsReadable : .ended
        }
        ERR_clear_error()
        let count = SSL_read(session, buffer.baseAddress, Int32(clamping: buffer.count))
        return count > 0 ? .bytes(Int(count)) : Self.progress(SSL_get_error(session, count))
    }

    /// Writes what the socket takes of `bytes`, which must not be empty.
    func write(_ bytes: UnsafeRawBufferPointer) -> Progress {
        guard let session else {
            let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .bytes(count) }
            return errno == EAGAIN || errno == EINTR ? .needsWritable : .ended
        }
        ERR_clear_error()
        let count = SSL_write(session, bytes.baseAddress, Int32(clamping: bytes.count))
        return count > 0 ? .bytes(Int(count)) : Self.progress(SSL_get_error(session, count))
    }

    /// Says that nothing will be written any more; what the client still sends can be read.
    func endWriting() {
        if let session {
            ERR_clear_error()
            _ = SSL_shutdown(session)
            ERR_clear_error()
        }
        _ = shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Closes socket and session.
    func close() {
        if let session {
            ERR_clear_error()
            // Says goodbye as far as that goes without waiting: otherwise clients take the end for an attack.
            _ = SSL_shutdown(session)
            ERR_clear_error()
            SSL_free(session)
        }
        _ = Glibc.close(descriptor)
    }

    private static func progress(_ error: Int32) -> Progress {
        switch error {
        case SSL_ERROR_WANT_READ: .needsReadable
        case SSL_ERROR_WANT_WRITE: .needsWritable
        default: .ended
        }
    }
}
