import { dropoutKey } from "../../src/modules/dropout.ts"
import { collectStatistics, type Training } from "../../src/modules/mode.ts"
import { agpcNetNames } from "../../src/modules/pytorch/agpcNet.ts"
import type { PyTorchModel } from "../../src/modules/pytorch/convert.ts"
import type { Spec } from "../../src/modules/spec.ts"
import { key } from "../../src/random/index.ts"
import { partAt } from "./agreement.ts"

/** A module of AGPCNet as its PyTorch original names it: as at `path` in the network, less the prefix of that place. */
export const moduleAt = <S extends Spec>(path: string, spec: S): PyTorchModel<S> =>
  partAt(agpcNetNames, path, agpcNetNames(`${path}.x`).slice(0, -1), spec)

/** Training with a key drawn from `seed` and a collector of its own. */
export const training = (seed = 1): Training & { readonly statistics: ReturnType<typeof collectStatistics> } => ({
  training: true,
  key: dropoutKey(key(seed)),
  statistics: collectStatistics()
})
