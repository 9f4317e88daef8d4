import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { type Tensor4D, tensor4d, transpose } from "@tensorflow/tfjs-core"
import { test } from "vitest"
import { readSafetensors, type SafeTensor } from "../../src/formats/safetensors.ts"

/** What PyTorch computed for one case: tensors by name, in PyTorch's layout. */
export interface Golden {
  readonly name: string
  readonly metadata: ReadonlyMap<string, string>
  /** Constructor arguments, input shape and seed of the original. */
  readonly config: Readonly<Record<string, unknown>>
  readonly has: (name: string) => boolean
  readonly tensor: (name: string) => { readonly shape: ReadonlyArray<number>; readonly data: Float32Array }
  /** A map [N, C, H, W] as a tensor [N, H, W, C]. */
  readonly image: (name: string) => Tensor4D
  /** The tensors whose name begins with `prefix` ("param.", "grad.", "after.", "final."), named by what follows it. */
  readonly stateDict: (prefix: string) => ReadonlyMap<string, SafeTensor>
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const find = (name: string): string | undefined =>
  [`../fixtures/golden/${name}.safetensors`, `../../../shared/golden/${name}.safetensors`].map(here).find(existsSync)

/** Reads `test/fixtures/golden/<name>.safetensors`, or the same of `../shared/golden` for the larger ones. */
export const golden = (name: string): Golden => {
  const path = find(name)
  if (path === undefined) throw new Error(`no golden file ${name}`)
  const { tensors, metadata } = readSafetensors(readFileSync(path), path)
  const tensor: Golden["tensor"] = (tensorName) => {
    const found = tensors.get(tensorName)
    if (found?.dtype !== "F32")
      throw new Error(`${name} has no "${tensorName}", only ${[...tensors.keys()].join(", ")}`)
    return found
  }
  return {
    name,
    metadata,
    config: JSON.parse(metadata.get("config") ?? "{}"),
    has: (tensorName) => tensors.has(tensorName),
    tensor,
    image: (tensorName) => {
      const { shape, data } = tensor(tensorName)
      return fromNchw(data, shape)
    },
    stateDict: (prefix) =>
      new Map(
        [...tensors].flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : []))
      )
  }
}

/** A test against a golden file; skipped, with the reason in its name, where the file is not at hand. */
export const goldenTest = (name: string, fact: string, check: (golden: Golden) => void | Promise<void>): void => {
  if (find(name) === undefined) test.skip(`${fact} (needs ../shared/golden/${name}.safetensors)`)
  else test(`${fact} (${name})`, () => check(golden(name)))
}

/** Numbers of a map in PyTorch's order [N, C, H, W] as a tensor [N, H, W, C]. */
export const fromNchw = (data: Float32Array, shape: ReadonlyArray<number>): Tensor4D => {
  const [n, c, h, w] = shape
  const out = new Float32Array(data.length)
  for (let i = 0; i < n; i++)
    for (let k = 0; k < c; k++)
      for (let p = 0; p < h * w; p++) out[(i * h * w + p) * c + k] = data[(i * c + k) * h * w + p]
  return tensor4d(out, [n, h, w, c])
}

/** The numbers of a tensor [N, H, W, C] in PyTorch's order [N, C, H, W], to compare with a golden one. */
export const toNchw = (x: Tensor4D): Float32Array => transpose(x, [0, 3, 1, 2]).dataSync() as Float32Array
