type Numbers = (each: (value: number) => void) => void

/** Mean and standard deviation. */
export const moments = (numbers: Numbers): { readonly mean: number; readonly sd: number } => {
  let [count, sum, squares] = [0, 0, 0]
  numbers((value) => {
    count++
    sum += value
    squares += value * value
  })
  const mean = sum / count
  return { mean, sd: Math.sqrt(squares / count - mean * mean) }
}

const LOWEST = -1024
const LEVELS = 4096

const histogram = (numbers: Numbers): Float64Array => {
  const counts = new Float64Array(LEVELS)
  numbers((value) => {
    counts[Math.max(0, value - LOWEST)]++
  })
  return counts
}

const total = (counts: Float64Array) => counts.reduce((sum, count) => sum + count, 0)

/** The largest Dice of "below a threshold" or "at or above it" with the tumour, over all thresholds. */
export const bestThreshold = (liver: Numbers, tumor: Numbers): number => {
  const [healthy, ill] = [histogram(liver), histogram(tumor)]
  const [allHealthy, allIll] = [total(healthy), total(ill)]
  const dice = (hit: number, marked: number) => (2 * hit) / (marked + allIll)
  let [hit, marked, best] = [0, 0, 0]
  for (let level = 0; level < LEVELS; level++) {
    best = Math.max(best, dice(hit, marked), dice(allIll - hit, allHealthy + allIll - marked))
    hit += ill[level]
    marked += ill[level] + healthy[level]
  }
  return best
}
