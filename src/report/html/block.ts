import type { PngImage } from "../../formats/png.ts"
import type { SliceStack } from "../pictures/sliceStack.ts"
import type { AnyTable } from "../tabular.ts"

/** Paragraphs, with an empty line between each two. */
export interface Prose {
  readonly kind: "prose"
  readonly text: string
}

/** What a reader must not miss, such as on which data figures were made. */
export interface Notice {
  readonly kind: "notice"
  readonly text: string
}

/** The few numbers that matter, large. */
export interface KeyFigures {
  readonly kind: "figures"
  readonly figures: ReadonlyArray<{
    readonly label: string
    /** As it is to be read, with its unit. */
    readonly value: string
    /** Such as the aggregation. */
    readonly note?: string
  }>
}

/** A table that sorts by a click on a heading, and can be downloaded as CSV, JSON, Markdown and LaTeX. */
export interface TableBlock {
  readonly kind: "table"
  readonly table: AnyTable
  /** Of its files, without their endings. Default: its number and title. */
  readonly name?: string
}

/** Charts beside each other where there is room. */
export interface Charts {
  readonly kind: "charts"
  readonly charts: ReadonlyArray<{
    /** As `boxPlots` and the like give it. */
    readonly svg: string
    /** Gives its file a name. */
    readonly title: string
    /** Default the title. */
    readonly caption?: string
  }>
}

export interface Picture {
  readonly kind: "picture"
  readonly picture: PngImage
  readonly caption: string
  /** For those who cannot see it. Default the caption. */
  readonly description?: string
}

/** Cases whose slices one scrolls through, with truth, prediction and error as layers. */
export interface Viewer {
  readonly kind: "viewer"
  readonly stacks: ReadonlyArray<SliceStack>
  readonly caption?: string
}

/** Files that come with the page. */
export interface Downloads {
  readonly kind: "downloads"
  readonly files: ReadonlyArray<{
    readonly name: string
    /** Such as `"text/csv"`. */
    readonly type: string
    readonly content: string | Uint8Array
  }>
}

/** Other pages: paths relative to this one, or https addresses. */
export interface Links {
  readonly kind: "links"
  readonly links: ReadonlyArray<{ readonly text: string; readonly href: string }>
}

export type Block = Prose | Notice | KeyFigures | TableBlock | Charts | Picture | Viewer | Downloads | Links

export interface Section {
  readonly title: string
  readonly blocks: ReadonlyArray<Block>
}
