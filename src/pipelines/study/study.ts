import { reasonOf, TaggedError } from "../../errors.ts"
import { checkProtocol } from "../checkProtocol.ts"
import type { NetworkChoice } from "../networkChoice.ts"
import type { Protocol } from "../protocol.ts"
import type { CohortSource } from "../surveyCohort.ts"

/** One way of doing things: a network, and what is otherwise in the protocol. */
export interface Variant {
  readonly name: string
  readonly network: NetworkChoice
  /** All but the seed, which is that of the cell. */
  readonly protocol?: Partial<Omit<Protocol, "seed">>
}

/** A grid of variants, folds and seeds over one cohort and one protocol: a value that can be extended and shared. */
export interface Study {
  readonly name: string
  readonly cohort: CohortSource
  readonly protocol: Protocol
  readonly variants: ReadonlyArray<Variant>
  /** Default: the protocol's own. */
  readonly seeds?: ReadonlyArray<number>
  /** Cross-validation: each patient is tested once a seed. Default: the protocol's split alone. */
  readonly folds?: number
}

/** One point of the grid. */
export interface Cell {
  readonly variant: string
  readonly seed: number
  readonly fold?: number
  readonly network: NetworkChoice
  readonly protocol: Protocol
}

/** A cell as people call it: "U-Net, seed 1, fold 0". */
export const cellInWords = ({ variant, seed, fold }: Pick<Cell, "variant" | "seed" | "fold">): string =>
  `${variant}, seed ${seed}${fold === undefined ? "" : `, fold ${fold}`}`

/** A study that cannot be run: which, and why. */
export class StudyError extends TaggedError("StudyError")<{ readonly study: string; readonly reason: string }> {
  override get message() {
    return `study ${this.study}: ${this.reason}`
  }
}

/**
 * The cells of a study, all variants of a seed and fold before the next, so that a study that is stopped can compare what it
 * has.
 *
 * @throws StudyError for a study without variants or seeds, with a seed that is no whole number, with two variants of one name,
 * or with one that has a seed of its own or a protocol that `checkProtocol` refuses, whose error is the cause
 */
export const cellsOf = (study: Study): ReadonlyArray<Cell> => {
  const { name, protocol, variants, seeds = [protocol.seed], folds } = study
  const refuse = (reason: string, cause?: unknown) => {
    throw new StudyError({ study: name, reason, ...(cause !== undefined && { cause }) })
  }
  const names = variants.map((variant) => variant.name)
  if (names.length === 0) refuse("there is no variant to run")
  if (new Set(names).size < names.length) refuse(`two variants have one name; they are ${names.join(", ")}`)
  const seeded = variants.find(({ protocol: own = {} }) => "seed" in own)
  if (seeded !== undefined) refuse(`variant ${seeded.name} has a seed of its own; seeds are those of the study`)
  if (seeds.length === 0 || new Set(seeds).size < seeds.length) refuse(`seeds must be some, each once, not [${seeds}]`)
  const odd = seeds.find((seed) => !(Number.isSafeInteger(seed) && seed >= 0))
  if (odd !== undefined) refuse(`a seed must be a whole number from 0 on, not ${odd}`)
  if (folds !== undefined && !(Number.isInteger(folds) && folds > 2)) refuse(`${folds} folds; there must be 3 or more`)
  const places = folds === undefined ? [undefined] : Array.from({ length: folds }, (_, fold) => fold)
  const cells = seeds.flatMap((seed) =>
    places.flatMap((fold) =>
      variants.map((variant): Cell => {
        const own: Protocol = { ...protocol, ...variant.protocol, seed }
        const split = fold === undefined ? own.split : { fold, folds: places.length, seed: own.split?.seed }
        return {
          variant: variant.name,
          seed,
          ...(fold !== undefined && { fold }),
          network: variant.network,
          protocol: { ...own, split }
        }
      })
    )
  )
  for (const cell of cells) {
    try {
      checkProtocol(cell.protocol)
    } catch (cause) {
      refuse(`the variant ${cell.variant} cannot be run: ${reasonOf(cause)}`, cause)
    }
  }
  return cells
}
