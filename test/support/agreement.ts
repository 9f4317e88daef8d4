import { type Tensor, type Tensor4D, transpose } from "@tensorflow/tfjs-core"
import { expect } from "vitest"
import { dropoutKey } from "../../src/modules/dropout.ts"
import { collectStatistics, inference, type Mode } from "../../src/modules/mode.ts"
import type { Network } from "../../src/modules/networks/network.ts"
import { importPyTorch, type PyTorchModel } from "../../src/modules/pytorch/convert.ts"
import type { PyTorchNames } from "../../src/modules/pytorch/names.ts"
import type { Params, ParamsOf, Spec } from "../../src/modules/spec.ts"
import type { Tensors } from "../../src/optim/optimizer.ts"
import { key } from "../../src/random/index.ts"
import { flatParams, treeOf } from "../../src/training/state.ts"
import { everyEngine } from "./engines.ts"
import type { Golden } from "./golden.ts"

/** A part of a network with the names that it has in PyTorch at `path`, less the prefix of that place. */
export const partAt = <S extends Spec>(
  names: PyTorchNames,
  path: string,
  prefix: string,
  spec: S
): PyTorchModel<S> => ({
  spec,
  names: (own) => names(`${path}.${own}`).slice(prefix.length)
})

/**
 * Expects that a model agrees with PyTorch on each engine and in each mode that the golden file has: its output, and after
 * training the running statistics.
 */
export const expectAgreement = async <S extends Spec>(
  golden: Golden,
  model: PyTorchModel<S>,
  forward: (params: ParamsOf<S>, mode: Mode) => Tensor4D,
  relative: { readonly evaluation: number; readonly training: number }
): Promise<void> => {
  const run = (params: Tensors, mode: Mode) => transpose(forward(treeOf(model.spec, params), mode), [0, 3, 1, 2])
  const trained = (params: Tensors): Tensors => {
    const statistics = collectStatistics()
    const output = run(params, { training: true, key: dropoutKey(key(1)), statistics })
    const updated = Object.entries(params).flatMap(([path, tensor]): ReadonlyArray<readonly [string, Tensor]> => {
      const next = statistics.updates().get(tensor)
      return next === undefined ? [] : [[`after.${model.names(path)}`, next]]
    })
    return { "output.train": output, ...Object.fromEntries(updated) }
  }
  const params = flatParams(model.spec, importPyTorch(model, golden.stateDict("param.")) as Params)
  for (const { name: engine, prepare } of everyEngine) {
    const expectAll = async (found: Tensors, tolerance: number) => {
      for (const [name, tensor] of Object.entries(found)) {
        const expected = golden.tensor(name).data
        expect(await tensor.data(), `${name} on ${engine}`).toBeAllclose(expected, { relative: tolerance })
      }
    }
    const evaluated = prepare((given: Tensors) => ({ "output.eval": run(given, inference) }))(params)
    await expectAll(evaluated, relative.evaluation)
    if (!golden.has("output.train")) continue
    const found = prepare(trained)(params)
    expect(Object.keys(found).length).toBe(golden.stateDict("after.").size + 1)
    await expectAll(found, relative.training)
  }
}

/** The same for a whole network on the file's `input`. */
export const expectNetworkAgreement = (
  golden: Golden,
  network: Network,
  names: PyTorchNames,
  relative: { readonly evaluation: number; readonly training: number },
  activation: (logits: Tensor4D) => Tensor4D = (logits) => logits
): Promise<void> => {
  const forward = (params: Params, mode: Mode) =>
    activation(network.forward(params, golden.image("input"), mode).logits)
  return expectAgreement(golden, { spec: network.spec, names }, forward, relative)
}

/** README's tolerances for whole comparator networks and for their blocks. */
export const NETWORK = { evaluation: 3e-4, training: 5e-4 }
export const BLOCK = { evaluation: 2e-5, training: 2e-5 }
