import type { Color } from "../color.ts"
import { escapeMarkup } from "../escape.ts"
import { ERROR_COLORS, ERROR_LEGEND } from "../pictures/errorOverlay.ts"
import type { LegendItem } from "../pictures/legend.ts"
import { LAYER_COLORS, type SlicePictures, type SliceStack } from "../pictures/sliceStack.ts"
import type { Viewer } from "./block.ts"
import { dataUri } from "./dataUri.ts"
import { caption } from "./markup.ts"

/** Slices that one scrolls through. Without scripts all of them stand side by side, with their errors marked. */
export const viewerBlock = ({ caption: text, stacks }: Viewer, number: number): string => {
  const names = stacks.map(({ name }, i) => `<option value="${i}">${escapeMarkup(name)}</option>`)
  const has = (layer: Layer) => stacks.some(({ slices }) => slices.some((slice) => slice[layer] !== undefined))
  const layers = (["truth", "prediction", "error"] as const).filter(has)
  const shown = layers.includes("error") ? "error" : layers.at(-1)
  const toggles = layers.map(
    (layer) =>
      `<label><input type="checkbox" data-layer="${layer}" data-legend="${legendOf(layer)}"${layer === shown ? " checked" : ""}/> ${swatches(layer)}${layer}</label>`
  )
  return [
    `<figure class="viewer${shown === undefined ? "" : ` show-${shown}`}" data-file="figure-${number}">`,
    `<div class="controls scripted" hidden>`,
    ...(stacks.length > 1 ? [`<label>Case <select data-cases>${names.join("")}</select></label>`] : []),
    ...toggles,
    `<button type="button" data-save>Save this view</button>`,
    "</div>",
    ...stacks.map(stackOf),
    `<figcaption>${caption(`Figure ${number}`, text)}${has("error") ? ` ${KEY}` : ""}</figcaption>`,
    "</figure>"
  ].join("\n")
}

type Layer = "truth" | "prediction" | "error"

const LEGENDS: Readonly<Record<Layer, ReadonlyArray<LegendItem>>> = {
  truth: [{ text: "truth", color: LAYER_COLORS.truth }],
  prediction: [{ text: "prediction", color: LAYER_COLORS.prediction }],
  error: ERROR_LEGEND
}

const css = (color: Color): string => `rgb(${color.join(",")})`

/** What the colours of a layer mean, for the script. */
const legendOf = (layer: Layer): string =>
  escapeMarkup(JSON.stringify(LEGENDS[layer].map(({ color, text }) => ({ color: css(color), text }))))

const swatch = (color: Color): string => `<i class="swatch" style="background:${css(color)}"></i>`

const swatches = (layer: Layer): string => LEGENDS[layer].map(({ color }) => swatch(color)).join("")

const KEY = `<span class="key">Error: ${swatch(ERROR_COLORS.truePositive)} found, ${swatch(ERROR_COLORS.falsePositive)} too much, ${swatch(ERROR_COLORS.falseNegative)} missed.</span>`

const stackOf = (stack: SliceStack, index: number): string => {
  const { aspect, bar, directions, first, height, name, slices, width } = stack
  const share = Math.round(bar.share * 1e4) / 100
  return [
    `<div class="stack" data-first="${first}" data-name="${escapeMarkup(name)}"${index === 0 ? "" : " hidden"}>`,
    `<p class="case"><b>${escapeMarkup(name)}</b> <output></output></p>`,
    `<div class="stage" style="--aspect:${Math.round(aspect * 1e4) / 1e4}" data-width="${width}" data-height="${height}">`,
    ...slices.map((slice, i) => sliceOf(slice, name, i === first)),
    ...(["left", "right", "top", "bottom"] as const).map(
      (side, i) => `<span class="direction ${side}">${escapeMarkup(directions[i])}</span>`
    ),
    `<span class="bar" style="width:${share}%">${bar.millimeters} mm</span>`,
    "</div>",
    `<label class="slider scripted" hidden>Slice <input type="range" min="0" max="${slices.length - 1}" value="${first}"/></label>`,
    "</div>"
  ].join("\n")
}

const sliceOf = (slice: SlicePictures, name: string, shown: boolean): string => {
  // What is hidden need not be decoded; what is shown must be there when the page is printed.
  const loading = shown ? "" : ` loading="lazy"`
  const layer = (of: Layer, alt: string) => {
    const png = slice[of]
    return png === undefined ? "" : `<img class="${of}" alt="${alt}"${loading} src="${dataUri(png, "image/png")}"/>`
  }
  const label = escapeMarkup(slice.label)
  return [
    `<div class="slice" data-label="${label}"${shown ? "" : " hidden"}>`,
    `<img class="image" alt="${escapeMarkup(name)}, ${label}"${loading} src="${dataUri(slice.image, "image/png")}"/>`,
    layer("truth", "truth"),
    layer("prediction", "prediction"),
    layer("error", "errors"),
    `<span class="label">${label}</span></div>`
  ].join("")
}
