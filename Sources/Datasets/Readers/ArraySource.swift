import Tensors
import Zlib

/// An array in a file, opened and checked against its header, not yet read.
struct ArraySource {
  /// The file, and the array's name in it, for messages.
  let name: String
  /// How a number is written.
  let element: ElementFormat
  /// The extents, samples first.
  let shape: [Int]

  private let file: InputFile
  private let stream: ByteStream
  /// Whether numbers lie with the first index running fastest.
  private let isFortran: Bool
  private let dataOffset: Int

  /// The array whose header of `headerSize` bytes has just been taken from `stream`.
  ///
  /// - Parameter offset: Where the array begins in the file.
  /// - Throws: Where the header describes more or less than the file can hold.
  init(
    _ name: String, file: InputFile, stream: ByteStream, offset: Int = 0, headerSize: Int,
    element: ElementFormat, shape: [Int], isFortran: Bool = false
  ) throws(DatasetError) {
    self.name = name
    self.isFortran = isFortran
    self.file = file
    self.stream = stream
    self.element = element
    self.shape = shape
    dataOffset = offset + headerSize
    let extents = shape.map(String.init).joined(separator: "×")
    // Without samples the product is 0 however large the rest is; the rest is a product of its own.
    guard !shape.isEmpty, let all = Shape(checking: shape + [element.size]),
      let sample = Shape(checking: Array(shape.dropFirst()))
    else {
      throw DatasetError(
        .badContent,
        "\(name): its header describes \(shape.isEmpty ? "a single number" : extents + " numbers")"
          + ", which cannot be an array of samples")
    }
    guard sample.count > 0 else {
      throw DatasetError(
        .badContent, "\(name): its header describes \(extents) numbers: a sample would hold none")
    }
    let room = stream.greatestCount - headerSize
    guard all.count <= room else {
      throw DatasetError(
        .badContent,
        "\(name) is truncated, or its header is wrong: \(extents) numbers need \(all.count) bytes"
          + " after the header, \(stream.isCompressed ? "at most " : "")\(room) are there")
    }
    guard stream.isCompressed || all.count == room else {
      throw DatasetError(
        .badContent,
        "\(name) is longer than its header says: \(extents) numbers need \(all.count) bytes after"
          + " the header, \(room) are there")
    }
  }

  /// The number of samples.
  var count: Int { shape[0] }

  /// The numbers of a sample.
  var width: Int { Shape(Array(shape.dropFirst())).count }

  /// The shape of a sample; a vector of numbers is samples of one feature.
  var sampleShape: [Int] { shape.count == 1 ? [1] : Array(shape.dropFirst()) }

  /// The arrays of `parts`, or else the one called `single`, opened by `open`.
  static func all(
    _ parts: [DataSourceSpec.Part]?, _ single: String,
    _ open: (String) throws(DatasetError) -> ArraySource
  ) throws(DatasetError) -> [ArraySource] {
    var sources: [ArraySource] = []
    for name in parts?.map(\.source) ?? [single] { sources.append(try open(name)) }
    return sources
  }

  /// The samples as rows: in memory, or in the file where they would take more than `limits` allow.
  func rows(_ limits: ReadLimits) throws(DatasetError) -> any InputRows {
    let numbers = count * width
    let memory = numbers.multipliedReportingOverflow(by: element.isByte ? 1 : max(4, element.size))
    if !stream.isCompressed, memory.overflow || memory.partialValue > limits.inMemory {
      guard !isFortran else {
        throw DatasetError(
          .badContent,
          "\(name) is stored column by column and takes \(memory.partialValue) bytes of memory, more than"
            + " \(limits.inMemory), so that samples would have to be read from the file, where they do not lie"
            + " together; save numpy.ascontiguousarray(array)")
      }
      return FileRows(
        file, element: element, count: count, width: width, offset: dataOffset,
        stride: width * element.size)
    }
    if element.isByte {
      return ByteRows(try bytes(), count: count, width: width)
    }
    if element.isWide {
      return WideRows(try exactNumbers(), count: count, width: width)
    }
    return FloatRows(try floats(), count: count, width: width)
  }

  /// All numbers with all their digits.
  private func exactNumbers() throws(DatasetError) -> ExactNumbers {
    var result = ExactNumbers()
    let total = count * width
    result.reserveCapacity(stream.isCompressed ? min(total, 1 << 22) : total)
    let piece = 1 << 14
    var bytes = [UInt8](repeating: 0, count: piece * element.size)
    var numbers = [Double](repeating: 0, count: piece)
    while result.count < total {
      let n = min(piece, total - result.count)
      var room = bytes.mutableSpan
      var part = room._mutatingExtracting(first: n * element.size)
      let got = try stream.next(&part)
      guard got == n * element.size else {
        throw truncated(after: result.count + got / element.size)
      }
      var output = numbers.mutableSpan
      var decoded = output._mutatingExtracting(first: n)
      element.decode(bytes.span.extracting(first: n * element.size), toDoubles: &decoded)
      if element.isFloatingPoint, let bad = firstNonSingle(decoded.span) {
        let position = place(ofStored: result.count + bad)
        throw .notFinite(name, record: position / width, element: position % width)
      }
      for number in numbers[..<n] { result.append(number) }
    }
    try stream.expectEnd(name, after: dataOffset + total * element.size)
    guard isFortran else { return result }
    let places = (0..<width).map { storedPlace(ofElement: $0) * count }
    var ordered = ExactNumbers()
    ordered.reserveCapacity(total)
    for sample in 0..<count {
      for place in places { ordered.append(result[place + sample]) }
    }
    return ordered
  }

