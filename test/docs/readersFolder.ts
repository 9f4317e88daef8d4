// What lies in the folder in which a reader runs examples.
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { writePng } from "../../src/formats/png.ts"
import { writeSafetensors } from "../../src/formats/safetensors.ts"
import { writeNifti } from "../../src/formats/writeNifti.ts"
import { agcafNet } from "../../src/modules/networks/agcafNet.ts"
import { uNet } from "../../src/modules/networks/uNet.ts"
import { valuesOf } from "../../src/modules/paramValues.ts"
import { exportPyTorch } from "../../src/modules/pytorch/convert.ts"
import { initialize } from "../../src/modules/spec.ts"
import { addressOf } from "../../src/pipelines/address.ts"
import { type NetworkChoice, networkOf } from "../../src/pipelines/networkChoice.ts"
import { agcafProtocol, type Protocol } from "../../src/pipelines/protocol.ts"
import { KEPT, writeResult } from "../../src/pipelines/protocolResult.ts"
import { doneOf } from "../../src/pipelines/study/runStudy.ts"
import { ablationStudy, backboneStudy } from "../../src/pipelines/study/studies.ts"
import { cellsOf } from "../../src/pipelines/study/study.ts"
import { identityOf } from "../../src/pipelines/trainAndScore.ts"
import { key } from "../../src/random/index.ts"
import { gray } from "../../src/report/gray.ts"
import { Files } from "../../src/stages/files.ts"
import { saveModel } from "../../src/stages/model/saveModel.ts"
import { writeSplit } from "../../src/stages/splitFile.ts"
import { tinyCohort } from "../support/tinyCohort.ts"
import { facts, split, study } from "./given/cohort.ts"
import { model } from "./given/network.ts"
import { ct, height, mask, truth, width } from "./given/patient.ts"

/** All of it, in memory: the made-up study's `lits/` and `studies/` are there already. */
const { files } = study

const run = <A, E>(effect: Effect.Effect<A, E, Files>) => Effect.runPromise(Effect.provideService(effect, Files, files))

const put = async (path: string, bytes: Uint8Array) => {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")))
  await run(files.makeDirectory(folder))
  await run(files.write(path, bytes))
}

/** A run that has come to its end: nobody waits for a study, or for the paper's 50 epochs. */
const putResult = async (folder: string, protocol: Protocol, choice: NetworkChoice) => {
  const [{ folder: made, result }] = doneOf(study.outcomes)
  for (const { mask } of result.cases) {
    if (mask !== undefined) await put(`${folder}/${mask}`, await run(files.read(`studies/${made}/${mask}`)))
  }
  const kept = { ...result, files: { ...result.files, masks: KEPT.masks } }
  await run(writeResult(folder, identityOf(facts, protocol, networkOf(choice)), kept))
}

for (const [path, bytes] of Object.entries(tinyCohort(2, "ct"))) await put(path, bytes)
await put("volume-0.nii.gz", writeNifti(ct))
await put("p1/ct.nii.gz", writeNifti(ct))
await put("p1/liver.nii.gz", writeNifti(mask))
await put("mask.png", writePng(gray({ height, width, pixels: truth })))
await run(writeSplit("split.json", split))

const theirs = agcafNet({ inChannels: 3 })
await put("agcafNet.safetensors", writeSafetensors(await exportPyTorch(theirs, initialize(key(1), theirs.spec))))

const network = uNet({ width: 2 })
const params = await valuesOf(initialize(key(1), network.spec))
await run(saveModel("runs/start/model", { ...model, network, params }))
await run(saveModel("model", model))

await putResult("runs/first", agcafProtocol, agcafNet())
await put("runs/first/log.jsonl", new TextEncoder().encode('{"kind":"epoch","epoch":1,"loss":0.5}\n'))
for (const given of [ablationStudy("lits/", { scale: "small", seeds: [1, 2, 3] }), backboneStudy("lits/")]) {
  for (const { network, protocol } of cellsOf(given)) {
    const address = addressOf(identityOf(facts, protocol, networkOf(network)))
    if ((await run(files.stat(`studies/cells/${address}`))) === undefined)
      await putResult(`studies/cells/${address}`, protocol, network)
  }
}

await run(files.makeDirectory("phantoms"))
await run(files.makeDirectory("site"))

/** Writes out, into an empty folder, what an example names. */
export const layOut = async (folder: string, code: string): Promise<void> => {
  for (const name of await run(files.list(""))) if (code.includes(name)) await copy(name, folder)
}

const copy = async (path: string, folder: string): Promise<void> => {
  const there = join(folder, path)
  if ((await run(files.stat(path)))?.kind === "file") return writeFileSync(there, await run(files.read(path)))
  mkdirSync(there)
  for (const name of await run(files.list(path))) await copy(`${path}/${name}`, folder)
}
