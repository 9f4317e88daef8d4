import { getKernel, type KernelConfig, registerKernel, unregisterKernel } from "@tensorflow/tfjs-core"
import { batchMatMul } from "./batchMatMul.ts"
import { conv2dBackpropFilter, conv2dBackpropInput } from "./conv2dGradients.ts"
import { depthwiseBackpropFilter, depthwiseBackpropInput } from "./depthwiseGradients.ts"
import type { Kernel, KernelCall } from "./kernel.ts"
import { concat, identity, slice, splitV } from "./moves.ts"
import { maxPoolGrad, resizeNearestNeighborGrad } from "./poolGradients.ts"
import { sum, unsortedSegmentSum } from "./sums.ts"

const kernels: ReadonlyArray<Kernel> = [
  batchMatMul,
  concat,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  identity,
  maxPoolGrad,
  resizeNearestNeighborGrad,
  slice,
  splitV,
  sum,
  unsortedSegmentSum
]

let registered = false

/**
 * Completes tfjs's wasm backend: what it lacks, gets wrong or does slowly is registered anew under its name, so that
 * every tfjs gradient works on it. Call it once the backend's package has been imported.
 */
export const registerWasmKernels = (): void => {
  if (registered) return
  registered = true
  for (const { name, make } of kernels) {
    const original = getKernel(name, "wasm")
    if (original !== undefined) unregisterKernel(name, "wasm")
    registerKernel({
      kernelName: name,
      backendName: "wasm",
      ...(original?.setupFunc === undefined ? {} : { setupFunc: original.setupFunc }),
      kernelFunc: make(original?.kernelFunc) as unknown as KernelConfig["kernelFunc"] & ((call: KernelCall) => never)
    })
  }
}
