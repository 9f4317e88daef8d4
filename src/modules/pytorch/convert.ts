import { tensor } from "@tensorflow/tfjs-core"
import { TaggedError } from "../../errors.ts"
import type { SafeTensor } from "../../formats/safetensors.ts"
import { toFloat32 } from "../../formats/toFloat32.ts"
import { leaves } from "../params.ts"
import { declared, type Leaf, mapSpec, type Params, type ParamsOf, type Spec } from "../spec.ts"
import type { PyTorchNames } from "./names.ts"

/** Tensors by PyTorch's names and in PyTorch's layout, as in the `tensors` of a safetensors file. */
export type StateDict = ReadonlyMap<string, SafeTensor>

/** A network of ours, or a part of one, and what its PyTorch original calls each parameter. */
export interface PyTorchModel<S extends Spec> {
  readonly spec: S
  readonly names: PyTorchNames
}

/** A state dict does not fit a network. All that is wrong with it is listed, not only the first. */
export class StateDictError extends TaggedError("StateDictError")<{
  /** Names that the network needs and the state dict lacks. */
  readonly missing: ReadonlyArray<string>
  /** Names in the state dict that the network has no place for. */
  readonly surplus: ReadonlyArray<string>
  readonly misshapen: ReadonlyArray<{
    readonly name: string
    readonly expected: ReadonlyArray<number>
    readonly found: ReadonlyArray<number>
  }>
  /** Entries whose dtype has no float32 values. */
  readonly unreadable: ReadonlyArray<{ readonly name: string; readonly dtype: string }>
}> {
  override get message() {
    const kinds = {
      missing: this.missing,
      surplus: this.surplus,
      misshapen: this.misshapen.map((m) => `${m.name} is [${m.found.join(", ")}], not [${m.expected.join(", ")}]`),
      unreadable: this.unreadable.map(({ name, dtype }) => `${name} is ${dtype}`)
    }
    const problems = Object.entries(kinds).flatMap(([kind, entries]) =>
      entries.length === 0 ? [] : [`\n  ${entries.length} ${kind}: ${entries.join(", ")}`]
    )
    return `the state dict does not fit the network; is its config the one it was trained with?${problems.join("")}`
  }
}

/**
 * Makes a network's parameters from the state dict of its PyTorch original.
 *
 * Kernels are transposed: a convolution from [out, in, h, w] to [h, w, in, out], a transposed convolution from
 * [in, out, h, w] to [h, w, out, in], a linear layer from [out, in] to [in, out]; all else keeps its layout.
 * `num_batches_tracked` is ignored: with the momentum of 0.1 that these networks have, it changes nothing.
 *
 * @throws StateDictError listing every missing, surplus, misshapen and unreadable entry, before any tensor is made
 * @example
 * ```ts
 * const network = agcafNet({ inChannels: 3 })
 * const params = importPyTorch(network, readSafetensors(await readFile("agcafNet.safetensors")).tensors)
 * const state = await exportPyTorch(network, params)
 * ```
 */
export const importPyTorch = <S extends Spec>(model: PyTorchModel<S>, state: StateDict): ParamsOf<S> => {
  const values = valuesByName(model, state)
  const read = (path: string, leaf: Leaf) => {
    const theirs = values.get(model.names(path)) as Float32Array
    // A tensor may keep the array that it is made of; the file's bytes stay the caller's.
    if (!isKernel(path)) return theirs.slice()
    const [positions, inner, outer] = kernelAxes(leaf.shape)
    return reverseAxes(theirs, [outer, inner, positions])
  }
  return mapSpec(model.spec, (leaf, path) => tensor(read(path, leaf), [...leaf.shape], "float32")) as ParamsOf<S>
}

/**
 * The state dict of a network's parameters, as PyTorch's `load_state_dict` takes it: the inverse of `importPyTorch`. Reads
 * the tensors and leaves them in place. It has no `num_batches_tracked`, which PyTorch then starts at zero.
 */
export const exportPyTorch = async <S extends Spec>(
  model: PyTorchModel<S>,
  params: ParamsOf<S>
): Promise<ReadonlyMap<string, Extract<SafeTensor, { dtype: "F32" }>>> => {
  const entries = leaves(params as unknown as Params).map(async ([path, ours]) => {
    const values = Float32Array.from(await ours.data())
    const data = isKernel(path) ? reverseAxes(values, kernelAxes(ours.shape)) : values
    return [model.names(path), { dtype: "F32", shape: theirShape(path, ours.shape), data }] as const
  })
  return new Map(await Promise.all(entries))
}

/** The values of every entry that the network needs, in PyTorch's layout, once all are known to fit. */
const valuesByName = (model: PyTorchModel<Spec>, state: StateDict): ReadonlyMap<string, Float32Array> => {
  const expected = new Map(
    declared(model.spec).map(([path, leaf]) => [model.names(path), theirShape(path, leaf.shape)] as const)
  )
  const values = new Map<string, Float32Array>()
  const surplus: Array<string> = []
  const misshapen: Array<StateDictError["misshapen"][number]> = []
  const unreadable: Array<StateDictError["unreadable"][number]> = []
  for (const [name, entry] of state) {
    if (name.endsWith("num_batches_tracked")) continue
    const shape = expected.get(name)
    const data = toFloat32(entry)
    if (shape === undefined) surplus.push(name)
    else if (shape.join() !== entry.shape.join()) misshapen.push({ name, expected: shape, found: entry.shape })
    else if (data === undefined) unreadable.push({ name, dtype: entry.dtype })
    else values.set(name, data)
  }
  const missing = [...expected.keys()].filter((name) => !state.has(name))
  if (missing.length + surplus.length + misshapen.length + unreadable.length > 0) {
    throw new StateDictError({ missing, surplus, misshapen, unreadable })
  }
  return values
}

const isKernel = (path: string) => path === "kernel" || path.endsWith(".kernel")

/**
 * A kernel of ours is [positions..., a, b] and PyTorch's [b, a, positions...], be it of a linear layer, a convolution or a
 * transposed convolution. So both are three axes, the one in the reverse order of the other.
 */
const kernelAxes = (shape: ReadonlyArray<number>): Axes => [
  shape.slice(0, -2).reduce((size, n) => size * n, 1),
  shape[shape.length - 2],
  shape[shape.length - 1]
]

type Axes = readonly [number, number, number]

const theirShape = (path: string, shape: ReadonlyArray<number>): ReadonlyArray<number> =>
  isKernel(path) ? [...shape.slice(-2).reverse(), ...shape.slice(0, -2)] : [...shape]

/** An array of shape [n0, n1, n2] as one of shape [n2, n1, n0]. */
const reverseAxes = (values: Float32Array, [n0, n1, n2]: Axes): Float32Array => {
  const reversed = new Float32Array(values.length)
  for (let i = 0; i < n0; i++) {
    for (let j = 0; j < n1; j++) {
      for (let k = 0; k < n2; k++) reversed[(k * n1 + j) * n0 + i] = values[(i * n1 + j) * n2 + k]
    }
  }
  return reversed
}
