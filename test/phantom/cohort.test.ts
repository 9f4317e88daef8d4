import { describe, expect, it } from "vitest"
import { type PhantomCase, PhantomError, phantomCase, phantomCohort } from "../../src/phantom/index.ts"
import { LABEL } from "../../src/volume/index.ts"
import { bestThreshold, moments } from "../support/thresholds.ts"

it("cases are made when they are asked for", () => {
  const cohort = phantomCohort({ cases: 1_000_000_000, seed: 1, shape: [8, 8, 2] })
  expect(cohort.next().value?.id).toBe("volume-0")
  expect(cohort.next().value?.id).toBe("volume-1")
})

it("a case does not depend on how many there are", () => {
  const shape = [16, 16, 4] as const
  const [, , third] = phantomCohort({ cases: 3, seed: 5, shape })
  expect(third).toEqual(phantomCase(5, 2, { shape }))
})

it("a number of cases that is none is refused", () => {
  expect(() => phantomCohort({ cases: -1 }).next()).toThrow(PhantomError)
})

it("one case of every ten has no tumour, at no fixed place", () => {
  const free = [...phantomCohort({ cases: 60, seed: 2, shape: [4, 4, 1] })]
    .filter(({ tumors }) => tumors.length === 0)
    .map(({ index }) => index)
  expect(free.map((index) => Math.floor(index / 10))).toEqual([0, 1, 2, 3, 4, 5])
  expect(new Set(free.map((index) => index % 10)).size).toBeGreaterThan(2)
})

describe("a cohort of 30", () => {
  const cohort = [...phantomCohort({ cases: 30, seed: 1, shape: [96, 96, 32] })]
  const voxelsOf = (label: number, each: (hu: number) => void) => {
    for (const { image, labels } of cohort) {
      for (let i = 0; i < labels.voxels.length; i++) if (labels.voxels[i] === label) each(image.voxels[i])
    }
  }

  it("has the labels of LiTS, tumours where tumours were drawn, and HU that a scanner gives", () => {
    for (const { image, labels, tumors } of cohort) {
      const seen = new Set(labels.voxels)
      expect([...seen].sort()).toEqual(tumors.length > 0 ? [0, 1, 2] : [0, 1])
      for (const hu of image.voxels) if (hu > 3071 || (hu < -1024 && hu !== -3024)) expect.fail(`${hu} HU`)
    }
  })

  it("pads some scans with -3024", () => {
    const padded = cohort.filter(({ image }) => image.voxels.includes(-3024)).length
    expect(padded).toBeGreaterThan(3)
    expect(padded).toBeLessThan(20)
  })

  it("has livers of human size on the patient's right", () => {
    for (const { id, labels, scan } of cohort) {
      const litre = labels.spacing.reduce((product, mm) => product * mm) / 1e6
      const [nx] = labels.shape
      const { start, step } = scan.axes[0]
      let count = 0
      let x = 0
      labels.voxels.forEach((label, i) => {
        if (label === 0) return
        count++
        x += start + step * (i % nx)
      })
      expect(count * litre, id).toBeGreaterThan(0.8)
      expect(count * litre, id).toBeLessThan(3.2)
      expect(x / count, id).toBeGreaterThan(20)
    }
  })

  it("has the attenuation of LiTS: liver 121 +- 22 away from its edge, lesions 87 +- 24", () => {
    const liver = moments((each) => {
      for (const phantom of cohort) interiorOf(phantom, each)
    })
    const lesions = moments((each) => voxelsOf(LABEL.tumor, each))
    expect(Math.abs(liver.mean - 121)).toBeLessThan(8)
    expect(Math.abs(liver.sd - 22)).toBeLessThan(5)
    expect(Math.abs(lesions.mean - 87)).toBeLessThan(10)
    expect(Math.abs(lesions.sd - 24)).toBeLessThan(9)
  })

  it("is hard: no single threshold inside the true liver, dark or bright, reaches half of the Dice", () => {
    const best = bestThreshold(
      (each) => voxelsOf(LABEL.liver, each),
      (each) => voxelsOf(LABEL.tumor, each)
    )
    expect(best).toBeGreaterThan(0.05)
    expect(best).toBeLessThan(0.5)
  })

  it("has tumours that can be seen: on average 25 HU or more from the liver around them, above the noise of a few voxels", () => {
    const contrasts = cohort.flatMap(({ tumors }) => tumors.map(({ contrast }) => Math.abs(contrast)))
    expect(contrasts.reduce((sum, c) => sum + c, 0) / contrasts.length).toBeGreaterThan(35)
    for (const { patient } of cohort) expect(patient.noise).toBeLessThan(20)
  })
})

/** Liver voxels whose six neighbours are liver or tumour. */
const interiorOf = ({ image, labels: { voxels, shape } }: PhantomCase, each: (hu: number) => void) => {
  const steps = [1, shape[0], shape[0] * shape[1]]
  for (let i = 0; i < voxels.length; i++) {
    if (voxels[i] === LABEL.liver && steps.every((step) => voxels[i - step] && voxels[i + step])) each(image.voxels[i])
  }
}
