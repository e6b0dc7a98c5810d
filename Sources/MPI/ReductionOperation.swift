internal import CMPI

/// How a reduction combines the ranks' numbers.
///
/// The order in which the library sums floating-point numbers depends on the number of ranks, so
/// `sum` over `Float` or `Double` is not reproducible: gradients and metrics go through the fixed
/// tree of `Collectives` instead.
///
/// MPI 3.1, section 5.9.2. Left out: products, logical and bitwise operations, locations of extremes,
/// operations of one's own.
public enum ReductionOperation: Sendable {
  /// `MPI_SUM`
  case sum
  /// `MPI_MIN`
  case min
  /// `MPI_MAX`
  case max

  var raw: MPI_Op {
    switch self {
    case .sum: nn_mpi_sum()
    case .min: nn_mpi_min()
    case .max: nn_mpi_max()
    }
  }
}
