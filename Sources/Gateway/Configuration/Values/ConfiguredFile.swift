extension ConfigurationFormat where Value == String {
    /// A path, taken from the configuration file's directory unless it is absolute.
    static func path(_ name: String = "path") -> ConfigurationFormat {
        let text = text(name, byteCount: 1...4096)
        return ConfigurationFormat(name, show: text.show) { field in text.read(field).map(field.context.resolve) }
    }

    /// The path of a file that can be read now.
    static var file: ConfigurationFormat {
        let path = path("file")
        return ConfigurationFormat("file", show: path.show) { field in
            guard let path = path.read(field) else { return nil }
            if case .failure(let fault) = field.context.environment.file(path) {
                field.report("cannot be read: \(fault.reason)")
                return nil
            }
            return path
        }
    }

    /// The UTF-8 text of a file.
    static var fileText: ConfigurationFormat {
        let path = text("file", byteCount: 1...4096)
        return ConfigurationFormat("file", show: path.show) { field in
            guard let path = path.read(field) else { return nil }
            switch field.fileText(path) {
            case .success(let text): return text
            case .failure(let fault):
                field.report("cannot be read: \(fault.reason)")
                return nil
            }
        }
    }
}
