import { expect } from "vitest"

declare module "vitest" {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** `T` is what is compared. */
    readonly _received?: T
    /** |found - expected| <= relative * max|expected| + absolute, element by element; NaN and infinities are themselves. */
    toBeAllclose(expected: ArrayLike<number>, tolerance?: { readonly relative?: number; readonly absolute?: number }): R
  }
}

expect.extend({
  toBeAllclose(
    found: ArrayLike<number>,
    expected: ArrayLike<number>,
    { relative = 1e-6, absolute = 0 }: { readonly relative?: number; readonly absolute?: number } = {}
  ) {
    if (found.length !== expected.length) {
      return { pass: false, message: () => `expected ${expected.length} numbers, found ${found.length}` }
    }
    let scale = 0
    let worst = -1
    let difference = -1
    for (let i = 0; i < expected.length; i++) {
      if (Number.isFinite(expected[i])) scale = Math.max(scale, Math.abs(expected[i]))
      const d = Object.is(found[i], expected[i]) ? 0 : Math.abs(found[i] - expected[i])
      if (!(d <= difference)) {
        difference = d
        worst = i
      }
    }
    const limit = relative * scale + absolute
    return {
      pass: difference <= limit || expected.length === 0,
      message: () =>
        `largest difference ${difference} exceeds ${limit}, at ${worst}: expected ${expected[worst]}, found ${found[worst]}`
    }
  }
})