  /// All numbers, in single precision.
  func floats() throws(DatasetError) -> [Float] {
    let total = count * width
    var result: [Float] = []
    try reserve(&result, total)
    let piece = 1 << 14
    var bytes = [UInt8](repeating: 0, count: piece * element.size)
    var numbers = [Float](repeating: 0, count: piece)
    while result.count < total {
      let n = min(piece, total - result.count)
      var room = bytes.mutableSpan
      var part = room._mutatingExtracting(first: n * element.size)
      let got = try stream.next(&part)
      guard got == n * element.size else {
        throw truncated(after: result.count + got / element.size)
      }
      var output = numbers.mutableSpan
      var decoded = output._mutatingExtracting(first: n)
      element.decode(bytes.span.extracting(first: n * element.size), to: &decoded)
      if element.isFloatingPoint, let bad = firstNonFinite(decoded.span) {
        let position = place(ofStored: result.count + bad)
        throw .notFinite(name, record: position / width, element: position % width)
      }
      result.append(contentsOf: numbers[..<n])
      confirm(&result, total)
    }
    try stream.expectEnd(name, after: dataOffset + total * element.size)
    return isFortran ? sampleBySample(result) : result
  }

  /// The numbers of `stored`, whose first index runs fastest, in the order in which the last one does.
  private func sampleBySample<Number>(_ stored: [Number]) -> [Number] {
    let (count, width) = (count, width)
    var result = stored
    for element in 0..<width {
      let first = storedPlace(ofElement: element) * count
      for sample in 0..<count { result[sample * width + element] = stored[first + sample] }
    }
    return result
  }

  /// Where element `element` of a sample stands among its elements in the file, the first index running
  /// fastest.
  private func storedPlace(ofElement element: Int) -> Int {
    var (rest, place, step) = (element, 0, 1)
    var steps: [Int] = []
    for extent in shape.dropFirst() {
      steps.append(step)
      step *= extent
    }
    for (extent, step) in zip(shape.dropFirst(), steps).reversed() {
      place += rest % extent * step
      rest /= extent
    }
    return place
  }

  /// The place, sample by sample, of the number that is `stored` in the file.
  private func place(ofStored stored: Int) -> Int {
    guard isFortran else { return stored }
    var (rest, element) = (stored / count, 0)
    for extent in shape.dropFirst() {
      element = element * extent + rest % extent
      rest /= extent
    }
    return stored % count * width + element
  }

  /// All numbers, which are bytes.
  private func bytes() throws(DatasetError) -> [UInt8] {
    let total = count * width
    var result: [UInt8] = []
    try reserve(&result, total)
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while result.count < total {
      let n = min(piece.count, total - result.count)
      var room = piece.mutableSpan
      var part = room._mutatingExtracting(first: n)
      let got = try stream.next(&part)
      guard got == n else { throw truncated(after: result.count + got) }
      result.append(contentsOf: piece[..<n])
      confirm(&result, total)
    }
    try stream.expectEnd(name, after: dataOffset + total)
    return isFortran ? sampleBySample(result) : result
  }

  /// The elements of a compressed array for which room is reserved before any has come.
  private static let believed = 1 << 22

  /// Reserves room for `total` elements after comparing it with the memory that is available; what a
  /// compressed file claims to hold is believed as far as ``believed``.
  private func reserve<Element>(_ result: inout [Element], _ total: Int) throws(DatasetError) {
    try requireMemory(total * MemoryLayout<Element>.stride, available: .current())
    result.reserveCapacity(stream.isCompressed ? min(total, ArraySource.believed) : total)
  }

  /// Reserves room for all of `total` elements once a compressed file has held enough of them, so that the
  /// array does not grow by doubling.
  private func confirm<Element>(_ result: inout [Element], _ total: Int) {
    guard result.count >= ArraySource.believed, result.capacity < total else { return }
    result.reserveCapacity(total)
  }

  /// Checks that `bytes` bytes can be allocated.
  func requireMemory(_ bytes: Int, available: AvailableMemory?) throws(DatasetError) {
    guard let available, bytes > available.bytes else { return }
    throw DatasetError(
      .badRequest,
      "\(name): its \(shape.map(String.init).joined(separator: "×")) numbers need \(bytes >> 20) MiB of"
        + " memory, but \(available.bytes >> 20) MiB are available (\(available.limit)); use a smaller"
        + " array, or save it without compression")
  }

  private func truncated(after numbers: Int) -> DatasetError {
    DatasetError(
      .badContent,
      "\(name) is truncated in record \(numbers / max(width, 1)): its header describes \(count) "
        + "records of \(width) numbers")
  }
}
