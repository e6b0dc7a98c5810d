import Tensors
import Testing

@testable import Training

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized) struct StopSignalTests {
  @Test(arguments: [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM"), (SIGUSR1, "SIGUSR1")])
  func aRequestIsHeldBackUntilItIsLookedFor(signal: Int32, name: String) {
    let stop = StopSignal()
    #expect(!stop.poll())
    #expect(stop.received == nil)
    // To this thread alone: other threads of the tests hold nothing back.
    pthread_kill(pthread_self(), signal)
    #expect(stop.received == nil)
    #expect(stop.poll())
    #expect(stop.received == signal)
    #expect(stop.name == name)
    // The first request stays, and a second one ends the process.
    #expect(stop.poll() && stop.received == signal)
    #expect(StopSignalTests.held == [])
  }

  @Test func aLimitOfTimeIsARequest() {
    let stop = StopSignal()
    defer { StopSignal.release() }
    stop.deadline = MonotonicClock.seconds + 1000
    #expect(!stop.poll())
    stop.deadline = MonotonicClock.seconds
    #expect(stop.poll() && stop.received == nil)
    #expect(stop.name == "its time limit")
    stop.deadline = nil
    #expect(stop.poll(), "the request stays")
    #expect(StopSignalTests.held == [SIGINT, SIGTERM, SIGUSR1], "no signal has come yet")
  }

  @Test func releasingLetsSignalsThroughAgain() {
    _ = StopSignal()
    StopSignal.release()
    #expect(StopSignalTests.held == [])
  }

  /// The requests that this thread holds back.
  private static var held: [Int32] {
    var mask = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &mask)
    return [SIGINT, SIGTERM, SIGUSR1].filter { sigismember(&mask, $0) == 1 }
  }
}
