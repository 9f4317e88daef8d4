/**
 * P(Z > z) of a standard normal variable, to about 14 digits: by the series of the distribution about 0, and by Laplace's
 * continued fraction from 3 on.
 *
 * @example
 * ```ts
 * normalTail(1.96).toFixed(6) // => "0.024998"
 * ```
 */
export const normalTail = (z: number): number => {
  if (z < 0) return 1 - normalTail(-z)
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z >= 3) {
    let fraction = z
    for (let k = 100; k > 0; k--) fraction = z + k / fraction
    return density / fraction
  }
  let [sum, term] = [z, z]
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (z * z) / (2 * k + 1)
    sum += term
  }
  return 0.5 - density * sum
}
