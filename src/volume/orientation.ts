import { apply, column, compose, invert } from "./affine.ts"
import { type Affine, GeometryError, type Grid, ShapeError, type Vec3, type Vec4, type Volume } from "./volume.ts"

type LeftRight = "R" | "L"
type FrontBack = "A" | "P"
type UpDown = "S" | "I"

/**
 * Where voxel axes run to, as letters: in "LPS" x grows to the patient's left, y to the back (posterior), z to the head
 * (superior). "RAS" is the order of NIfTI's world axes. The letters are nibabel's `aff2axcodes`, 48 codes in all.
 */
export type Orientation =
  | `${LeftRight}${FrontBack}${UpDown}`
  | `${LeftRight}${UpDown}${FrontBack}`
  | `${FrontBack}${LeftRight}${UpDown}`
  | `${FrontBack}${UpDown}${LeftRight}`
  | `${UpDown}${LeftRight}${FrontBack}`
  | `${UpDown}${FrontBack}${LeftRight}`

/** Which voxel axis becomes a new one, and whether it is then walked backwards. */
export interface AxisStep {
  readonly from: 0 | 1 | 2
  readonly flipped: boolean
}

/** The steps that make the new x, y and z axes. */
export type AxisSteps = readonly [AxisStep, AxisStep, AxisStep]

const LETTERS = [
  ["R", "L"],
  ["A", "P"],
  ["S", "I"]
] as const

const OPPOSITES: Readonly<Record<string, string>> = { R: "L", L: "R", A: "P", P: "A", S: "I", I: "S" }

const PERMUTATIONS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0]
] as const

/** The 48 orientations. */
export const ORIENTATIONS: ReadonlyArray<Orientation> = PERMUTATIONS.flatMap(([x, y, z]) =>
  LETTERS[x].flatMap((a) => LETTERS[y].flatMap((b) => LETTERS[z].map((c) => `${a}${b}${c}` as Orientation)))
)

/**
 * The orientation nearest to an affine: of the six ways to pair voxel axes with world axes, that with the largest sum of
 * |cosines| between them.
 *
 * @example
 * ```ts
 * orientationOf(scaling([-0.8, 0.8, 5])) // => "LAS"
 * ```
 */
export const orientationOf = (affine: Affine): Orientation => {
  const cosines = [direction(affine, 0), direction(affine, 1), direction(affine, 2)]
  const likeness = (worlds: Vec3) => worlds.reduce((sum, world, axis) => sum + Math.abs(cosines[axis][world]), 0)
  const best = PERMUTATIONS.reduce((a, b) => (likeness(b) > likeness(a) ? b : a))
  return best.map((world, axis) => LETTERS[world][cosines[axis][world] < 0 ? 1 : 0]).join("") as Orientation
}

const direction = (affine: Affine, axis: 0 | 1 | 2): Vec3 => {
  const [x, y, z] = column(affine, axis)
  const length = Math.hypot(x, y, z)
  return [x / length, y / length, z / length]
}

/** How to walk the axes of one orientation so that they run as in another. */
export const axesTo = (from: Orientation, to: Orientation): AxisSteps => {
  const step = (letter: string): AxisStep => {
    const opposite = OPPOSITES[letter]
    const flipped = from.includes(opposite)
    return { from: from.indexOf(flipped ? opposite : letter) as 0 | 1 | 2, flipped }
  }
  return [step(to[0]), step(to[1]), step(to[2])]
}

/** The same places in another voxel order. */
export const reorientGrid = (grid: Grid, to: Orientation): Grid =>
  walkGrid(grid, axesTo(orientationOf(grid.affine), to))

/**
 * Puts voxels in the order of another orientation. No value changes and no voxel moves in the world: axes are permuted and
 * flipped, and shape, spacing and affine with them.
 *
 * There and back gives the same voxels, shape and spacing, and the same affine to the last bit wherever its numbers came
 * from float32, as those of NIfTI-1 do (a shift by whole voxels is then exact). `reorientLike` gives back any affine.
 *
 * @example
 * ```ts
 * const forDisplay = reorient(ct, "LPS")
 * ```
 */
