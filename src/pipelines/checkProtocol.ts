import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { LossOptionError } from "../losses/loss.ts"
import { defineNetwork } from "../modules/networks/network.ts"
import type { ScheduleError } from "../optim/schedule.ts"
import { fold, key } from "../random/index.ts"
import { compose } from "../stages/augment/compose.ts"
import type { AugmentError, Transform } from "../stages/augment/transform.ts"
import type { Dataset } from "../stages/cache/dataset.ts"
import { labelSplit } from "../stages/labelSplit.ts"
import { segment } from "../stages/model/model.ts"
import { slice } from "../stages/slice.ts"
import type { SplitError } from "../stages/split.ts"
import type { StageOptionError } from "../stages/stageOptionError.ts"
import { checkRates } from "../stages/train/checks.ts"
import { planOf } from "../stages/train/trainOptions.ts"
import { checkSplitSetting } from "./checkSplitSetting.ts"
import type { Protocol } from "./protocol.ts"
import { ProtocolError } from "./protocolError.ts"
import { preprocessingOf, trainOptionsOf } from "./protocolOptions.ts"
import { checkShape } from "./protocolShape.ts"

/** Why a protocol cannot be carried out, whatever the cohort: an error of its own, or of what its settings make. */
export type ProtocolRefusal =
  | ProtocolError
  | StageOptionError
  | SplitError
  | AugmentError
  | LossOptionError
  | ScheduleError

/**
 * Refuses a protocol that cannot be carried out, as far as it alone says so: a key or a kind that is unknown, a setting that is
 * missing or out of range, a split that tests nobody. Whatever takes a protocol does so first, before it reads or makes anything.
 *
 * @throws ProtocolRefusal
 *
 * @example
 * ```ts
 * checkProtocol({ ...quickProtocol, epochs: 20 })
 * ```
 */
export const checkProtocol = (protocol: Protocol): void => {
  checkShape(protocol, "")
  checkSplitSetting(protocol.split)
  // Everything that the settings mean is made, and looks at its own options; nothing is run.
  const { field = "scan", keep, size, target, tiles } = protocol
  slice({ field, keep, size })
  labelSplit(target)
  segment({ network: ANY, params: new Map(), preprocessing: preprocessingOf(protocol), training: {} })
  const plan = planOf(NOTHING, { ...trainOptionsOf(protocol), network: ANY })
  checkRates(plan, 0)
  checkCrops(plan.augmentation, size)
  if (tiles?.size.some((side, axis) => side > size[axis])) {
    const expected = `slices have ${size.join(" x ")} pixels; take smaller tiles, or a larger size`
    throw new ProtocolError({ setting: "tiles.size", found: tiles.size, expected })
  }
}

/** `checkProtocol`, as what it fails with. */
export const protocolChecked = (protocol: Protocol): Effect.Effect<void, ProtocolRefusal> =>
  Effect.try({ try: () => checkProtocol(protocol), catch: (error) => error as ProtocolRefusal })

/** How often augmentation is drawn: it may crop at random, or after a quarter turn. */
const DRAWS = 16

/** Throws an `AugmentError` for crops that a slice does not hold. */
const checkCrops = (augmentation: ReadonlyArray<Transform>, [height, width]: Protocol["size"]): void => {
  if (augmentation.length === 0) return
  const all = compose(augmentation)
  const blank = { height, width, spacing: [1, 1] as const, mask: new Uint8Array(height * width) }
  for (let draw = 0; draw < DRAWS; draw++) all.params(fold(key(draw), "checkProtocol"), blank)
}

/** In place of the network, which no setting is about. */
const ANY = defineNetwork({ name: "any", config: {}, spec: {}, forward: (_, x) => ({ logits: x }) })

/** In place of the samples: as many steps an epoch as there are at least. */
const NOTHING: Dataset = {
  length: 0,
  info: [],
  cases: [],
  get: () => Effect.die("there are no samples"),
  stream: () => Stream.empty,
  packed: () => Stream.empty
}
