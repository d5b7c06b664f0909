import Platform
import TestSupport

/// Whether something comes true within the time that tests wait for anything.
func eventually(_ isTrue: () throws -> Bool) -> Bool {
    let started = MonotonicTime.now
    while MonotonicTime.now - started < .seconds(Watched<Void>.patienceSeconds) {
        if (try? isTrue()) == true { return true }
    }
    return false
}
