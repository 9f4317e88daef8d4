import { dispose, type Tensor4D } from "@tensorflow/tfjs-core"
import { expect } from "vitest"
import { dropoutKey } from "../../src/modules/dropout.ts"
import { collectStatistics, inference, type Mode } from "../../src/modules/mode.ts"
import type { Network } from "../../src/modules/networks/network.ts"
import { leaves } from "../../src/modules/params.ts"
import { importPyTorch, type PyTorchModel } from "../../src/modules/pytorch/convert.ts"
import type { PyTorchNames } from "../../src/modules/pytorch/names.ts"
import type { Params, ParamsOf, Spec } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"
import { type Golden, toNchw } from "./golden.ts"

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
 * Expects that a model agrees with PyTorch in each mode that the golden file has: its output, and after training the running
 * statistics.
 */
export const expectAgreement = <S extends Spec>(
  golden: Golden,
  model: PyTorchModel<S>,
  forward: (params: ParamsOf<S>, mode: Mode) => Tensor4D,
  relative: { readonly evaluation: number; readonly training: number }
): void => {
  const params = importPyTorch(model, golden.stateDict("param."))
  const expectOutput = (mode: Mode, name: string, tolerance: number) =>
    expect(toNchw(forward(params, mode))).toBeAllclose(golden.tensor(name).data, { relative: tolerance })
  expectOutput(inference, "output.eval", relative.evaluation)
  if (!golden.has("output.train")) return
  const statistics = collectStatistics()
  expectOutput({ training: true, key: dropoutKey(key(1)), statistics }, "output.train", relative.training)
  const after = golden.stateDict("after.")
  expect(statistics.updates.size).toBe(after.size)
  for (const [path, tensor] of leaves(params as Params)) {
    const updated = statistics.updates.get(tensor)
    if (updated === undefined) continue
    const expected = golden.tensor(`after.${model.names(path)}`).data
    expect(updated.dataSync(), path).toBeAllclose(expected, { relative: relative.training })
  }
  dispose([...statistics.updates.values()])
}

/** The same for a whole network on the file's `input`. */
export const expectNetworkAgreement = (
  golden: Golden,
  network: Network,
  names: PyTorchNames,
  relative: { readonly evaluation: number; readonly training: number },
  activation: (logits: Tensor4D) => Tensor4D = (logits) => logits
): void => {
  const x = golden.image("input")
  const forward = (params: Params, mode: Mode) => activation(network.forward(params, x, mode).logits)
  expectAgreement(golden, { spec: network.spec, names }, forward, relative)
}

/** README's tolerances for whole comparator networks and for their blocks. */
export const NETWORK = { evaluation: 3e-4, training: 5e-4 }
export const BLOCK = { evaluation: 2e-5, training: 2e-5 }
