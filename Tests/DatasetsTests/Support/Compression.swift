import Zlib

/// The bytes as one gzip member.
func gzip(_ bytes: [UInt8]) throws -> [UInt8] { try Gzip.compress(bytes.span) }
