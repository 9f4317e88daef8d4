import { type Components, components } from "../../metrics/components.ts"
import type { LabelVolume } from "../../volume/volume.ts"
import { checkChoice } from "../checkChoice.ts"

export interface ComponentOptions {
  /** Which voxels touch: by faces (6), edges too (18), or corners too (26). Default 26. */
  readonly neighbourhood?: 6 | 18 | 26
}

/** Throws `StageOptionError` for a neighbourhood that is none. */
export const checkComponents = (stage: string, { neighbourhood = 26 }: ComponentOptions): void =>
  checkChoice(stage, "neighbourhood", neighbourhood, [6, 18, 26])

/** The labels of those connected components that `keep` says stay. */
export const filterComponents = (
  labels: LabelVolume,
  keep: (all: Components) => (id: number) => boolean,
  { neighbourhood = 26 }: ComponentOptions
): LabelVolume => {
  const all = components(labels, neighbourhood)
  const stays = keep(all)
  const voxels = new Uint8Array(labels.voxels.length)
  for (let run = 0; run < all.starts.length; run++) {
    const [start, end] = [all.starts[run], all.starts[run] + all.lengths[run]]
    if (stays(all.ids[run])) voxels.set(labels.voxels.subarray(start, end), start)
  }
  return { ...labels, voxels }
}
