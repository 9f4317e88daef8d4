import { TaggedError } from "../errors.ts"
import type { Vec3 } from "../volume/index.ts"

/** A phantom was asked for that cannot be made. */
export class PhantomError extends TaggedError("PhantomError")<{
  readonly option: string
  readonly found: unknown
  readonly expected: string
}> {
  override get message() {
    return `phantom: ${this.option} should be ${this.expected}, not ${JSON.stringify(this.found)}`
  }
}

/** Throws `PhantomError` unless `found` is an integer of at least `least`. */
export const checkInteger = (option: string, found: number, least: number): void => {
  if (Number.isSafeInteger(found) && found >= least) return
  throw new PhantomError({ option, found, expected: `an integer of at least ${least}` })
}

/** Throws `PhantomError` unless there are voxels along each axis. */
export const checkShape = (shape: Vec3): void => {
  shape.forEach((size, axis) => {
    checkInteger(`shape[${axis}]`, size, 1)
  })
}
