import { threefry2x32 } from "./threefry.ts"

/** Randomness as a value: two 32-bit words. The same key always draws the same numbers. */
export type Key = readonly [number, number]

const encoder = new TextEncoder()

/** The key of a run. `seed` is any safe integer. */
export const key = (seed: number): Key => {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed must be a safe integer, not ${seed}`)
  return [seed >>> 0, Math.floor(seed / 0x1_0000_0000) >>> 0]
}

/**
 * Derives the key for a purpose: `fold(seed, "augment", caseId, slice, epoch)`. Different purposes give unrelated
 * numbers, so a draw does not depend on what else was drawn, in which order or how often.
 */
export const fold = (from: Key, ...purpose: ReadonlyArray<string | number>): Key => {
  const block = new Uint32Array(2)
  let [k0, k1] = from
  const mix = (c0: number, c1: number) => {
    threefry2x32(k0, k1, c0, c1, block)
    k0 = block[0]
    k1 = block[1]
  }
  for (const part of purpose) {
    if (typeof part === "number") {
      const bits = new DataView(new ArrayBuffer(8))
      bits.setFloat64(0, part)
      mix(bits.getUint32(0), bits.getUint32(4))
    } else {
      const bytes = encoder.encode(part)
      for (let i = 0; i < bytes.length; i += 4) {
        mix(bytes[i] | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24), i)
      }
      mix(bytes.length, 0x73747269)
    }
  }
  return [k0, k1]
}

/** `count` words of 32 random bits. */
export const bits = (from: Key, count: number): Uint32Array => {
  const out = new Uint32Array(count + (count & 1))
  for (let i = 0; i < out.length; i += 2) threefry2x32(from[0], from[1], i / 2, 0, out, i)
  return out.subarray(0, count)
}
