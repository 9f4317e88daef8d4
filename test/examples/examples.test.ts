import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { readPng } from "../../src/formats/png.ts"
import { run } from "../../src/node/run.ts"
import { COLORS } from "../../src/report/index.ts"
import { load, loadModel, maskOf, pure, saveModel, write } from "../../src/stages/index.ts"
import type { Case } from "../../src/volume/index.ts"
import { root } from "../package/root.ts"
import { shell } from "../package/shell.ts"
import { sharedTest } from "../support/shared.ts"

let folder = ""
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hepaflow-examples-"))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const example = (name: string, ...args: ReadonlyArray<string>) =>
  shell(folder, "node", [join(root, "examples", name), ...args])
const picture = (name: string) => readPng(readFileSync(join(folder, name)), name)

describe("examples", () => {
  it("start trains, tests and reports, and is done when it is called again", () => {
    const start = () => example("start.ts", "--cases", "4", "--epochs", "1", "--size", "48", "--width", "8")
    start()
    expect(readFileSync(join(folder, "runs/start/report.html"), "utf8")).toContain("the synthetic cohort")
    expect(readFileSync(join(folder, "runs/start/cases.csv"), "utf8").trim().split("\n")).toHaveLength(2)
    const [mask] = readdirSync(join(folder, "runs/start/masks"))
    expect(picture(`runs/start/overlays/${mask.replace(".nii.gz", ".png")}`).width).toBeGreaterThan(256)
    const before = statSync(join(folder, "runs/start/result.json")).mtimeMs
    expect(start()).toMatch(/unseen patients/)
    expect(statSync(join(folder, "runs/start/result.json")).mtimeMs).toBe(before)
  })

  it("start names the options of the run that is there where others are given, before it makes phantoms", () => {
    const phantoms = readdirSync(join(folder, "runs"))
    const begun = ["--cases", "4", "--size", "48"]
    const line = (text: string) =>
      new RegExp(`\\nruns/start holds a run with ${text}\\. Give --output FOLDER for another one, `)
    expect(() => example("start.ts", ...begun, "--seed", "8", "--epochs", "2")).toThrow(
      line("--seed 7, not 8; --epochs 1, not 2")
    )
    expect(() => example("start.ts", ...begun, "--data", "runs")).toThrow(
      line("--data synthetic patients, not \\S*/runs")
    )
    expect(readdirSync(join(folder, "runs"))).toEqual(phantoms)
  })

  it("Ctrl-C saves what was reached, and the example that was stopped says once that it goes on", async () => {
    const args = ["start", "--cases", "4", "--epochs", "2", "--size", "48", "--output", "stopped"]
    const stopped = spawn("node", [join(root, "scripts/example.ts"), ...args], { cwd: folder, detached: true })
    let printed = ""
    stopped.stderr.on("data", (text) => {
      // As a terminal does: to the whole group.
      if (/train [1-9]/.test(text) && !/train [1-9]/.test(printed)) process.kill(-(stopped.pid as number), "SIGINT")
      printed += text
    })
    const [status] = await once(stopped, "close")
    expect(status, printed).toBe(130)
    expect(printed).toMatch(/\n\nstopped; the same command goes on from here\n$/)
    expect(printed.match(/stopped/g)).toHaveLength(1)
    expect(readdirSync(join(folder, "stopped/checkpoints"))).toHaveLength(1)
  })

  it("an empty option is refused before anything is made", () => {
    const untouched = join(folder, "untouched")
    mkdirSync(untouched)
    const started =
      (name: string, ...args: ReadonlyArray<string>) =>
      () =>
        shell(untouched, "node", [join(root, "examples", name), ...args])
    for (const name of readdirSync(join(root, "examples")).filter((name) => name.endsWith(".ts"))) {
      expect(started(name, "--output", ""), name).toThrow(
        /ended with 2\n[\s\S]*\n--output is empty; give a value or leave it out\n/
      )
    }
    expect(started("start.ts", "--data=")).toThrow(/ended with 2\n[\s\S]*\n--data is empty/)
    expect(readdirSync(untouched)).toEqual([])
  })

  it("a bad option is refused in a line before anything is made", () => {
    const untouched = join(folder, "nothing-made")
    mkdirSync(untouched)
    const trained = ["04-train-from-scratch.ts", "05-resume.ts", "06-predict-a-volume.ts", "08-your-own-network.ts"]
    const refused: ReadonlyArray<readonly [name: string, args: ReadonlyArray<string>, line: RegExp]> = [
      ...[...trained, "09-export-onnx.ts", "start.ts"].flatMap((name) =>
        ["NaN", "0", "1.5", "-1"].map(
          (epochs) => [name, [`--epochs=${epochs}`], /^--epochs is \S+; it must be a whole number from 1 on$/] as const
        )
      ),
      ...["04-train-from-scratch.ts", "start.ts"].map(
        (name) => [name, ["--size", "50"], /^agcafNet cannot take an input of /] as const
      ),
      ...["01-look-at-a-volume.ts", "02-label-separation.ts", "import-pytorch.ts"].map(
        (name) => [name, ["--output", "."], /^--output is \.; it must be a file, not a folder$/] as const
      ),
      ...["02-label-separation.ts", "03-custom-stage.ts", "06-predict-a-volume.ts", "import-pytorch.ts"].map(
        (name) => [name, ["nowhere"], /^there is no nowhere; check the path$/] as const
      ),
      ...["01-look-at-a-volume.ts", "02-label-separation.ts"].map(
        (name) =>
          [
            name,
            ["--output", "a/pic.jpg"],
            /^--output is a\/pic\.jpg, but \.png is what is written; give a\/pic\.png$/
          ] as const
      ),
      ["01-look-at-a-volume.ts", ["--plane", "oblique"], /^--plane is oblique; it must be one of axial, coronal, /],
      ["01-look-at-a-volume.ts", ["--tiles", "few"], /^--tiles is few; /],
      ["01-look-at-a-volume.ts", [join(root, "README.md"), "nowhere"], /^there is no nowhere; check the path$/],
      ["04-train-from-scratch.ts", ["nowhere"], /^there is no nowhere; check the path$/],
      ["05-resume.ts", ["--stop", "0"], /^--stop is 0; /],
      ["06-predict-a-volume.ts", [join(root, "README.md"), root], /^model \S+: there is no \S+model\.json; /],
      ["07-score-two-folders.ts", ["."], /^give two folders: TRUTH PREDICTIONS$/],
      [
        "07-score-two-folders.ts",
        ["--target", "lesion"],
        /^--target is lesion; it must be one of tumor, liver, wholeLiver$/
      ],
      ["07-score-two-folders.ts", [".", "nowhere"], /^nowhere is no folder; check the path$/],
      ["08-your-own-network.ts", ["--size", "3"], /^--size is 3; it must be a whole number from 4 on$/],
      ["09-export-onnx.ts", ["nowhere"], /^model nowhere: there is no nowhere\/model\.json; /],
      ["10-all.ts", ["--data", "nowhere"], /^cannot list nowhere: there is no such file or directory; check the path$/],
      ["import-pytorch.ts", ["--network", "net"], /^--network is net; it must be one of agpcNet, /],
      ["import-pytorch.ts", ["--config", "{"], /^--config is \{; it must be an object in JSON, /],
      ["start.ts", ["--cases", "1"], /^--cases is 1; it must be a whole number from 3 on$/],
      ["start.ts", ["--data", "nowhere"], /^there is no nowhere; check the path$/],
      ["start.ts", ["--width", "12"], /^--width is 12; it must be a multiple of 8$/],
      ["start.ts", ["--engine", "abacus"], /^--engine is abacus; it must be one of compiled, /]
    ]
    for (const [name, args, line] of refused) {
      const { status, stdout, stderr } = spawnSync("node", [join(root, "examples", name), ...args], {
        cwd: untouched,
        encoding: "utf8"
      })
      const called = `${name} ${args.join(" ")}`
      expect(stderr.trim(), called).toMatch(line)
      expect(status, called).not.toBe(0)
      expect(stdout, called).toBe("")
    }
    expect(readdirSync(untouched)).toEqual([])
  }, 300_000)

  it("what cannot work is told before phantoms are made: an engine, a folder", () => {
    const early = join(folder, "early")
    mkdirSync(early)
    writeFileSync(join(early, "file"), "")
    const started = (name: string, ...args: ReadonlyArray<string>) =>
      shell(early, "node", [join(root, "examples", name), ...args])
    // Where it is installed it starts.
    if (!existsSync(join(root, "node_modules/webgpu"))) {
      expect(() => started("start.ts", "--engine", "webgpu")).toThrow(/\nengine webgpu: .*npm install webgpu/)
    }
    const files = ["01-look-at-a-volume.ts", "02-label-separation.ts", "import-pytorch.ts"]
    for (const name of readdirSync(join(root, "examples")).filter((name) => /^(0|start|import).*\.ts$/.test(name))) {
      const output = files.includes(name) ? "file/inner/of.png" : "file/inner"
      expect(() => started(name, "--output", output), name).toThrow(/\ncannot make the directory file\/inner: /)
    }
    expect(readdirSync(early)).toEqual(["file"])
  })

  it("01 shows a volume", () => {
    expect(example("01-look-at-a-volume.ts", "--output", "look.png")).toMatch(/40 axial slices of 192 x 192/)
    expect(picture("look.png").channels).toBe(3)
    const { height, width } = picture("look.png")
    expect([width, height]).toEqual([5 * 194 - 2, 4 * 194 - 2])
  })

  it("01 shows a plane whose voxels are not square as it is in the patient", () => {
    const printed = example("01-look-at-a-volume.ts", "--plane", "coronal", "--output", "coronal.png")
    expect(printed).toMatch(
      /192 coronal slices of 192 x 40 pixels\na pixel is 1\.98 x 6\.22 mm, which the picture makes square\n/
    )
    const { height, width } = picture("coronal.png")
    expect([width, height]).toEqual([5 * 194 - 2, 4 * 127 - 2])
  })

  sharedTest("data/real/totalseg_example_ct_sm.nii.gz", "01 shows a real CT", (ct) => {
    expect(example("01-look-at-a-volume.ts", ct, "--output", "real.png")).toMatch(/30 axial slices of 122 x 101/)
    expect(existsSync(join(folder, "real.png"))).toBe(true)
  })

  it("02 separates labels", () => {
    expect(example("02-label-separation.ts", "--output", "figure5.png")).toMatch(/pixels of tumour/)
    expect(picture("figure5.png").width).toBe(5 * 256 + 4 * 4)
  })

  it("03 runs a stage of one's own", () => {
    expect(example("03-custom-stage.ts", "--output", "cut")).toMatch(/[1-9]\d* slices, cut to the liver/)
  })

  it("04 trains from scratch, saves a model and scores it on a patient apart", () => {
    const printed = example("04-train-from-scratch.ts", "--epochs", "1", "--size", "16", "--output", "scratch")
    expect(printed).toMatch(/epoch 1: training loss 0\.\d+\n {2}validation Dice/)
    expect(printed).toMatch(/### Cases \(wholeLiver\)/)
    expect(readFileSync(join(folder, "scratch/history.csv"), "utf8").trim().split("\r\n")).toHaveLength(2)
    const again = example("04-train-from-scratch.ts", "--epochs", "1", "--size", "16", "--output", "scratch")
    expect(again).toMatch(/^\n### Cases/)
  })

  it("04 says of how many epochs the run is that is there, and of which size", () => {
    const more = (epochs: number, size: number) =>
      example("04-train-from-scratch.ts", `--epochs=${epochs}`, `--size=${size}`, "--output", "scratch")
    more(2, 16)
    expect(more(1, 16)).toMatch(/^scratch holds a run of 2 epochs, and all of them count; for 1, [^\n]*\n\n### Cases/)
    expect(JSON.parse(readFileSync(join(folder, "scratch/model/model.json"), "utf8")).training.epochs).toBe(2)
    expect(() => more(2, 32)).toThrow(/\nscratch holds a run with --size 16, not 32\. /)
  })

  it("05 stops a run and goes on to the bits of an unbroken one", () => {
    mkdirSync(join(folder, "resume"))
    writeFileSync(join(folder, "resume/of-mine"), "")
    const printed = example("05-resume.ts", "--epochs", "2", "--stop", "5", "--output", "resume")
    expect(printed).toMatch(/stopped after step 5\ngoes on with step 6/)
    expect(printed.match(/all the same/g)?.length).toBeGreaterThanOrEqual(2)
    expect(printed).not.toMatch(/NOT/)
    expect(printed).toMatch(/the log of the broken run has 22 steps, each once/)
    expect(existsSync(join(folder, "resume/of-mine"))).toBe(true)
  })

  it("06 trains a tiny model where none is given, and predicts a volume where its CT lies", () => {
    expect(example("06-predict-a-volume.ts", "--epochs", "1", "--output", "predicted")).toMatch(
      /volume-5\.nii\.gz marks \d+ slices/
    )
    const geometry = (path: string) => gunzipSync(readFileSync(join(folder, path))).subarray(252, 328)
    expect(geometry("predicted/volume-5.nii.gz")).toEqual(geometry("runs/phantom-tiny/volume-5.nii.gz"))
  })

  it("06 paints what a model of tumours marks in their colour", async () => {
    const model = await run(loadModel(join(folder, "predicted/tiny-model")))
    const preprocessing = { ...model.preprocessing, target: "tumor" } as const
    await run(saveModel(join(folder, "tumors"), { ...model, preprocessing }))
    const painted = (name: string, output: string) => {
      example("06-predict-a-volume.ts", "runs/phantom-tiny/volume-5.nii.gz", name, "--output", output)
      const { data } = picture(`${output}/volume-5.png`)
      const has = (color: ReadonlyArray<number>) =>
        data.some((value, i) => i % 3 === 0 && value === color[0] && color.every((part, c) => data[i + c] === part))
      return { blue: has(COLORS.liver), orange: has(COLORS.tumor) }
    }
    expect(painted("predicted/tiny-model", "livers-seen")).toEqual({ blue: true, orange: false })
    expect(painted("tumors", "tumors-seen")).toEqual({ blue: false, orange: true })
  })

  it("06 does not put a mask in the place of its CT", () => {
    const ct = "runs/phantom-tiny/volume-5.nii.gz"
    const before = readFileSync(join(folder, ct))
    const predict = () => example("06-predict-a-volume.ts", ct, "predicted/tiny-model", "--output", "runs/phantom-tiny")
    expect(predict).toThrow(/\nruns\/phantom-tiny holds the CT/)
    expect(readFileSync(join(folder, ct)).equals(before)).toBe(true)
  })

  sharedTest("data/real/totalseg_example_ct_sm.nii.gz", "06 predicts a real CT with a model that is there", (ct) => {
    const model = join(folder, "predicted/tiny-model")
    const printed = example("06-predict-a-volume.ts", ct, model, "--output", "real")
    expect(printed).toMatch(/real\/totalseg_example_ct_sm\.nii\.gz marks \d+ slices/)
  })

  it("08 trains a network of one's own, and loads it by its name", () => {
    const printed = example("08-your-own-network.ts", "--epochs", "1", "--size", "16", "--output", "own")
    expect(printed).toMatch(/twoDistances has 9817 numbers to learn\nepoch 1: Dice/)
    expect(existsSync(join(folder, "own/masks/volume-0.nii.gz"))).toBe(true)
  })

  it("09 exports a model that ONNX Runtime gives the same probabilities with", () => {
    const printed = example("09-export-onnx.ts", "--epochs", "1", "--output", "onnx")
    expect(printed).toMatch(/agcafNet\.onnx takes \[batch, 1, 64, 64\]\nboth mark [1-9]\d* pixels of 24 slices/)
    expect(Number(printed.match(/further apart than (\S+)/)?.[1])).toBeLessThan(1e-4)
  })

  it("09 exports a model that sees the body, tile by tile and mirrored, into a folder that is not there", async () => {
    const model = await run(loadModel(join(folder, "predicted/tiny-model")))
    const around = { field: "body", size: [48, 64], tiles: { size: [32, 32] }, flips: ["horizontal"] } as const
    await run(saveModel(join(folder, "tiled"), { ...model, preprocessing: { ...model.preprocessing, ...around } }))
    const printed = example("09-export-onnx.ts", "tiled", "--output", "new/onnx")
    expect(printed).toMatch(/new\/onnx\/\w+\.onnx takes \[batch, 1, 32, 32\]\n/)
    expect(Number(printed.match(/further apart than (\S+)/)?.[1])).toBeLessThan(1e-4)
  })

  it("11 puts Table 1 beside ours, and 15 draws Figure 6 of what 11 has computed", () => {
    const options = ["--scale", "smoke", "--output", "reproduce"]
    const printed = example("11-table1-backbone.ts", ...options)
    expect(printed).toMatch(/backbone 2 of 2: ResNet-34, seed 1: Dice \d/)
    expect(printed).toMatch(/\| ResNet-18 \| Dice \| 0\.841<sup>d<\/sup> \| \d/)
    expect(printed).toMatch(/Paper: LiTS\. Ours: 8 phantoms, at scale smoke; 2 test patients, seed 1\./)
    const site = join(folder, "reproduce/smoke-phantoms")
    expect(readFileSync(join(site, "table1-backbone/report.html"), "utf8")).toContain("none of our figures are of LiTS")
    const again = example("15-figure6-backbones.ts", ...options)
    expect(again.match(/, as it was/g)).toHaveLength(2)
    expect(picture("reproduce/smoke-phantoms/figure6.png").width).toBeGreaterThan(4 * 256)
  })

  it("the paper's tables and figures say what is wrong with a scale and seeds", () => {
    expect(() => example("14-table4-comparison.ts", "--scale", "tiny")).toThrow(/there is no scale tiny/)
    for (const seeds of ["one", "1,", "1,,2", "-1", "1,1", "1,01"]) {
      expect(() => example("14-table4-comparison.ts", `--seeds=${seeds}`)).toThrow(
        /ended with 2\n[\s\S]*--seeds .*: give whole numbers, each once[\s\S]*npm run example -- 14/
      )
    }
    expect(example("14-table4-comparison.ts", "--help")).toMatch(
      /^npm run example -- 14-table4-comparison \[options\]\n\nTable 4: .*trains and tests every variant/
    )
  })

  it("10 leaves out what cannot be drawn where every cell fails, says why, and ends with status 1", () => {
    mkdirSync(join(folder, "two"))
    for (const name of ["volume-0", "segmentation-0", "volume-1", "segmentation-1"]) {
      copyFileSync(join(folder, `reproduce/phantoms-smoke/${name}.nii.gz`), join(folder, `two/${name}.nii.gz`))
    }
    const all = () => example("10-all.ts", "--scale", "smoke", "--data", "two", "--output", "few")
    expect(all).toThrow(/10-all\.ts .* ended with 1\n/)
    const [site] = readdirSync(join(folder, "few")).filter((name) => name.startsWith("smoke-two-"))
    const index = readFileSync(join(folder, "few", site, "index.html"), "utf8")
    expect(index).toContain(
      "Figure 8: tumours under each of the networks compared: not drawn, because every cell failed"
    )
    expect(index).toContain("2 phantoms, at scale smoke")
    expect(readdirSync(join(folder, "few", site))).toContain("table4-comparison")
  })

  it("shows how it is called where that is asked for, or where what was given cannot be meant", () => {
    const usage = /npm run example -- 06-predict-a-volume \[CT\.nii\.gz\] \[MODEL FOLDER\] \[--epochs N\]/
    expect(example("06-predict-a-volume.ts", "--help")).toMatch(usage)
    expect(() => example("06-predict-a-volume.ts", "--epoch", "3")).toThrow(
      /ended with 2\n[\s\S]*Unknown option '--epoch'/
    )
    expect(() => example("06-predict-a-volume.ts", "1", "2", "3")).toThrow(usage)
    expect(() => example("06-predict-a-volume.ts", "1", "2", "3")).toThrow("3 is one argument too many")
  })

  it("is started by its name or its number, never by a part of it", () => {
    const started = (name: string) => shell(folder, "node", [join(root, "scripts/example.ts"), name, "--help"])
    expect(started("11")).toMatch(/example -- 11-table1-backbone/)
    expect(started("start")).toMatch(/runs\/start/)
    for (const name of ["1", "sta", ""]) expect(() => started(name)).toThrow(/npm run example -- NAME/)
  })

  it("07 scores two folders of masks, matched by the number in their names", () => {
    const printed = example("07-score-two-folders.ts", "--output", "scores")
    expect(printed).toMatch(/LiTS score of 3 cases/)
    const rows = readFileSync(join(folder, "scores/lits.csv"), "utf8").trim().split("\r\n")
    const dice = rows.find((row) => row.startsWith("liver,Dice,"))?.split(",")
    expect(Number(dice?.[2])).toBeGreaterThan(0.8)
    expect(Number(dice?.[2])).toBeLessThan(1)
    expect(readFileSync(join(folder, "scores/lits.md"), "utf8")).toMatch(/\| liver \| Dice \|/)
  })

  it("07 says that masks of one target are no label maps, and scores them against that target", async () => {
    const truth = join(folder, "runs/phantom-small")
    const masks = load(truth).pipe(
      pure("mask", ({ id, labels }: Case) => {
        const voxels = maskOf(labels!.voxels, "tumor")
        return { caseId: id, volume: { ...labels!, voxels } }
      }),
      write(join(folder, "masks"), { as: "nifti", overwrite: true })
    )
    await run(masks)
    const score = (...args: ReadonlyArray<string>) => {
      const called = [join(root, "examples/07-score-two-folders.ts"), truth, ...args, "--output", "mask-scores"]
      return spawnSync("node", called, { cwd: folder, encoding: "utf8" })
    }
    expect(score("masks").stderr).toMatch(/\nNo prediction holds a 2 \(tumour\), although [\s\S]* give --target with /)
    const { stderr, stdout } = score("masks", "--target", "tumor")
    expect(stdout).toMatch(/### Cases \(tumor\)\n[\s\S]*\n\| volume-1 \| 1 \|/)
    expect(stderr).not.toMatch(/No prediction/)
    expect(readFileSync(join(folder, "mask-scores/tumor.csv"), "utf8")).toMatch(/\ntumor,Dice,1,/)
    expect(score(truth, "--target", "tumor").stderr).toMatch(
      /\nthe prediction of volume-\d holds a 2, so it is a label map/
    )
  })

  it("07 says in a line what is wrong with its folders", () => {
    const truth = join(folder, "runs/phantom-small")
    expect(() => example("07-score-two-folders.ts", truth, folder)).toThrow(/\n\S+ holds no mask: [^\n]*\n*$/)
    const twice = join(folder, "twice")
    mkdirSync(twice)
    for (const name of ["liver_1.nii.gz", "tumor_1.nii.gz"]) {
      copyFileSync(join(truth, "segmentation-1.nii.gz"), join(twice, name))
    }
    expect(() => example("07-score-two-folders.ts", truth, twice)).toThrow(/_1\.nii\.gz would have the same partner/)
  })

  it("07 says which folder is none, and takes a number for the same with and without zeros before it", () => {
    const truth = join(folder, "runs/phantom-small")
    const file = join(truth, "segmentation-1.nii.gz")
    for (const none of [join(folder, "nowhere"), file]) {
      expect(() => example("07-score-two-folders.ts", truth, none)).toThrow(/ is no folder; check the path\n*$/)
    }
    const padded = join(folder, "padded")
    mkdirSync(padded)
    copyFileSync(file, join(padded, "liver_001.nii.gz"))
    expect(example("07-score-two-folders.ts", truth, padded, "--output", "padded-scores")).toMatch(
      /LiTS score of 1 cases?/
    )
  })

  it("import-pytorch reads a state dict, runs it, and gives back every number", () => {
    expect(example("import-pytorch.ts")).toMatch(/every number as it came/)
  })
})
