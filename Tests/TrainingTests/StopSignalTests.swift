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
    // The first request stays.
    pthread_kill(pthread_self(), signal == SIGINT ? SIGTERM : SIGINT)
    #expect(stop.poll() && stop.received == signal)
    let other = StopSignal()
    #expect(other.poll() && other.received != signal)
    StopSignal.release()
  }

  @Test func releasingLetsSignalsThroughAgain() {
    _ = StopSignal()
    StopSignal.release()
    var mask = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &mask)
    for signal in [SIGINT, SIGTERM, SIGUSR1] { #expect(sigismember(&mask, signal) == 0) }
  }
}
