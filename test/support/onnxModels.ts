import { encodeOnnx } from "../../src/compile/onnx/encode.ts"
import type { OnnxModel, OnnxNode, OnnxTensor, OnnxType, OnnxValue } from "../../src/compile/onnx/model.ts"
import type { RuntimeBuffer } from "../../src/compile/runtime/runtime.ts"

/** A tensor under a name that stands for no number yet. */
export const onnxValue = (name: string, type: OnnxType, ...dims: ReadonlyArray<number | string>): OnnxValue => ({
  name,
  type,
  dims
})

/** A small model: float32 [2, 3] in `x` and out of `y`, unless told otherwise. */
export const onnxModel = (nodes: ReadonlyArray<OnnxNode>, parts: Partial<OnnxModel> = {}): OnnxModel => ({
  name: "test",
  nodes,
  constants: [],
  inputs: [onnxValue("x", "float32", 2, 3)],
  outputs: [onnxValue("y", "float32", 2, 3)],
  opsets: { "": 17 },
  ...parts
})

/** y = x + x */
export const doubling = (...dims: ReadonlyArray<number>) =>
  encodeOnnx(
    onnxModel([{ op: "Add", inputs: ["x", "x"], outputs: ["y"] }], {
      inputs: [onnxValue("x", "float32", ...dims)],
      outputs: [onnxValue("y", "float32", ...dims)]
    })
  )

/** Fails when it runs, and not before: no index is as large. */
export const failing = (...dims: ReadonlyArray<number>) =>
  encodeOnnx(
    onnxModel([{ op: "Gather", inputs: ["x", "i"], outputs: ["y"] }], {
      inputs: [onnxValue("x", "float32", ...dims), onnxValue("i", "int32")],
      outputs: [onnxValue("y", "float32", ...dims.slice(1))]
    })
  )

/** Convolutions that keep a processor busy, as a few of them do for half a second: y = x * w * w ..., all sizes kept. */
export const heavy = (layers: number): Uint8Array<ArrayBuffer> => {
  const data = new Float32Array(64 * 64 * 9).fill(1 / (64 * 9))
  const weights: OnnxTensor = { name: "w", type: "float32", dims: [64, 64, 3, 3], data }
  const named = (i: number) => (i === 0 ? "x" : i === layers ? "y" : `h${i}`)
  return encodeOnnx(
    onnxModel(
      Array.from({ length: layers }, (_, i) => ({
        op: "Conv",
        inputs: [named(i), "w"],
        outputs: [named(i + 1)],
        attributes: { pads: { ints: [1, 1, 1, 1] } }
      })),
      {
        constants: [weights],
        inputs: [onnxValue("x", "float32", ...HEAVY_DIMS)],
        outputs: [onnxValue("y", "float32", ...HEAVY_DIMS)]
      }
    )
  )
}

export const HEAVY_DIMS = [1, 64, 128, 128]

let ids = 0

/** A buffer of its own. */
export const buffer = (...dims: ReadonlyArray<number>): RuntimeBuffer => ({ id: ids++, type: "float32", dims })
