import {
  getKernel,
  type KernelBackend,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
  util
} from "@tensorflow/tfjs-core"

/** Tensor data as kernels see it. */
export type { TensorInfo } from "@tensorflow/tfjs-core"

/** What this folder uses of tfjs's wasm backend: its public methods for kernels, and how its module takes memory. */
export interface WasmBackend extends KernelBackend {
  readonly wasm: { _malloc: (bytes: number) => number; readonly _free: (address: number) => void }
  makeOutput(shape: ReadonlyArray<number>, dtype: string): TensorInfo
  typedArrayFromHeap(info: TensorInfo): Float32Array | Int32Array | Uint8Array
}

/** Runs other kernels of the same backend from within a kernel; what they make is freed when the composition ends. */
export interface Composer {
  readonly run: (kernel: string, inputs: Readonly<Record<string, TensorInfo>>, attrs?: object) => TensorInfo
  readonly reshape: (x: TensorInfo, shape: ReadonlyArray<number>) => TensorInfo
  readonly transpose: (x: TensorInfo, perm: ReadonlyArray<number>) => TensorInfo
  readonly slice: (x: TensorInfo, begin: ReadonlyArray<number>, size: ReadonlyArray<number>) => TensorInfo
  /** Zeros around `x`; pads may not be negative. */
  readonly pad: (x: TensorInfo, paddings: ReadonlyArray<readonly [number, number]>) => TensorInfo
  readonly concat: (xs: ReadonlyArray<TensorInfo>, axis: number) => TensorInfo
  /** [m, k] x [k, n]: the one form of product that is fast on this engine. */
  readonly product: (a: TensorInfo, b: TensorInfo) => TensorInfo
  /** Numbers of `x` from an offset on, as they lie. */
  readonly copy: (x: TensorInfo, shape: ReadonlyArray<number>, offset: number) => TensorInfo
  readonly zeros: (shape: ReadonlyArray<number>) => TensorInfo
  /** Frees an intermediate result early, to keep the peak low. */
  readonly free: (x: TensorInfo) => void
}

/**
 * Builds a kernel out of this backend's other kernels. Every intermediate result is freed, whatever happens; the returned
 * one is handed over.
 */
export const compose = (backend: WasmBackend, build: (composer: Composer) => TensorInfo): TensorInfo => {
  const made = new Set<TensorInfo>()
  const track = (info: TensorInfo) => {
    made.add(info)
    return info
  }
  const run: Composer["run"] = (kernel, inputs, attrs = {}) => {
    const config = getKernel(kernel, "wasm")
    if (config === undefined) throw new Error(`the wasm backend has no kernel ${kernel}`)
    const output = config.kernelFunc({ inputs: inputs as NamedTensorInfoMap, attrs: attrs as NamedAttrMap, backend })
    return track(Array.isArray(output) ? output[0] : output)
  }
  const reshape: Composer["reshape"] = (x, shape) => run("Reshape", { x }, { shape })
  const composer: Composer = {
    run,
    reshape,
    transpose: (x, perm) => run("Transpose", { x }, { perm }),
    slice: (x, begin, size) => run("Slice", { x }, { begin, size }),
    pad: (x, paddings) =>
      paddings.every(([before, after]) => before === 0 && after === 0)
        ? reshape(x, x.shape)
        : run("PadV2", { x }, { paddings, constantValue: 0 }),
    concat: (xs, axis) => run("Concat", Object.fromEntries(xs.entries()), { axis }),
    product: (a, b) => {
      const [m, k] = a.shape
      const n = b.shape[1]
      const y = run("BatchMatMul", { a: reshape(a, [1, m, k]), b: reshape(b, [1, k, n]) }, {})
      return reshape(y, [m, n])
    },
    copy: (x, shape, offset) => {
      const info = track(backend.makeOutput(shape, "float32"))
      const to = backend.typedArrayFromHeap(info)
      to.set(backend.typedArrayFromHeap(x).subarray(offset, offset + to.length))
      return info
    },
    zeros: (shape) => {
      const info = track(backend.makeOutput(shape, "float32"))
      backend.typedArrayFromHeap(info).fill(0)
      return info
    },
    free: (x) => {
      if (made.delete(x)) backend.disposeData(x.dataId)
    }
  }
  let result: TensorInfo | undefined
  try {
    result = build(composer)
    return result
  } finally {
    if (result !== undefined) made.delete(result)
    for (const info of made) backend.disposeData(info.dataId)
  }
}

/** Elements of a shape. */
export const sizeOf = (shape: ReadonlyArray<number>): number => util.sizeFromShape([...shape])
