import Foundation

/// What libFuzzer calls with each input; `NNTRAIN_FUZZ` names the reader.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: bytes, count: count))
  do {
    _ = try reader.accepts(input, path: scratch)
  } catch {
    fatalError("\(reader) threw \(type(of: error)), which is no error of nntrain: \(error)")
  }
  return 0
}

private let reader: HostileReader = {
  let name = ProcessInfo.processInfo.environment["NNTRAIN_FUZZ"] ?? ""
  guard let reader = HostileReader(rawValue: name) else {
    fatalError("NNTRAIN_FUZZ is '\(name)', not one of \(HostileReader.allCases.map(\.rawValue))")
  }
  return reader
}()

/// In memory: a file is written for every input.
private let scratch = "/dev/shm/nntrain-fuzz-\(getpid())"