export const reorient = <V extends Volume>(volume: V, to: Orientation): V =>
  walk(volume, axesTo(orientationOf(volume.affine), to))

/**
 * Puts voxels back in the order of a grid that they were reoriented from; the result lies on exactly that grid.
 *
 * Throws `GeometryError` if its voxels are not those of the grid, `ShapeError` if they are not as many.
 */
export const reorientLike = <V extends Volume>(volume: V, grid: Grid): V => {
  const back = walk(volume, stepsBetween(volume.affine, grid.affine))
  if (back.shape.some((n, axis) => n !== grid.shape[axis])) {
    throw new ShapeError({ what: "a volume put back on its grid", expected: grid.shape, found: back.shape })
  }
  const shift = column(compose(invert(back.affine), grid.affine), 3)
  if (shift.some((voxels) => Math.abs(voxels) > NEAREST)) throw elsewhere(grid.affine)
  return { ...back, shape: grid.shape, spacing: grid.spacing, affine: grid.affine }
}

/** Voxel steps of one grid in terms of another's are whole and along one axis; this much rounding is forgiven. */
const WHOLE = 1e-3

/** Shifted by no more than this, each voxel is still the nearest to its own. */
const NEAREST = 0.5

const elsewhere = (affine: Affine) =>
  new GeometryError({ affine, reason: "is not that of the volume in another voxel order" })

const stepsBetween = (from: Affine, to: Affine): AxisSteps => {
  const relative = compose(invert(from), to)
  const step = (axis: 0 | 1 | 2): AxisStep => {
    const along = column(relative, axis)
    const source = along.findIndex((n) => Math.abs(Math.abs(n) - 1) < WHOLE)
    if (source < 0 || along.some((n, i) => i !== source && Math.abs(n) > WHOLE)) {
      throw elsewhere(to)
    }
    return { from: source as 0 | 1 | 2, flipped: along[source] < 0 }
  }
  return [step(0), step(1), step(2)]
}

const walkGrid = ({ shape, spacing, affine }: Grid, steps: AxisSteps): Grid => {
  const inOrder = <A>(of: readonly [A, A, A]): readonly [A, A, A] => [
    of[steps[0].from],
    of[steps[1].from],
    of[steps[2].from]
  ]
  const corner = (axis: number) => (steps.some(({ from, flipped }) => from === axis && flipped) ? shape[axis] - 1 : 0)
  const origin = apply(affine, [corner(0), corner(1), corner(2)])
  const row = (r: 0 | 1 | 2): Vec4 => {
    const entry = ({ from, flipped }: AxisStep) => (flipped ? 0 - affine[r][from] : affine[r][from])
    return [entry(steps[0]), entry(steps[1]), entry(steps[2]), origin[r]]
  }
  return { shape: inOrder(shape), spacing: inOrder(spacing), affine: [row(0), row(1), row(2), [0, 0, 0, 1]] }
}

const walk = <V extends Volume>(volume: V, steps: AxisSteps): V => {
  if (steps.every(({ from, flipped }, axis) => from === axis && !flipped)) return volume
  return { ...volume, ...walkGrid(volume, steps), voxels: gather(volume.voxels, volume.shape, steps) }
}

const gather = (voxels: Volume["voxels"], shape: Vec3, steps: AxisSteps): Volume["voxels"] => {
  const strides: Vec3 = [1, shape[0], shape[0] * shape[1]]
  const stride = ({ from, flipped }: AxisStep) => (flipped ? -strides[from] : strides[from])
  const [dx, dy, dz] = [stride(steps[0]), stride(steps[1]), stride(steps[2])]
  const [nx, ny, nz] = [shape[steps[0].from], shape[steps[1].from], shape[steps[2].from]]
  const first = steps.reduce((at, { from, flipped }) => at + (flipped ? strides[from] * (shape[from] - 1) : 0), 0)
  const out = new (voxels.constructor as new (length: number) => Volume["voxels"])(voxels.length)
  for (let z = 0, o = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = first + z * dz + y * dy
      if (dx === 1) out.set(voxels.subarray(row, row + nx), o)
      else for (let x = 0, at = row; x < nx; x++, at += dx) out[o + x] = voxels[at]
      o += nx
    }
  }
  return out
}
