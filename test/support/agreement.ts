import "@tensorflow/tfjs-backend-cpu"
import "@tensorflow/tfjs-backend-wasm"
import { setBackend, type Tensor4D } from "@tensorflow/tfjs-core"
import { expect } from "vitest"
import { registerWasmKernels } from "../../src/backend/wasm/register.ts"
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

registerWasmKernels()
// Tensors that a test makes by itself are the first of these engines' own.
const ENGINES = ["cpu", "wasm"]
await setBackend(ENGINES[0])

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
  for (const engine of ENGINES) {
    await setBackend(engine)
    const params = importPyTorch(model, golden.stateDict("param."))
    const expectOutput = (mode: Mode, name: string, tolerance: number) =>
      expect(toNchw(forward(params, mode)), engine).toBeAllclose(golden.tensor(name).data, { relative: tolerance })
    expectOutput(inference, "output.eval", relative.evaluation)
    if (!golden.has("output.train")) continue
    const statistics = collectStatistics()
    expectOutput({ training: true, key: dropoutKey(key(1)), statistics }, "output.train", relative.training)
    expect(statistics.updates.size).toBe(golden.stateDict("after.").size)
    for (const [path, tensor] of leaves(params as Params)) {
      const updated = statistics.updates.get(tensor)
      if (updated === undefined) continue
      const expected = golden.tensor(`after.${model.names(path)}`).data
      expect(updated.dataSync(), `${path} on ${engine}`).toBeAllclose(expected, { relative: relative.training })
    }
  }
  await setBackend(ENGINES[0])
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
