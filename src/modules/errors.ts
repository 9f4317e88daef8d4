import { TaggedError } from "../errors.ts"

/** An input of a shape that a network or module cannot take. Thrown before any tensor is made. */
export class InputShapeError extends TaggedError("InputShapeError")<{
  /** The network or module. */
  readonly of: string
  readonly found: ReadonlyArray<number>
  /** What the shape must be. */
  readonly expected: string
}> {
  override get message() {
    return `${this.of} cannot take an input of shape [${this.found.join(", ")}]: ${this.expected}`
  }
}

/** An option that makes no network: a width that a ratio does not divide, a rate outside [0, 1). */
export class ConfigError extends TaggedError("ConfigError")<{
  /** The network or module. */
  readonly of: string
  /** What is wrong, and what would be right. */
  readonly reason: string
}> {
  override get message() {
    return `${this.of} cannot be made: ${this.reason}`
  }
}

/** `n / divisor`, or a `ConfigError` where that is no positive integer. */
export const divide = (n: number, divisor: number, of: string, what: string): number => {
  if (Number.isInteger(divisor) && divisor > 0 && n % divisor === 0 && n > 0) return n / divisor
  throw new ConfigError({ of, reason: `${what} ${divisor} does not divide ${n} channels; choose a divisor of ${n}` })
}
