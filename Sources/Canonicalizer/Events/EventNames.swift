/// Event names as the registry compares them, for whoever else compares names.
public enum EventNames {
    /// The one spelling of a name (reference inbound, 6.1): `PRODUCT_Added` and `product added` give `product added`.
    public static func normalized(_ name: String) -> String {
        var normalizer = NameNormalizer()
        normalizer.normalize(name)
        return String(decoding: normalizer.bytes, as: UTF8.self)
    }
}
