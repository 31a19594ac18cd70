// Whether operations are recorded: the task-local switch behind `noGrad { }`.

/// Questions about recording that operations ask.
enum Autograd {
  /// Whether the current task records operations.
  @TaskLocal static var isEnabled = true

  /// Whether an operation on this tensor is recorded.
  @inline(__always)
  static func records(_ a: Tensor) -> Bool { a.requiresGrad && isEnabled }

  /// Whether an operation on these tensors is recorded.
  @inline(__always)
  static func records(_ a: Tensor, _ b: Tensor) -> Bool { (a.requiresGrad || b.requiresGrad) && isEnabled }

  /// Whether an operation on these tensors is recorded.
  static func records(_ a: Tensor, _ b: Tensor, _ c: Tensor?) -> Bool {
    (a.requiresGrad || b.requiresGrad || (c?.requiresGrad ?? false)) && isEnabled
  }

  /// Whether an operation on these tensors is recorded.
  static func records(_ tensors: [Tensor]) -> Bool { tensors.contains { $0.requiresGrad } && isEnabled }
}

/// Whether operations on tensors that require gradients are being recorded in the current task.
public var isGradEnabled: Bool { Autograd.isEnabled }

/// Runs a closure without recording what it computes, in this task and the tasks it starts.
///
/// ```swift
/// let prediction = try noGrad { try model(x) }
/// ```
public func noGrad<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Autograd.$isEnabled.withValue(false, operation: body)
}

/// Runs a closure with recording switched on, inside of `noGrad { }`.
public func enableGrad<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Autograd.$isEnabled.withValue(true, operation: body)
}
