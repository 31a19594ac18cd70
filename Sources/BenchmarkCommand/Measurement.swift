// How long a call takes: warm-up, groups of very short calls, repetitions until the time is spent.

/// The times of one workload, as one line of JSON.
struct Measurement: Encodable {
  let name: String
  /// Median, least and 90th percentile of the time of an operation, in microseconds.
  let us: Double
  let minUs: Double
  let p90Us: Double
  /// How many calls were timed.
  let calls: Int

  enum CodingKeys: String, CodingKey {
    case name, us, calls
    case minUs = "min_us"
    case p90Us = "p90_us"
  }

  /// Times a workload for `budget` seconds, for seven groups of calls at least.
  init(of workload: Workload, budget: Double) throws {
    let call = try workload.prepare()
    let estimate = try seconds { for _ in 0..<3 { try call() } } / 3
    let group = max(1, Int(2e-4 / max(estimate, 1e-9)))
    for _ in 0..<(2 * group) { try call() }
    var times: [Double] = []
    let start = ContinuousClock.now
    while times.count < 7 || start.duration(to: .now) < .seconds(budget) {
      let time = try seconds { for _ in 0..<group { try call() } }
      times.append(time / Double(group) / Double(workload.operations) * 1e6)
    }
    times.sort()
    name = workload.name
    us = times[times.count / 2]
    minUs = times[0]
    p90Us = times[times.count * 9 / 10]
    calls = times.count * group
  }
}

/// The seconds that a closure takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure(body) / .seconds(1)
}
