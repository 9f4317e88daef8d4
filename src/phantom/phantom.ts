import { fold, integerBetween, key } from "../random/index.ts"
import type { Case, LabelVolume, Vec3 } from "../volume/index.ts"
import { drawAnatomy } from "./anatomy.ts"
import { drawPatient, type Patient } from "./patient.ts"
import { checkInteger, checkShape } from "./phantomError.ts"
import { render } from "./render.ts"
import { drawScan, type Scan } from "./scan.ts"
import type { Tumor } from "./tumor.ts"

/** How large the scans are. */
export interface PhantomOptions {
  /** Voxels along x, y and z. The field of view always holds the trunk, so fewer voxels are larger ones. Default 256 x 256 x 48. */
  readonly shape?: Vec3
}

/** A case of which everything is known. */
export interface PhantomCase extends Case {
  /** Its number in the cohort. */
  readonly index: number
  readonly labels: LabelVolume
  readonly patient: Patient
  readonly scan: Scan
  readonly tumors: ReadonlyArray<Tumor>
}

/** Raised whenever the same seed begins to give other voxels. */
export const PHANTOM_VERSION = 1

export const DEFAULT_SHAPE: Vec3 = [256, 256, 48]

/** One case of every ten in a row has no tumour, as 13 of the 131 of LiTS. */
const TUMOR_FREE = 10

/**
 * Makes one case of a synthetic abdominal CT cohort that is hard in the ways LiTS is: livers that differ between patients and
 * contrast phases by more than a tumour differs from its liver, noise, vessels, and neighbours of like attenuation.
 *
 * The same seed, index and shape give the same voxels, however many other cases are made.
 *
 * @param seed any safe integer
 * @param index 0, 1, 2, ...; the case's number in the cohort
 *
 * Throws `PhantomError` if one of them or a size is not such a number.
 *
 * @example
 * ```ts
 * const { image, labels, tumors } = phantomCase(1, 0, { shape: [64, 64, 16] })
 * image.shape // => [64, 64, 16]
 * ```
 */
export const phantomCase = (
  seed: number,
  index: number,
  { shape = DEFAULT_SHAPE }: PhantomOptions = {}
): PhantomCase => {
  checkInteger("seed", seed, Number.MIN_SAFE_INTEGER)
  checkInteger("index", index, 0)
  checkShape(shape)
  const root = fold(key(seed), "phantom")
  const from = fold(root, index)
  const patient = drawPatient(fold(from, "patient"))
  const block = Math.floor(index / TUMOR_FREE)
  const tumorFree = index % TUMOR_FREE === integerBetween(fold(root, "tumour-free", block), 0, TUMOR_FREE)
  const { organs, tumors } = drawAnatomy(fold(from, "anatomy"), patient, { tumorFree })
  const scan = drawScan(fold(from, "scan"), patient, shape)
  return {
    id: `volume-${index}`,
    index,
    ...render(fold(from, "image"), patient, organs, scan),
    spacingTrusted: true,
    phantom: true,
    patient,
    scan,
    tumors
  }
}
