/// What the products of a recurrent layer read and write.
struct RecurrentFactors {
  /// The samples.
  var rows: Int
  /// H.
  var units: Int
  /// The features of x_t behind the state in a row; 0 where W x_t is computed apart.
  var features: Int
  /// G·H, the rows of U and W.
  var height: Int
  /// The floats between rows of what is read.
  var operandStride: Int
  /// The floats between rows of sums.
  var sumStride: Int
  /// U `[height, units]`.
  var recurrentWeights: UnsafeMutablePointer<Float>
  /// W `[height, features]`.
  var weights: UnsafeMutablePointer<Float>
}
