// Hooks that see what modules compute, without a change to the modules.

/// A hook on a module; keep it to remove the hook again.
public final class ForwardHook {
  let body: (Module, Tensor) throws -> Void
  private weak var module: Module?

  init(_ module: Module, _ body: @escaping (Module, Tensor) throws -> Void) {
    self.module = module
    self.body = body
  }

  /// Takes the hook away; the module goes on without it.
  public func remove() { module?.forwardHooks.removeAll { $0 === self } }
}

extension Module {
  /// Calls a function with every result of this module, each time that the module is called.
  ///
  /// ```swift
  /// let hook = model.layers[0].registerForwardHook { _, output in print(output.shape) }
  /// _ = try model(x)
  /// hook.remove()
  /// ```
  ///
  /// Hooks run in the order of their registration. They run for `module(x)`, not for `module.forward(x)`; what a
  /// hook throws, the call throws.
  @discardableResult
  public func registerForwardHook(_ body: @escaping (_ module: Module, _ output: Tensor) throws -> Void)
    -> ForwardHook
  {
    let hook = ForwardHook(self, body)
    forwardHooks.append(hook)
    return hook
  }

  /// Shows the hooks a result.
  func showing(_ output: Tensor) throws -> Tensor {
    for hook in forwardHooks { try hook.body(self, output) }
    return output
  }
}
