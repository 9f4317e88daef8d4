/** Losses once more, in double precision and term by term, on [batch][pixel][class] numbers. */
export type Map3 = ReadonlyArray<ReadonlyArray<ReadonlyArray<number>>>

type Activation = "sigmoid" | "softmax"
type Reduction = "pooled" | "perImage"

const mean = (xs: ReadonlyArray<number>) => xs.reduce((a, b) => a + b, 0) / xs.length
const total = (xs: ReadonlyArray<number>) => xs.reduce((a, b) => a + b, 0)

const logSigmoid = (x: number) => (x > 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x)))

const logSoftmax = (xs: ReadonlyArray<number>) => {
  const top = Math.max(...xs)
  const log = Math.log(total(xs.map((x) => Math.exp(x - top))))
  return xs.map((x) => x - top - log)
}

const activate = (x: Map3, activation: Activation): Map3 =>
  x.map((image) =>
    image.map((xs) =>
      activation === "sigmoid" ? xs.map((v) => Math.exp(logSigmoid(v))) : logSoftmax(xs).map(Math.exp)
    )
  )

/** Pairs (p, t) that one ratio is taken of: for each class, and for each image where not pooled. */
const groups = (p: Map3, t: Map3, reduction: Reduction): ReadonlyArray<ReadonlyArray<readonly [number, number]>> => {
  const classes = p[0][0].map((_, k) => p.map((image, n) => image.map((xs, i) => [xs[k], t[n][i][k]] as const)))
  return reduction === "pooled" ? classes.map((images) => images.flat()) : classes.flat()
}

export const dice = (
  x: Map3,
  t: Map3,
  o: { activation: Activation; denominator: "linear" | "squared"; reduction: Reduction; epsilon: number }
): number => {
  const power = (v: number) => (o.denominator === "linear" ? v : v * v)
  const scores = groups(activate(x, o.activation), t, o.reduction).map(
    (pairs) =>
      (2 * total(pairs.map(([p, y]) => p * y)) + o.epsilon) /
      (total(pairs.map(([p, y]) => power(p) + power(y))) + o.epsilon)
  )
  return 1 - mean(scores)
}

export const tversky = (
  x: Map3,
  t: Map3,
  o: { activation: Activation; falsePositives: number; falseNegatives: number; reduction: Reduction; epsilon: number }
): number => {
  const scores = groups(activate(x, o.activation), t, o.reduction).map((pairs) => {
    const hit = total(pairs.map(([p, y]) => p * y)) + o.epsilon
    const excess = total(pairs.map(([p, y]) => p * (1 - y)))
    const omission = total(pairs.map(([p, y]) => (1 - p) * y))
    return hit / (hit + o.falsePositives * excess + o.falseNegatives * omission)
  })
  return 1 - mean(scores)
}

const perNumber = (x: Map3, t: Map3, term: (x: number, t: number) => number): number =>
  mean(x.flatMap((image, n) => image.flatMap((xs, i) => xs.map((v, k) => term(v, t[n][i][k])))))

export const binaryCrossEntropy = (x: Map3, t: Map3, o: { positiveWeight: number }): number =>
  perNumber(x, t, (v, y) => -o.positiveWeight * y * logSigmoid(v) - (1 - y) * logSigmoid(-v))

export const categoricalCrossEntropy = (x: Map3, t: Map3, o: { classWeights: ReadonlyArray<number> }): number => {
  const terms = x.flatMap((image, n) =>
    image.map((xs, i) => {
      const weights = t[n][i].map((y, k) => o.classWeights[k] * y)
      return { loss: -total(logSoftmax(xs).map((l, k) => weights[k] * l)), weight: total(weights) }
    })
  )
  return total(terms.map(({ loss }) => loss)) / total(terms.map(({ weight }) => weight))
}

export const sigmoidFocal = (x: Map3, t: Map3, o: { gamma: number; positiveFraction: number }): number =>
  perNumber(x, t, (v, y) => {
    const [q, weight] = y === 1 ? [v, o.positiveFraction] : [-v, 1 - o.positiveFraction]
    return -weight * (1 - Math.exp(logSigmoid(q))) ** o.gamma * logSigmoid(q)
  })

export const softmaxFocal = (x: Map3, t: Map3, o: { gamma: number }): number =>
  mean(
    x.flatMap((image, n) =>
      image.map((xs, i) => -total(logSoftmax(xs).map((l, k) => t[n][i][k] * (1 - Math.exp(l)) ** o.gamma * l)))
    )
  )
