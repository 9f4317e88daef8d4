import { bits, type Key } from "./key.ts"

const STEP = 2 ** -24

/** `count` numbers in [0, 1), on a grid of 2^-24 so that float32 holds them exactly. */
export const uniform = (key: Key, count: number): Float32Array =>
  Float32Array.from(bits(key, count), (word) => (word >>> 8) * STEP)

/** One number in [low, high). */
export const uniformBetween = (key: Key, low: number, high: number): number => low + (high - low) * uniform(key, 1)[0]

/** One integer in [low, high). */
export const integerBetween = (key: Key, low: number, high: number): number =>
  low + Math.floor(uniform(key, 1)[0] * (high - low))

/** `count` numbers of the standard normal distribution (Box-Muller). */
export const normal = (key: Key, count: number): Float32Array => {
  const words = bits(key, count + (count & 1))
  const out = new Float32Array(words.length)
  for (let i = 0; i < words.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(((words[i] >>> 8) + 1) * STEP))
    const angle = 2 * Math.PI * (words[i + 1] >>> 8) * STEP
    out[i] = radius * Math.cos(angle)
    out[i + 1] = radius * Math.sin(angle)
  }
  return out.subarray(0, count)
}

/** The integers 0..count-1 in random order (Fisher-Yates). */
export const permutation = (key: Key, count: number): Uint32Array => {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  const words = bits(key, count)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((words[i] / 0x1_0000_0000) * (i + 1))
    const swapped = order[i]
    order[i] = order[j]
    order[j] = swapped
  }
  return order
}

/** The same items in random order. */
export const shuffle = <A>(key: Key, items: ReadonlyArray<A>): ReadonlyArray<A> =>
  Array.from(permutation(key, items.length), (i) => items[i])
