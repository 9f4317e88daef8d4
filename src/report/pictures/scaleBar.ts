/** Lengths of a scale bar, in mm. */
const LENGTHS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]

/** The longest round length, in mm, that takes no more than a third of a width in mm. */
export const barLength = (millimeters: number): number =>
  LENGTHS.findLast((length) => length <= millimeters / 3) ?? LENGTHS[0]

/** Which way the left, right, top and bottom of a slice point, as `slice` lays them out. */
export const DIRECTIONS = {
  axial: ["R", "L", "A", "P"],
  coronal: ["R", "L", "S", "I"],
  sagittal: ["A", "P", "S", "I"]
} as const
