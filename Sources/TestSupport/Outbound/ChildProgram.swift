import Glibc

/// A program that a test runs beside itself.
///
/// Not Foundation's `Process`: that one hands down the signal mask of a test's thread, and leaks a little.
public struct ChildProgram: ~Copyable {
    private let identifier: pid_t
    private let output: Int32

    /// Starts a program with its standard output on a pipe; nil if it cannot be started.
    public init?(_ path: String, _ arguments: [String]) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        // The child gets a copy of one end as its standard output, and nothing else.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var identifier = pid_t()
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        let code = posix_spawn(&identifier, path, &actions, nil, &words, &environment)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            return nil
        }
        self.identifier = identifier
        output = ends[0]
    }

    deinit {
        // SIGKILL, as a test's thread may block the others, and children inherit that.
        kill(identifier, SIGKILL)
        waitpid(identifier, nil, 0)
        close(output)
    }

    /// Reads standard output up to the first line that begins with `prefix`; nil if none comes.
    public func line(beginningWith prefix: String) -> String? {
        var line = ""
        var byte: UInt8 = 0
        while read(output, &byte, 1) == 1 {
            guard byte == UInt8(ascii: "\n") else {
                line.unicodeScalars.append(Unicode.Scalar(byte))
                continue
            }
            if line.hasPrefix(prefix) { return line }
            line = ""
        }
        return nil
    }
}
