// The namespace of operations that aren't methods of tensors.

/// Operations on several tensors, such as convolutions and losses: PyTorch's `torch.nn.functional`.
///
/// ```swift
/// let loss = try Functional.crossEntropy(logits, labels)
/// ```
///
/// Functions of one tensor that PyTorch has as methods are methods of `Tensor`: `x.sigmoid()`, `x.softmax(dim: 1)`.
public enum Functional {}
