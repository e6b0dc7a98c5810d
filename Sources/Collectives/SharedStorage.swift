import MPI
import Tensors

/// Numbers that all ranks of one machine hold in common.
public enum SharedStorage {
  /// A storage of `count` zeros, the same memory on every rank; nil on all ranks where one of them
  /// can't reach it, as on several machines. All ranks must call it.
  public static func make(
    count: Int, _ communicator: Communicator
  ) throws(MPIError) -> FloatStorage? {
    let isOneHost = try communicator.splitShared().size == communicator.size
    let isMaker = communicator.rank == 0
    let own = isMaker && isOneHost ? SharedMemory(count: count) : nil
    let words = try communicator.broadcast(own?.address.words ?? [], root: 0)
    let memory = own ?? SharedMemory(SharedMemory.Address(words: words))
    guard try communicator.allReduce(memory == nil ? 0 : 1, .min) == 1 else { return nil }
    return memory?.storage(0..<count)
  }
}
