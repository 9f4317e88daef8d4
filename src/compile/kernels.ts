import {
  getKernelsForBackend,
  type NamedAttrMap,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
  Variable
} from "@tensorflow/tfjs-core"
import { CompileError } from "./compileError.ts"
import type { Attributes } from "./graph.ts"
import { REFUSED } from "./refused.ts"
import { RULES } from "./rules/index.ts"
import { type Held, type Tracer, typeOf } from "./tracer.ts"

/** Lets tfjs send its kernels to a tracer of this name. */
export const registerKernels = (backendName: string): void => {
  for (const kernelName of Object.keys(RULES)) {
    registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) =>
        (backend as Tracer).node(kernelName, inputs, (attrs ?? {}) as NamedAttrMap as Attributes)
    })
  }
  for (const [kernelName, remedy] of Object.entries(REFUSED)) {
    registerKernel({
      kernelName,
      backendName,
      kernelFunc: () => {
        throw new CompileError({ op: kernelName, reason: "no rule says how to compile it", remedy })
      }
    })
  }
  // The same numbers under another name: nothing to compute.
  registerKernel({
    kernelName: "Identity",
    backendName,
    kernelFunc: ({ inputs, backend }) => {
      const { x } = inputs as { x: TensorInfo }
      const tracer = backend as Tracer
      // The same of a variable would stay what that is now.
      const changing = x instanceof Variable && tracer.tracing
      if (changing || tracer.held(x.dataId) === undefined) return tracer.hold(typeOf(x), traced(tracer, x))
      tracer.incRef(x.dataId)
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
    }
  })
}

/** Takes back what `registerKernels` did. */
export const unregisterKernels = (backendName: string): void => {
  for (const { kernelName } of getKernelsForBackend(backendName)) unregisterKernel(kernelName, backendName)
}

const traced = (tracer: Tracer, info: TensorInfo): Held => ({
  kind: "traced",
  value: tracer.valueFor(info),
  trace: tracer.trace
})
