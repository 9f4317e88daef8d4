import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describeProgress, Progress, type ProgressEvent } from "../stages/progress.ts"

export interface ProgressOptions {
  /** Where to write. Default: standard error, so that results on standard output stay clean. */
  readonly to?: Output
  /** Milliseconds between two reports of a task. Default 100 on a terminal, 5000 elsewhere. */
  readonly interval?: number
}

/** What is written to: the part of `process.stderr` that matters here. */
export interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly write: (text: string) => unknown
}

/** Shows progress: one line that renews itself on a terminal; elsewhere, such as in a log file, plain lines now and then. */
export const layerProgress = (options: ProgressOptions = {}): Layer.Layer<never> =>
  Layer.sync(Progress, () => {
    const { to = process.stderr } = options
    const interval = options.interval ?? (to.isTTY === true ? 100 : 5000)
    const tasks = new Map<string, Task>()
    return (event: ProgressEvent) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const task = tasks.get(event.task) ?? { began: now, before: event.done, shown: Number.NEGATIVE_INFINITY }
        const finished = event.done === event.total
        if (finished) tasks.delete(event.task)
        else tasks.set(event.task, task)
        if (!finished && now - task.shown < interval) return
        task.shown = now
        to.write(line(to, describeProgress(event, now - task.began, task), finished))
      })
  })

interface Task {
  readonly began: number
  readonly before: number
  shown: number
}

const line = ({ columns, isTTY }: Output, text: string, finished: boolean): string =>
  isTTY === true ? `\r\x1b[2K${columns ? text.slice(0, columns - 1) : text}${finished ? "\n" : ""}` : `${text}\n`
