import {
  add,
  cast,
  floor,
  greaterEqual,
  mul,
  reshape,
  slice,
  square,
  sub,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tensor2d
} from "@tensorflow/tfjs-core"
import { bits, fold, type Key, key } from "../random/index.ts"
import type { Mode } from "./mode.ts"

/**
 * Words of 12 random bits, as the fractions n / 4096. Their squares, sums and multiples by powers of two stay below 24
 * significant bits, so every engine computes them exactly in float32 and draws the same mask.
 */
const words = (from: Key, count: number): Float32Array =>
  Float32Array.from(bits(from, count), (word) => (word >>> 20) / 4096)

/** Keyed rounds for the words of rows, of columns, and for their union. */
const ROUNDS = { rows: 3, columns: 3, elements: 2 }
const KEY_WORDS = ROUNDS.rows + ROUNDS.columns + ROUNDS.elements

/** The key of one step as a tensor: what `Training.key` holds. */
export const dropoutKey = (from: Key): Tensor1D => tensor1d(words(from, KEY_WORDS))

/**
 * Dropout: in training each element is zeroed with probability `rate` and the rest divided by 1 - rate.
 *
 * The mask is a function of the key, the purpose and the position alone: no engine's random numbers, the same bits on
 * all, and a new mask for each key that a traced step is fed.
 *
 * Each row and each column of the map has two static random words (from the purpose). A Feistel cipher keyed by the step
 * scrambles them, row and column are joined, and the cipher scrambles the elements again.
 *
 * @param x any shape
 * @param options `rate` is below 1; `purpose` tells the dropout layers of one network apart
 * @returns the shape of `x`
 *
 * @example
 * ```ts
 * const mode = { training: true, key: dropoutKey(key(7)), statistics: collectStatistics() } as const
 * new Set(dropout(ones([1, 2, 2, 8]), mode, { rate: 0.5, purpose: "head" }).dataSync()) // => new Set([0, 2])
 * ```
 */
export const dropout = <T extends Tensor>(
  x: T,
  mode: Mode,
  options: { readonly rate: number; readonly purpose: string }
): T => {
  const { rate, purpose } = options
  if (!mode.training || rate === 0) return x
  const split = Math.ceil(x.rank / 2)
  const rows = product(x.shape.slice(0, split))
  const columns = product(x.shape.slice(split))
  const drawn = draw(mode.key, rows, columns, fold(key(0), "dropout", purpose))
  return mul(x, reshape(mul(cast(greaterEqual(drawn, rate), "float32"), 1 / (1 - rate)), x.shape))
}

const product = (shape: ReadonlyArray<number>) => shape.reduce((size, n) => size * n, 1)

interface Block {
  readonly left: Tensor
  readonly right: Tensor
}

/** [rows, columns] numbers in [0, 1) on a grid of 2^-24. */
const draw = (stepKey: Tensor1D, rows: number, columns: number, purpose: Key): Tensor => {
  const keys = Array.from({ length: KEY_WORDS }, (_, i) => slice(stepKey, i, 1))
  const block = (name: string, shape: [number, number]): Block => ({
    left: tensor2d(words(fold(purpose, name, "left"), shape[0] * shape[1]), shape),
    right: tensor2d(words(fold(purpose, name, "right"), shape[0] * shape[1]), shape)
  })
  const row = keys.slice(0, ROUNDS.rows).reduce(round, block("rows", [rows, 1]))
  const column = keys.slice(ROUNDS.rows, ROUNDS.rows + ROUNDS.columns).reduce(round, block("columns", [1, columns]))
  const joined = round({ left: row.left, right: fraction(add(row.right, column.right)) }, column.left)
  const { left, right } = keys.slice(ROUNDS.rows + ROUNDS.columns).reduce(round, joined)
  return add(right, mul(left, 2 ** -12))
}

/** One Feistel round; the middle 12 bits of (right - key)^2 are what it adds to the left word. */
const round = ({ left, right }: Block, roundKey: Tensor): Block => {
  const scrambled = mul(floor(mul(square(sub(right, roundKey)), 2 ** 18)), 2 ** -12)
  return { left: right, right: fraction(add(left, scrambled)) }
}

const fraction = (x: Tensor): Tensor => sub(x, floor(x))
