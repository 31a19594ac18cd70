"""Adapter for JAX with Optax, in 64 bits on the CPU: `python3 tools/adapters/jax_adapter.py`."""

import jax

jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
from jax_operations import OPERATIONS  # noqa: E402
from protocol import Answer, Unsupported, serve  # noqa: E402


def evaluate(sample):
    try:
        return _evaluate(sample)
    except NotImplementedError as lack:
        raise Unsupported(str(lack)) from lack


def _evaluate(sample):
    """One compilation a sample."""

    def run(inputs, cotangents):
        if not cotangents:
            return OPERATIONS.compute(sample.operation, inputs, sample.arguments), {}

        def forward(differentiated):
            return OPERATIONS.compute(sample.operation, {**inputs, **differentiated}, sample.arguments)

        differentiated = {name: inputs[name] for name in sample.requires_grad}
        if sample.retain:  # zeros that are added to what lies between, so that they get its gradients
            shapes = jax.eval_shape(forward, differentiated)
            differentiated.update({f"retain/{n}": jnp.zeros(shapes[n].shape, shapes[n].dtype) for n in sample.retain})
        outputs, pullback = jax.vjp(forward, differentiated)
        given = {name: _cotangent(value, cotangents.get(name)) for name, value in outputs.items()}
        (gradients,) = pullback(given)
        return outputs, {name.removeprefix("retain/"): value for name, value in gradients.items()}

    outputs, gradients = jax.jit(run)(sample.inputs, sample.cotangents)
    return Answer(_arrays(outputs), _arrays(gradients))


def _cotangent(output, cotangent):
    """JAX wants one for every output: zeros for those that aren't differentiated."""
    if not jnp.issubdtype(output.dtype, jnp.floating):
        return np.zeros(output.shape, jax.dtypes.float0)
    return jnp.zeros_like(output) if cotangent is None else cotangent.astype(output.dtype)


def _arrays(values):
    return {name: np.asarray(value) for name, value in values.items()}


if __name__ == "__main__":
    serve("JAX", jax.__version__, evaluate)
