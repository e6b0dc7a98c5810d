import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keeps the process alive where the file of a mapping is cut off by somebody else: a store behind its end is
/// SIGBUS. The mapping becomes memory of the process then, and is lost to the file.
///
/// One mapping at a time is guarded. The handler of a signal can be given nothing, so that what it reads has to
/// be global; a bus error anywhere else goes to the handler that was there before.
enum BusErrorGuard {
  /// Guards the mapping of `count` bytes at `base` from now on.
  static func begin(_ base: UnsafeMutableRawPointer, count: Int) {
    isLost.store(false, ordering: .relaxed)
    guardedCount.store(count, ordering: .relaxed)
    guardedBase.store(UInt(bitPattern: base), ordering: .releasing)
    guard !isInstalled.exchange(true, ordering: .relaxed) else { return }
    #if canImport(Glibc)
      var action = sigaction()
      action.__sigaction_handler.sa_sigaction = handleBusError
      action.sa_flags = SA_SIGINFO
      sigaction(SIGBUS, &action, &previous)
    #endif
  }

  /// Guards the mapping at `base` no more.
  static func end(_ base: UnsafeMutableRawPointer) {
    _ = guardedBase.compareExchange(
      expected: UInt(bitPattern: base), desired: 0, ordering: .relaxed)
  }

  /// Whether the mapping at `base` is the one that is guarded, and has been lost to its file.
  static func hasLost(_ base: UnsafeMutableRawPointer) -> Bool {
    guardedBase.load(ordering: .relaxed) == UInt(bitPattern: base)
      && isLost.load(ordering: .relaxed)
  }
}

private let guardedBase = Atomic<UInt>(0)
private let guardedCount = Atomic<Int>(0)
private let isLost = Atomic<Bool>(false)
private let isInstalled = Atomic<Bool>(false)

#if canImport(Glibc)
  /// Written once, before the handler can run.
  nonisolated(unsafe) private var previous = sigaction()

  private func handleBusError(
    _ signal: CInt, _ info: UnsafeMutablePointer<siginfo_t>?, _ context: UnsafeMutableRawPointer?
  ) {
    let address = UInt(bitPattern: info?.pointee._sifields._sigfault.si_addr)
    let base = guardedBase.load(ordering: .acquiring)
    let count = guardedCount.load(ordering: .relaxed)
    let isOurs = base != 0 && address >= base && address < base + UInt(count)
    if isOurs,
      mmap(
        UnsafeMutableRawPointer(bitPattern: base), count, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED
    {
      isLost.store(true, ordering: .relaxed)
      return
    }
    // The same instruction meets the handler that was there before.
    sigaction(SIGBUS, &previous, nil)
  }
#endif
