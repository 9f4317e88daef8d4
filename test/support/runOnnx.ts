import * as node from "onnxruntime-node"
import type * as web from "onnxruntime-web"

export interface Numbers {
  readonly dims: ReadonlyArray<number>
  readonly data: Float32Array
}

/** What ONNX Runtime makes of float32 inputs. */
export const runOnnx = async (
  file: Uint8Array,
  inputs: Readonly<Record<string, Numbers>>,
  ort: typeof node | typeof web = node
): Promise<Readonly<Record<string, Numbers>>> => {
  const session = await ort.InferenceSession.create(file)
  const given = Object.entries(inputs).map(([name, { data, dims }]) => [name, new ort.Tensor("float32", data, dims)])
  const found = await session.run(Object.fromEntries(given))
  await session.release()
  return Object.fromEntries(
    Object.entries(found).map(([name, { data, dims }]) => [name, { data: data as Float32Array, dims }])
  )
}
