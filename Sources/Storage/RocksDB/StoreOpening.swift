import EventModel

/// The way from a directory to an open database.
struct StoreOpening {
    /// The version of keys and records that this code writes, and the newest that it reads.
    static let formatVersion: UInt32 = 1

    let directory: String
    let options: RocksDBOptions
    let expiry: [Family: ExpiryFilter]

    /// Opens or creates the database and checks that this code understands what is in it.
    func open() throws(StoreError) -> NativeDatabase {
        let contents = try DataDirectory(path: directory).prepare()
        if contents == .store { try refuseUnknownFamilies() }
        let database = try attempt { () throws(RocksDBFailure) in try openNative(isNew: contents == .empty) }
        try checkFormat(of: database)
        return database
    }

    /// Opens with the best compression that the installed library has.
    private func openNative(isNew: Bool) throws(RocksDBFailure) -> NativeDatabase {
        for compression in NativeOptions.Compression.allCases.dropLast() {
            do throws(RocksDBFailure) {
                return try openNative(isNew: isNew, compression)
            } catch {
                guard error.status.isMissingCompression else { throw error }
            }
        }
        return try openNative(isNew: isNew, .none)
    }

    private func openNative(
        isNew: Bool, _ compression: NativeOptions.Compression
    ) throws(RocksDBFailure) -> NativeDatabase {
        let native = try NativeOptions(options, compression: compression, expiry: expiry)
        return try NativeDatabase(directory: directory, isNew: isNew, options: native)
    }

    /// RocksDB opens all families of a database or none, so one that this code does not know ends here.
    private func refuseUnknownFamilies() throws(StoreError) {
        let names = try attempt { () throws(RocksDBFailure) in try NativeDatabase.familyNames(in: directory) }
        for name in names where name != "default" && Family(rawValue: name) == nil {
            throw StoreError(
                .version,
                "\(directory) has a family \"\(name)\" that this version does not know; run the version that wrote it")
        }
    }

    /// Refuses what a newer version wrote, and marks a new store with this version.
    private func checkFormat(of database: NativeDatabase) throws(StoreError) {
        let key = MetaKey.format
        let stored = try attempt { () throws(RocksDBFailure) in try database.value(.meta, key) }
        guard let stored else { return try writeFormat(to: database, key) }
        var reader = ByteReader(stored)
        let version: UInt32
        do {
            version = try reader.integer(UInt32.self)
            try reader.finish()
        } catch {
            throw error.storeError(.meta, key)
        }
        guard version <= Self.formatVersion else {
            throw StoreError(
                .version,
                "\(directory) has data of format \(version), and this version reads up to \(Self.formatVersion); run the "
                    + "version that wrote it")
        }
    }

    private func writeFormat(to database: NativeDatabase, _ key: [UInt8]) throws(StoreError) {
        var batch = WriteBatch()
        batch.put(.meta, key, [UInt8](building: { $0.appendInteger(Self.formatVersion) }))
        let native = NativeBatch()
        native.fill(with: batch, families: database.families)
        try attempt { () throws(RocksDBFailure) in try database.write(native, .synced) }
    }

    /// Runs one step and turns its failure into an error that says what to do.
    private func attempt<Result>(_ step: () throws(RocksDBFailure) -> Result) throws(StoreError) -> Result {
        do {
            return try step()
        } catch {
            let status = error.status
            guard status.code == .locked else { throw status.error("cannot open", in: directory) }
            let process = LockHolder.process(lockingFileAt: "\(directory)/LOCK").map { " (process \($0))" } ?? ""
            let holder =
                status.isLockedByThisProcess
                ? "this process has it open already" : "another process\(process) has it open"
            throw StoreError(.locked, "cannot open \(directory): \(holder); \(status.nextStep)")
        }
    }
}
