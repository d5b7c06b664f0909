import Glibc

/// The signals an operator sends.
enum Signals {
    /// What a signal asks for.
    enum Request { case end, reload }

    /// Blocks SIGINT, SIGTERM and SIGHUP in this thread and all it starts, so that ``wait()`` gets them.
    ///
    /// Must be called before any thread is started.
    static func block() {
        var set = watched
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for the next signal.
    ///
    /// Call ``block()`` first.
    static func wait() -> Request {
        var set = watched
        var number: Int32 = 0
        while sigwait(&set, &number) != 0 {}
        return number == SIGHUP ? .reload : .end
    }

    /// Waits until somebody ends the program; a reload request means nothing here.
    static func waitForEnd() { while wait() != .end {} }

    /// Whether somebody has asked for the end since ``block()``; it stays asked for.
    static var isEndPending: Bool {
        var set = sigset_t()
        sigpending(&set)
        return sigismember(&set, SIGINT) == 1 || sigismember(&set, SIGTERM) == 1
    }

    private static var watched: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, number) }
        return set
    }
}
