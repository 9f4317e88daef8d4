import { ConfigError, InputShapeError } from "../errors.ts"
import type { InputShape } from "./network.ts"

/** Throws a `ConfigError` unless each of these options of a network called `of` is a positive integer. */
export const checkPositive = (of: string, options: { readonly [name: string]: number }): void => {
  for (const [name, value] of Object.entries(options)) {
    if (!Number.isInteger(value) || value < 1) {
      throw new ConfigError({ of, reason: `${name} is ${value}; it must be a positive integer` })
    }
  }
}

/** Throws a `ConfigError` unless an option of a network called `of` is one of its choices, whoever typed it. */
export const checkChoice = (of: string, name: string, value: string, choices: ReadonlyArray<string>): void => {
  if (choices.includes(value)) return
  throw new ConfigError({ of, reason: `${name} is "${value}"; it must be one of "${choices.join('", "')}"` })
}

/** Throws an `InputShapeError` unless a network called `of` can take an input of this shape. */
export const checkInput = (
  of: string,
  found: InputShape,
  limits: {
    readonly inChannels: number
    /** What height and width must be multiples of. */
    readonly multiple?: number
    /** The least height and width. */
    readonly least?: number
  }
): void => {
  const { inChannels, multiple = 1, least = multiple } = limits
  const [batch, height, width, depth] = found
  if (!(batch >= 1)) throw new InputShapeError({ of, found, expected: "there must be an image at least" })
  if (depth !== inChannels)
    throw new InputShapeError({ of, found, expected: `it was made for images of ${inChannels} channel(s)` })
  if ([height, width].some((side) => side < least || side % multiple !== 0)) {
    const divisible = multiple === 1 ? "" : ` multiples of ${multiple} and`
    throw new InputShapeError({
      of,
      found,
      expected: `height and width must be${divisible} at least ${least}; resize or pad`
    })
  }
}
